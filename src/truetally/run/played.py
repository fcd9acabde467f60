"""Open a case's sources again, narrowly, for what its counts do not hold: who played what."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.engine import Engine
from truetally.engine.spec import column_types, table
from truetally.errors import InputError, problem
from truetally.run.case import inside
from truetally.run.dictionaries import load_dictionaries
from truetally.run.ingest import Known, event_columns, known_of, ranked
from truetally.run.reading import bare_plan, open_sources, stored_policy
from truetally.run.start import parse_offset
from truetally.run.store import orders

WHO = ("device_id", "cookie_id", "account_id")  # the first that the sources have is the device
KEPT = ("valid", "undetermined")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An engine with the case's facts at hand as `facts_raw`; `who` is the column of devices."""

    engine: Engine
    known: Sequence[Known]
    columns: frozenset[str]
    who: str

    def facts(self, columns: Sequence[str]) -> ir.Table:
        """Describe `facts_raw` with some of its columns."""
        return table("facts_raw", tuple(dict.fromkeys(columns)), self.engine.key_type)


@contextmanager
def opened(case: Path, manifest: Mapping[str, Any], *, small: Sequence[str] = (),
           keys: Sequence[str] = (), computed: Sequence[str] = ()) -> Iterator[Opened]:
    """Open the sources with their items, devices and the columns asked for, as far as they exist.

    Raises:
        InputError: no source knows devices, cookies or accounts, or a source has changed.
    """
    policy, lists = stored_policy(manifest)
    known = known_of(manifest)
    columns = event_columns(known)
    who = next((c for c in WHO if c in columns), None)
    if who is None:
        raise InputError(problem("nobody can be told from another here", where=case,
                                 expected=f"a source with one of {', '.join(WHO)}",
                                 then="map the column that holds them: truetally map FILE"))
    with open_sources(case, known, engine=manifest["engine"]) as engine:
        plan = bare_plan(policy, known, parse_offset(manifest["offset"]), engine.key_type)
        spec = replace(plan.spec, small=tuple(c for c in small if c in columns),
                       keys=tuple(dict.fromkeys(
                           ("item_id", who, *(c for c in keys if c in columns)))),
                       computed=tuple(computed))
        engine.open_facts(load_dictionaries(engine, plan, spec, lists.deriving))
        yield Opened(engine=engine, known=known, columns=columns, who=who)


def make_plays(case: Path, manifest: Mapping[str, Any], held: Opened) -> None:
    """Make the tables `plays` (see `estimate.history`) and `names` of what the verdicts left."""
    engine, false = held.engine, ibis.literal(False)
    engine.load("gone", pa.table({"order_id": _gone(case, manifest, held.known)}))
    extra = [c for c in ("account_id", "paid") if c in held.columns]
    t = held.facts(["item_id", held.who, "order_id", "day", *extra])
    account = t.account_id.notnull() if "account_id" in extra else false
    paid = t.paid.fill_null(False) if "paid" in extra else false
    rows = t.select("item_id", "order_id", "day", device_id=t[held.who], account=account | paid)
    gone = ibis.table({"order_id": "int64"}, name="gone")
    engine.create("plays", rows.anti_join(gone, "order_id").select(
        "item_id", "device_id", "order_id", "day", "account"))
    types = column_types(engine.key_type)
    names = ibis.table({"key": types["item_id"], "text": "string"}, name="dict_item_id")
    engine.create("names", names.filter(names.text.notnull()).select(
        item_id=names.key, text=names.text))


def _gone(case: Path, manifest: Mapping[str, Any], known: Sequence[Known]) -> pa.Array:
    """Read the order of events that do not count any more: memory grows with these alone."""
    parts = [np.zeros(0, dtype=np.int64)]
    for partition in manifest["partitions"]:
        rows = pq.read_table(inside(case, partition["file"]), columns=["event_id", "verdict"],
                             filters=[("verdict", "not in", list(KEPT))])
        parts.append(orders(rows["event_id"].to_numpy(), ranked(known)))
    return pa.array(np.concatenate(parts))
