"""Turn a policy into expressions: what the facts need, the bits of one row, and the final mask.

Cost: one scan per distinct set of keys, one pass per run criterion, and to decide one narrow join
per set of keys that flags something. A predicate that reads one text column and what is derived
from it runs on the distinct texts alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from truetally.criterion import Criterion, Distinct, Group, Largest, Row, Run, Study
from truetally.decisions.policy import Policy, Rule
from truetally.engine.spec import KEY_COLUMNS, USERS, FactsSpec, table
from truetally.events.schema import COMPUTED, DERIVED, DERIVED_FROM, EVENT, USER

UNSIGNED_BIT = 61  # set when the event lacks the policy's minimum signals
COUNTED_BY = ("item_id", "terminal", "region", "visit", "watched_ms")
AT_HAND = frozenset({"end_ms"})  # made of other facts whenever it is read
GAPS = frozenset({"device_gap_s"})  # counted in a pass of their own over the facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A policy against the columns at hand: what applies, and what the facts must hold.

    `gone` names columns that the facts have held and are needed no longer.
    """

    policy: Policy
    rules: tuple[Rule, ...]
    missing: Mapping[str, tuple[str, ...]]
    spec: FactsSpec
    key_type: str
    gone: frozenset[str] = frozenset()

    def of(self, *shapes: type) -> tuple[Rule, ...]:
        """Return the applicable rules of the given shapes, in policy order."""
        return tuple(r for r in self.rules if isinstance(r.criterion.shape, shapes))

    @property
    def text_rules(self) -> Mapping[str, tuple[Rule, ...]]:
        """Row rules that run on the distinct texts of one column."""
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.of(Row):
            column = text_column(rule.criterion)
            if column:
                found[column] = (*found.get(column, ()), rule)
        return found

    @property
    def event_rules(self) -> tuple[Rule, ...]:
        """Row rules that run on every event."""
        return tuple(r for r in self.of(Row) if not text_column(r.criterion))

    @property
    def fact_columns(self) -> tuple[str, ...]:
        """Columns of the table `facts`: what groups, runs and counts read, and the mask."""
        return self.read_by(self.of(Group, Study, Run))

    def read_by(self, rules: Iterable[Rule]) -> tuple[str, ...]:
        """Columns of `facts` that some rules, the counts and the decisions read."""
        used = {"order_id", "day", "time_ms", "mask", *COUNTED_BY}
        for rule in rules:
            used |= set(rule.criterion.reads) | set(keys_of(rule))
        made = {"order_id", "mask"}
        present = made | set(self.spec.small) | set(self.spec.keys) | set(self.spec.derived)
        present |= set(self.spec.computed)
        return tuple(sorted((used & present) - GAPS - AT_HAND - self.gone))


def make_plan(policy: Policy, available: Iterable[str], offset_ms: int, key_type: str) -> Plan:
    """Work out which criteria apply to these event columns and which columns the facts need."""
    have = set(available)
    missing = {r.criterion.code: lacking(r.criterion, have) for r in policy.rules}
    missing = {code: columns for code, columns in missing.items() if columns}
    rules = tuple(r for r in policy.rules if r.criterion.code not in missing)
    return Plan(policy=policy, rules=rules, missing=missing, key_type=key_type,
                spec=_spec(policy, rules, offset_ms, have))


def at_hand(plan: Plan, name: str, columns: Iterable[str],
            used: Collection[str] | None = None) -> ir.Table:
    """Describe the table `name` of facts, with what is made of its columns on the fly.

    With `used`, only what is named there: a narrow table compiles in a fraction of the time.
    """
    held, ends = set(columns), used is None or "end_ms" in used
    if used is not None:
        held &= {*used, *(COMPUTED["end_ms"] if ends else ())}
    t = table(name, tuple(sorted(held)), plan.key_type)
    if ends and {"time_ms", "watched_ms"} <= held:
        t = t.mutate(end_ms=t.time_ms + t.watched_ms)
    return t


def lacking(criterion: Criterion, have: set[str]) -> tuple[str, ...]:
    """Name the event columns a criterion needs and the sources do not have."""
    gone = []
    for column in criterion.reads:
        if column in criterion.optional or column in {"day", "hour", "row_key", "mask"}:
            continue
        parts = COMPUTED.get(column) or (DERIVED_FROM.get(column, column),)
        if column in USERS and any(user <= have for user in USER):
            continue
        gone += [p for p in parts if p not in have]
    if criterion.one_of and not have & set(criterion.one_of):
        gone += criterion.one_of
    return tuple(dict.fromkeys(gone))


def text_column(criterion: Criterion) -> str:
    """Name the one text column a row criterion depends on, or ""."""
    sources = {DERIVED_FROM.get(c, c) for c in criterion.reads}
    return sources.pop() if len(sources) == 1 and sources <= set(DERIVED) else ""


def keys_of(rule: Rule) -> tuple[str, ...]:
    """Return the full keys of a group or study, the scope's own first."""
    shape, scope = rule.criterion.shape, rule.criterion.scope
    keys = shape.keys if isinstance(shape, (Group, Study, Run)) else ()
    own = {"hour": ("day", "hour"), "day": ("day",)}.get(scope, ()) if not isinstance(
        shape, Run) else ()
    return tuple(dict.fromkeys((*own, *keys)))


def _spec(policy: Policy, rules: Sequence[Rule], offset_ms: int, have: set[str]) -> FactsSpec:
    used: set[str] = {"time_ms", "day", *COUNTED_BY}
    for rule in rules:
        if not (isinstance(rule.criterion.shape, Row) and text_column(rule.criterion)):
            used |= set(rule.criterion.reads) | set(keys_of(rule))
    if used & GAPS:
        used |= {"device_id", "time_ms"}
    keys = tuple(sorted(c for c in used if c in EVENT and c in KEY_COLUMNS))
    grouped = {*COUNTED_BY, *(c for rule in rules for c in _grouped(rule))}
    masked = {text_column(r.criterion) for r in rules if isinstance(r.criterion.shape, Row)} - {""}
    signals = {c for line in policy.minimum_signals for c in line}
    return FactsSpec(
        small=tuple(sorted(c for c in used if c in EVENT and c not in KEY_COLUMNS)),
        keys=keys, ungrouped=tuple(c for c in keys if c not in grouped),
        derived=tuple(sorted(c for c in used if c in DERIVED_FROM)),
        computed=tuple(sorted(used & (set(COMPUTED)))), masked=tuple(sorted(masked)),
        present=tuple(sorted(signals)), offset_ms=offset_ms,
        columns=tuple(c for c in EVENT if c in have))


def _grouped(rule: Rule) -> set[str]:
    """Name the columns by which a rule tells events or values apart."""
    shape = rule.criterion.shape
    if isinstance(shape, Row):
        return set()
    measures = () if isinstance(shape, Run) else shape.measures.values()
    return {*keys_of(rule), *(m.column for m in measures if isinstance(m, (Distinct, Largest)))}


def bits(t: ir.Table, rules: Sequence[Rule]) -> ir.IntegerValue:
    """Combine the predicates of row rules into a reason mask; unknown is not found."""
    parts = [_bit(rule, rule.criterion.shape.flag(t, rule.values)) for rule in rules
             if isinstance(rule.criterion.shape, Row)]
    return reduce(or_, parts) if parts else ibis.literal(0, "int64")


def _bit(rule: Rule, predicate: ir.BooleanValue) -> ir.IntegerValue:
    return predicate.fill_null(False).ifelse(
        ibis.literal(1 << rule.bit, "int64"), ibis.literal(0, "int64"))


def dictionary(plan: Plan, column: str) -> ir.Table:
    """Select text, needed derived columns and mask from the table `texts_<column>`."""
    derived = tuple(DERIVED.get(column, ()))
    t = table(f"texts_{column}", (column, *derived), "string")
    chosen = {"text": t[column]} | {c: t[c] for c in derived}
    return t.select(**chosen, mask=bits(t, plan.text_rules.get(column, ())))


def facts(plan: Plan) -> ir.Table:
    """Select the table `facts` from the view `facts_raw`: narrow columns and the row mask."""
    spec = plan.spec
    present = tuple(f"has_{c}" for c in spec.present)
    columns = ("order_id", "text_mask", *spec.small, *spec.keys, *spec.derived,
               *present, *(c for c in spec.computed if c not in GAPS | AT_HAND))
    t = table("facts_raw", tuple(dict.fromkeys((*columns, "day"))), plan.key_type)
    unsigned = ibis.literal(1 << UNSIGNED_BIT, "int64")
    zero = ibis.literal(0, "int64")
    lines = [reduce(or_, [t[f"has_{c}"] for c in line]) for line in plan.policy.minimum_signals]
    mark = zero
    for line in lines:
        mark = mark | line.ifelse(zero, unsigned)
    mask = t.text_mask | bits(t, plan.event_rules) | mark
    kept = {c: t[c] for c in plan.fact_columns if c != "mask"}
    return t.select(**kept, mask=mask)
