"""Test orders as ground truth: which rows they are, and how much of them is found by what."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.attribution.excess import baseline, covered, excess_of
from truetally.attribution.form import form, window_rows, windows
from truetally.attribution.ledgers.order import Order, TestOrder
from truetally.events.schema import DAY_MS, ROW_BITS
from truetally.intervals import PPB, clopper_pearson
from truetally.run.attribute_log import Log
from truetally.run.attribute_options import Options
from truetally.run.attribute_orders import (
    Days,
    attributed_days,
    items_of,
    load_days,
    terminals_of,
)
from truetally.run.attribute_signature import Verified
from truetally.run.case import inside
from truetally.run.summary import judge


def bought(log: Log, options: Options, verified: Sequence[Verified],
           orders: Sequence[Order]) -> dict[str, Any]:
    """Measure what each criterion and signature finds of what the investigator bought.

    Of an order's window the rows beyond what the title's other days lead one to expect are the
    order's; where the title has its own audience they cannot be told apart one by one, and shares
    are of the number done, with what the same title shows on other days taken off.
    """
    from truetally.attribution.ledgers.test_orders import read_test_orders

    zone_s = log.offset_ms // 1000
    files = [(path, read_test_orders(path, zone_s=zone_s)) for path in options.test_orders]
    tests = [t for _, ledger in files for t in ledger.orders]
    items = items_of(log, [t.target for t in tests], orders)
    placed = [(t, items[t.target]) for t in tests if t.target in items]
    log.engine.load("windows", windows([(i, t.start_ms, t.end_ms) for t, i in placed]))
    rows = log.engine.arrow(window_rows())
    ground = _Ground(log=log, verified=verified, orders=orders,
                     days=load_days(log, {i for _, i in placed}),
                     spans=_spans(log, placed, orders, items))
    lines = [_line(ground, t, item, rows.filter(pc.equal(rows["window"], n)))
             for n, (t, item) in enumerate(placed)]
    lost = [t.id for t in tests if t.target not in items]
    return {"files": [{"file": p.name, "sha256": f.sha256, "orders": len(f.orders),
                       "rejected": [asdict(r) for r in f.rejected]} for p, f in files],
            "orders": lines, "not_on_log": lost, "found": _summed(lines)}


def _spans(log: Log, placed: Sequence[tuple[TestOrder, str]], orders: Sequence[Order],
           items: Mapping[str, str]) -> dict[str, list[tuple[int, int]]]:
    """Give, by item, the local days that any order covers: they are no baseline."""
    found: dict[str, list[tuple[int, int]]] = {}
    known = [(items.get(o.target or ""), o.start_ms, o.end_ms) for o in orders]
    for item, start, end in [*((i, t.start_ms, t.end_ms) for t, i in placed), *known]:
        if item is not None and start is not None and end is not None:
            found.setdefault(item, []).append(((start + log.offset_ms) // DAY_MS,
                                               (max(start, end - 1) + log.offset_ms) // DAY_MS))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What every test order is held against; `spans` are days that orders cover, by item."""

    log: Log
    verified: Sequence[Verified]
    orders: Sequence[Order]
    days: Days
    spans: Mapping[str, Sequence[tuple[int, int]]]


def _line(g: _Ground, test: TestOrder, item: str, rows: pa.Table) -> dict[str, Any]:
    log, days = g.log, g.days
    counts = days.of(item, frozenset())
    inside_days = covered(g.spans[item], days.days)
    others = [d for d in days.days if d not in inside_days]
    length = Fraction(test.end_ms - test.start_ms, DAY_MS)
    beyond = excess_of(rows.num_rows, length, baseline(counts, inside_days, days.days))
    looks = form(rows, log.offset_ms)
    ids = pa.array((log.numbers[rows["rank"].to_numpy()] << ROW_BITS) + rows["row"].to_numpy())
    flags = _flags(log, ids, rows, g.verified)
    usual = _usual(log, item, others, g.verified)
    sample = looks["devices"] or rows.num_rows
    finds = {name: _find(n, usual.get(name, 0) * length / max(1, len(others)), test.done, sample)
             for name, n in flags.items()}
    ordered = next((o for o in g.orders if o.id == test.id), None)
    return {"id": test.id, "target": test.target, "item": item, "done": test.done,
            "start_ms": test.start_ms, "end_ms": test.end_ms, "beyond": asdict(beyond),
            "missing": max(0, test.done - rows.num_rows), "form": looks, "finds": finds,
            "ordered_as": None if ordered is None else {
                "stay_s": ordered.stay_s, "terminals": sorted(terminals_of(ordered.terminal)),
                "spread": ordered.spread, "region": ordered.region}}


def _find(flagged: int, usual: Fraction, done: int, sample: int) -> dict[str, int]:
    """Give the share of what was done that a criterion finds: flagged rows, less those usual on the
    title, of those done. The interval is for as many independent trials as there are devices."""
    found = min(done, max(0, flagged - round(usual)))
    trials = min(sample, done)
    hits = found * trials // done if done else 0
    bounds = clopper_pearson(hits, trials)
    return {"flagged": flagged, "usual": round(usual), "found": found, "done": done,
            "share_ppb": found * PPB // done if done else 0, "lower_ppb": bounds.lower,
            "upper_ppb": bounds.upper, "effective_n": trials}


def _flags(log: Log, ids: pa.Array, rows: pa.Table,
           verified: Sequence[Verified]) -> dict[str, int]:
    """Count the rows that each criterion flagged, that were voided, and that are attributed."""
    if not len(ids):
        return {}
    days = {(int(t) + log.offset_ms) // DAY_MS for t in (pc.min(rows["time_ms"]).as_py(),
                                                         pc.max(rows["time_ms"]).as_py())}
    parts = [p for p in log.manifest["partitions"] if min(days) <= p["day"] <= max(days)]
    tables = [pq.read_table(inside(log.case, p["file"]), columns=["event_id", "reasons"])
              for p in parts]
    masks = pa.concat_tables([t.filter(pc.is_in(t["event_id"], value_set=ids)) for t in tables])
    found = _by_mask(log, masks["reasons"].value_counts().to_pylist())
    for v in verified:
        path = log.case / "attribution" / v.found.files[0]
        held = pq.read_table(path, columns=["event_id"], filters=[
            ("event_id", ">=", pc.min(ids).as_py()), ("event_id", "<=", pc.max(ids).as_py())])
        found[f"signature {v.asked.signature.name}"] = int(pc.sum(pc.is_in(
            held["event_id"], value_set=ids)).as_py() or 0)
    return found


def _by_mask(log: Log, counted: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    _, decide = judge(log.manifest)
    codes = log.manifest["reason_codes"]
    found = {code: sum(r["counts"] for r in counted if r["values"] >> bit & 1)
             for bit, code in enumerate(codes)}
    found = {code: n for code, n in found.items() if n}
    found["voided"] = sum(r["counts"] for r in counted
                          if decide(r["values"]).verdict in ("givt", "sivt"))
    return found


def _usual(log: Log, item: str, days: Sequence[int],
           verified: Sequence[Verified]) -> dict[str, int]:
    """Count what is flagged and attributed on the title's other days."""
    wanted = set(days)
    rows: list[dict[str, Any]] = []
    for part in log.manifest["partitions"]:
        if part["day"] in wanted:
            cube = pq.read_table(inside(log.case, part["cube"]), columns=["mask", "events"],
                                 filters=[("item_id", "==", item)])
            rows += [{"values": r["mask"], "counts": r["events"]} for r in cube.to_pylist()]
    found = _by_mask(log, rows)
    for v in verified:
        marked = attributed_days([v]).get(item, {})
        found[f"signature {v.asked.signature.name}"] = sum(
            n for day, n in marked.items() if day in wanted)
    return found


def _summed(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add what is found over all test orders, for each criterion and signature."""
    names = sorted({name for line in lines for name in line["finds"]})
    done = sum(line["done"] for line in lines)
    trials = sum(max((f["effective_n"] for f in line["finds"].values()), default=0)
                 for line in lines)
    found = {name: sum(line["finds"].get(name, {}).get("found", 0) for line in lines)
             for name in names}
    return {name: {"found": n, "done": done, "share_ppb": n * PPB // done if done else 0,
                   **_bounds(n * trials // done if done else 0, trials)}
            for name, n in found.items()}


def _bounds(hits: int, trials: int) -> dict[str, int]:
    bounds = clopper_pearson(hits, trials)
    return {"lower_ppb": bounds.lower, "upper_ppb": bounds.upper, "effective_n": trials}
