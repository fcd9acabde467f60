"""Derive once, on distinct texts, what criteria read of user agents, addresses, URLs, plugins."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import ibis
import pyarrow as pa

from truetally.decisions.plan import Plan, dictionary
from truetally.engine.spec import Engine, FactsSpec
from truetally.events.ahead import WORKERS, ahead
from truetally.events.derive import (
    Networks,
    derive_addresses,
    derive_plugins,
    derive_urls,
    derive_user_agents,
)
from truetally.events.schema import DERIVED, DERIVED_FROM
from truetally.signatures.releases import release_day

_SLOW = frozenset({"ip", "user_agent"})  # looked at while the texts of other columns are fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivingLists:
    """Entries of the policy's lists that derivation needs: regular expressions and networks."""

    robots: tuple[str, ...]
    data_centre: Networks
    exceptions: Networks
    gateways: Networks


def load_dictionaries(engine: Engine, plan: Plan, spec: FactsSpec,
                      lists: DerivingLists) -> FactsSpec:
    """Make `dict_<column>` for every text column the plan reads through its distinct values.

    Returns the spec with the reason bits of an unknown text filled in.
    """
    nulls: dict[str, int] = {}
    read = {DERIVED_FROM[c] for c in spec.derived} | set(spec.masked)
    listeners = "listener" in spec.computed
    read |= {"ip"} if listeners else set()
    reads = {column for rule in plan.text_rules.get("ip", ()) for column in rule.criterion.reads}
    networks = listeners or "ip_net" in reads | set(spec.derived)

    def derived(column: str, texts: pa.Array) -> pa.Table:
        return (derive(column, texts, lists, networks=networks) if column in read
                else _bare(column, texts))

    for column, rows in rows_of_texts(engine, spec, derived):
        unknown = pa.table({field.name: pa.nulls(1, field.type) for field in rows.schema})
        engine.load(f"texts_{column}", pa.concat_tables([rows, unknown]))
        engine.create(f"dict_{column}", dictionary(plan, column))
        engine.drop(f"texts_{column}")
        engine.keyed(f"dict_{column}", column)
        if column in spec.masked:
            nulls[column] = _null_mask(engine, column)
    return replace(spec, null_masks=nulls)


def rows_of_texts(engine: Engine, spec: FactsSpec,
                  derived: Callable[[str, pa.Array], pa.Table],
                  ) -> Iterator[tuple[str, pa.Table]]:
    """Look at the texts of some columns while those of the next are fetched, piece by piece."""
    columns = sorted(spec.dictionaries(), key=lambda column: column not in _SLOW)
    with ThreadPoolExecutor(WORKERS) as pool:
        begun = ((c, pool.map(partial(derived, c), _pieces(engine.distinct(c, spec))))
                 for c in columns)
        yield from ahead(begun, lambda each: (each[0], pa.concat_tables(each[1])), len(_SLOW) + 1)


def _pieces(texts: Iterator[pa.Array]) -> Iterator[pa.Array]:
    """Give one piece, of no texts, where there are none."""
    yield next(texts, pa.array([], pa.string()))
    yield from texts


def _null_mask(engine: Engine, column: str) -> int:
    t = ibis.table({"text": "string", "mask": "int64"}, name=f"dict_{column}")
    return int(engine.arrow(t.filter(t.text.isnull()).select("mask"))["mask"][0].as_py())


def derive(column: str, texts: pa.Array, lists: DerivingLists, *,
           networks: bool = True) -> pa.Table:
    """Return the distinct texts beside the columns of `events.schema.DERIVED`.

    Without `networks` those of addresses are left unknown: naming them takes a while.
    """
    if column == "user_agent":
        return derive_user_agents(texts, lists.robots, release_day)
    if column == "plugins":
        return derive_plugins(texts)
    if column in ("referrer", "page_url"):
        return derive_urls(texts, "referrer_host" if column == "referrer" else "page_host")
    if column == "ip":
        return derive_addresses(texts, lists.data_centre, lists.exceptions, lists.gateways,
                                named=networks)
    return pa.table({column: texts})


def _bare(column: str, texts: pa.Array) -> pa.Table:
    """Return the distinct texts of a column of which nothing derived is read."""
    unknown = {name: pa.nulls(len(texts), kind) for name, kind in DERIVED.get(column, {}).items()}
    return pa.table({column: texts} | unknown)
