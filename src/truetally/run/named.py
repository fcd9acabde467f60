"""Put texts in the place of internal keys: only texts leave the engine."""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.criterion import Group, Study
from truetally.decisions.plan import keys_of
from truetally.decisions.policy import Rule
from truetally.engine.places import in_words
from truetally.engine.spec import DICTIONARY, KEY_COLUMNS, column_types
from truetally.run.pipeline import Pipeline


def name_keys(p: Pipeline, rules: Sequence[Rule]) -> None:
    """Look up, in one scan a column, the texts behind all keys that group criteria flagged."""
    parts: dict[str, list[ir.Table]] = {}
    for rule in rules:
        for column in keys_of(rule) if p.flag_rows[rule.criterion.code] else ():
            if column in keyed(p) and not in_sight(p, rule, column):
                parts.setdefault(column, []).append(_flagged(p, rule).select(column))
    for column, tables in parts.items():
        whole = tables[0] if len(tables) == 1 else ibis.union(*tables, distinct=True)
        p.engine.texts(f"named_{column}", column, whole.distinct())


def findings(p: Pipeline, rule: Rule) -> pa.Table:
    """Fetch a criterion's flagged groups with texts for keys, ordered by their keys.

    `name_keys` has looked the texts up.
    """
    keys, types = keys_of(rule), column_types(p.plan.key_type)
    t = _flagged(p, rule)
    if not p.flag_rows[rule.criterion.code]:
        return _no_findings(t.columns, types)
    tables = {c: f"dict_{c}" if in_sight(p, rule, c) else f"named_{c}"
              for c in keys if c in keyed(p)}
    named = in_words(t, tables, types)
    return p.engine.arrow(named.order_by(*keys))


def _flagged(p: Pipeline, rule: Rule) -> ir.Table:
    """Describe a table of flagged groups in full: of one described in part, Ibis takes `*`."""
    shape = rule.criterion.shape
    assert isinstance(shape, (Group, Study))
    types = column_types(p.plan.key_type)
    measures = p.study_measures.get(rule.criterion.code, tuple(shape.measures))
    return ibis.table({k: types[k] for k in keys_of(rule)} | dict.fromkeys(measures, "int64"),
                      name=p.flag_tables[rule.criterion.code])


def _no_findings(columns: Sequence[str], types: Mapping[str, str]) -> pa.Table:
    """Make the table of a criterion that flagged no group, with the types it has when it does."""
    arrow = {"int32": pa.int32(), "boolean": pa.bool_(), "string": pa.string()}
    return pa.schema([(c, pa.string() if c in KEY_COLUMNS else arrow.get(types.get(c, ""),
                       pa.int64())) for c in columns]).empty_table()


def with_texts(p: Pipeline, t: ir.Table, prefix: str) -> ir.Table:
    """Replace the internal keys of an expression by texts, in tables ``<prefix>_<column>``."""
    types = column_types(p.plan.key_type)
    tables = {c: f"{prefix}_{c}" for c in t.columns if c in keyed(p)}
    for column, name in tables.items():
        p.engine.texts(name, column, t.select(column))
    return in_words(t, tables, types)


def keyed(p: Pipeline) -> set[str]:
    """Name the columns of the facts that hold internal keys."""
    return {*p.plan.spec.keys, "identity", "listener"}


def in_sight(p: Pipeline, rule: Rule, column: str) -> bool:
    """Tell whether a dictionary of the facts holds the text of every key that a rule can name.

    Case scope names keys of days that the facts do not hold, in a case that grows and in one that
    is decided in parts.
    """
    return column in DICTIONARY and (p.whole or rule.criterion.scope != "case")
