"""From a source's columns to accepted events: which column becomes which, and which rows fail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from truetally.errors import InputError, problem
from truetally.events import distinct
from truetally.events.batch import Batch, Reject
from truetally.events.column_map import ColumnMap, Pick, TimePick
from truetally.events.good import REASONS, row_faults
from truetally.events.schema import EVENT, REQUIRED
from truetally.events.times import Clock, settle, to_ms
from truetally.events.values import as_event, forwarded_addresses

_UNKNOWN = {"time unknown": "time_ms", "kind unknown": "kind", "item unknown": "item_id"}
Job = Callable[[], Batch]
_NEXT = "write a mapping; `truetally map FILE` proposes one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The columns to take, the time column, and the clock once it is settled."""

    where: str
    picks: tuple[Pick, ...]
    time: TimePick
    constants: Mapping[str, str | int | bool] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    clock: Clock | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """Name the source columns the plan needs, each once."""
        names = [self.time.column]
        for pick in self.picks:
            names += [pick.column, pick.forwarded] if pick.forwarded else [pick.column]
        return tuple(dict.fromkeys(names))


def make(available: Sequence[str] | None, mapping: ColumnMap | None, where: str) -> Plan:
    """Match a mapping, or else the events' own names, with the columns a source has.

    `available` None means that the names are not known beforehand (JSON lines).

    Raises:
        InputError: a column is not there, is there twice, or one of the required is missing.
    """
    if available is not None and len(set(available)) != len(available):
        twice = sorted({name for name in available if list(available).count(name) > 1})
        raise InputError(problem("column names are not unique", where=where, found=twice,
                                 then="rename the columns"))
    said = mapping or ColumnMap()
    if mapping is None or not mapping.columns:
        names = available if available is not None else tuple(EVENT)
        own = {"time_ms", *said.constants}
        picks = tuple(Pick(target=n, column=n) for n in EVENT if n in names and n not in own)
    else:
        picks = mapping.columns
    plan = Plan(where=where, picks=picks, time=said.time or TimePick(column="time_ms", unit="ms"),
                constants=said.constants, values=said.values, unknown=said.unknown)
    _check(plan, available)
    return plan


def _check(plan: Plan, available: Sequence[str] | None) -> None:
    if available is not None:
        absent = [name for name in plan.reads if name not in available]
        if absent:
            raise InputError(problem("columns are missing", where=plan.where,
                                     expected=", ".join(absent), found=_some(available),
                                     then=_NEXT))
    given = {p.target for p in plan.picks} | set(plan.constants) | {"time_ms"}
    missing = [name for name in REQUIRED if name not in given]
    if missing:
        raise InputError(problem("columns that every event needs are missing", where=plan.where,
                                 expected=", ".join(missing),
                                 found=_some(available or sorted(given)), then=_NEXT))


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name)[:60] for name in names[:20])
    return shown + (f" and {len(names) - 20} more" if len(names) > 20 else "") or "no columns"


def settled(plan: Plan, times: pa.Array) -> Plan:
    """Return the plan with its clock decided on a first batch of its time column."""
    known = _known(plan, distinct.plain(times))
    return replace(plan, clock=settle(plan.time, known, plan.where))


def convert(plan: Plan, columns: Mapping[str, pa.Array], rows: npt.NDArray[np.int64],
            raw: Callable[[int], bytes]) -> Batch:
    """Turn one batch of source columns into events and rejects.

    `rows` are the 0-based record numbers; ``raw(i)`` returns the bytes of record i of the batch.
    A required value that is not understood rejects its row; another becomes null and is counted.
    """
    if plan.clock is None:
        plan = settled(plan, columns[plan.time.column])
    clock = plan.clock
    assert clock is not None
    given = {name: _known(plan, column) for name, column in _encoded(plan, columns).items()}
    out = {"time_ms": distinct.tested(given[plan.time.column], lambda c: to_ms(c, clock))}
    lost = {"time_ms": _lost(given[plan.time.column], out["time_ms"])}
    for pick in plan.picks:
        column = given[pick.column]
        out[pick.target] = _one(plan, pick, given)
        lost[pick.target] = _lost(column, out[pick.target])
    for target, value in plan.constants.items():
        out[target] = distinct.constant(value, len(rows)) if isinstance(value, str) \
            else pa.repeat(pa.scalar(value, EVENT[target]), len(rows))
    return _sorted_out(out, lost, rows, raw)


def _encoded(plan: Plan, columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Make dictionary columns of the texts that stay texts."""
    wanted = {pick.column for pick in plan.picks if pa.types.is_string(EVENT[pick.target])}
    wanted |= {pick.forwarded for pick in plan.picks}
    wanted -= {plan.time.column}
    return {name: distinct.encoded(column)
            if name in wanted and pa.types.is_string(column.type) else column
            for name, column in columns.items()}


def _one(plan: Plan, pick: Pick, given: Mapping[str, pa.Array]) -> pa.Array:
    column = given[pick.column]
    if pick.forwarded:
        lists = distinct.encoded(given[pick.forwarded])
        return forwarded_addresses(lists, distinct.encoded(column), pick.trusted_hops)
    return as_event(pick, column, dict(plan.values.get(pick.target, {})), plan.where)


def _known(plan: Plan, column: pa.Array) -> pa.Array:
    """Make the mapping's own texts for "not known" null, and the empty text of a time."""
    unknown = partial(_nulled, unknown=("", *plan.unknown))
    if pa.types.is_dictionary(column.type):
        return distinct.changed(column, unknown)
    return unknown(column) if pa.types.is_string(column.type) else column


def _nulled(column: pa.Array, unknown: tuple[str, ...]) -> pa.Array:
    is_unknown = pc.is_in(column, value_set=pa.array(unknown))
    return pc.if_else(is_unknown, None, column) if pc.any(is_unknown).as_py() \
        else column


def _lost(before: pa.Array, after: pa.Array) -> npt.NDArray[np.bool_]:
    if after is before or not after.null_count:
        return np.zeros(len(after), dtype=np.bool_)
    gone = pc.and_(pc.is_valid(before), pc.is_null(after))
    lost: npt.NDArray[np.bool_] = gone.to_numpy(zero_copy_only=False)
    return lost


def _sorted_out(out: dict[str, pa.Array], lost: Mapping[str, npt.NDArray[np.bool_]],
                rows: npt.NDArray[np.int64], raw: Callable[[int], bytes]) -> Batch:
    fault = row_faults(out["time_ms"], out["kind"], out["item_id"])
    bad = np.flatnonzero(fault)
    not_read = {name: lost[name] for name in REQUIRED if name in lost}
    rejects = tuple(Reject(row=int(rows[i]), reason=_reason(int(fault[i]), i, not_read),
                           raw=raw(i)) for i in bad.tolist())
    table = pa.table({n: out[n] for n in EVENT if n in out} | {"row": pa.array(rows)})
    counts = {name: int((gone & (fault == 0)).sum()) for name, gone in lost.items()}
    warnings = {f"{name}: value not understood, kept as unknown": count
                for name, count in counts.items() if count and name not in REQUIRED}
    if len(bad):
        table = _without(table, fault)
    return Batch(table=table, rejects=rejects, warnings=warnings)


def _without(table: pa.Table, fault: npt.NDArray[np.uint8]) -> pa.Table:
    """Leave out the rows with a fault, and the texts that only they had."""
    table = table.filter(pa.array(fault == 0))
    for place, column in enumerate(table.columns):
        if pa.types.is_dictionary(column.type):
            table = table.set_column(place, table.field(place).name,
                                     distinct.compact(column.combine_chunks()))
    return table


def _reason(fault: int, index: int, not_read: Mapping[str, npt.NDArray[np.bool_]]) -> str:
    reason = REASONS[fault]
    name = _UNKNOWN.get(reason)
    if name and name in not_read and not_read[name][index]:
        return reason.replace("unknown", "not understood")
    return reason
