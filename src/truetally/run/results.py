"""Write what was counted and found: counts by day, findings by criterion."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.counts.cube import LEVELS, PLACES, cube, unique_items
from truetally.decisions.verdict import Verdict
from truetally.engine.places import in_order, with_texts
from truetally.engine.spec import Engine, column_types
from truetally.events.ahead import ahead
from truetally.run.ingest import ranked
from truetally.run.store import by_day, verdict_table, write_decisions
from truetally.run.totals import Counting
from truetally.run.work import Work

MOST_BYTES = 200_000_000  # of memory for sums that a run keeps for its report
OUTSIDE = {"gross": ("not_counted",), "net": ("not_counted", "givt"),
           "total_net": ("not_counted", "givt", "sivt")}


def write_decided(w: Work, part: Sequence[int]) -> None:
    """Write decisions and counts of the days of `part` from the table `decided`."""
    p = w.pipeline
    verdicts = judge_masks(w)
    with p.clock.stage("write decisions"):
        made = write_decisions(p.engine, w.case / "decisions", w.policy, verdicts,
                               ranked(w.known), p.clock.advance)
    for partition in made:
        w.partitions[partition.day] = asdict(partition)
    w.changed += sum(m.rows for m in made)
    with p.clock.stage("counts"):
        write_counts(w, part)


def judge_masks(w: Work) -> dict[int, Verdict]:
    """Decide every distinct mask of the table `decided`, and load what counts need of it."""
    t = ibis.table({"mask": "int64"}, name="decided")
    masks = w.pipeline.engine.arrow(t.group_by("mask").agg(events=t.count()))["mask"].to_pylist()
    verdicts = verdict_table(sorted(masks), w.policy)
    w.verdicts |= verdicts
    w.pipeline.engine.load("masks", pa.table(
        {"mask": pa.array(list(verdicts), pa.int64()),
         "level": pa.array([sum(v.verdict not in OUTSIDE[level] for level in LEVELS)
                            for v in verdicts.values()], pa.int64())}))
    return verdicts


def place_items(engine: Engine) -> pa.Table:
    """Make the table of every item's place among all texts; return the texts in their order."""
    kind = column_types(engine.key_type)["item_id"]
    engine.places(PLACES, "dict_item_id")
    return engine.arrow(in_order("dict_item_id", kind)).combine_chunks()


def write_counts(w: Work, part: Sequence[int]) -> None:
    """Stream the cube and the unique items of the table `decided` into one file a day each."""
    engine, key_type = w.pipeline.engine, w.pipeline.plan.key_type
    items = place_items(engine)
    counting = _counting(w, items)
    for name, rows in (("cube", cube(key_type)), ("unique", unique_items(key_type))):
        write = partial(_write_count, w, name, items, counting if name == "cube" else None)
        written = set(ahead(by_day(engine.batches(rows)), write))
        for day in sorted(set(part) & set(w.partitions) - written):  # no visit is known then
            write((day, engine.arrow(rows.limit(0))))
    if w.counted is not None and counting:
        w.counted.append(counting.counted(
            w.partitions[day]["cube"] for day in part if day in w.partitions))


def _counting(w: Work, items: pa.Table) -> Counting | None:
    """Begin to add up what a report of this run will show, if there is to be one and few items."""
    if w.counted is None:
        return None
    held = sum(rows.nbytes for each in w.counted for rows in each.totals.items)
    counting = Counting(items["text"].combine_chunks(), w.verdicts)
    if held + counting.size > MOST_BYTES:  # what is not counted now, the report will read
        return None
    return counting


def _write_count(w: Work, name: str, items: pa.Table, counting: Counting | None,
                 counted: tuple[int, pa.Table]) -> int:
    """Write one day's table, places as texts, and return the day."""
    day, rows = counted
    if counting:
        counting.add(rows)
    write_rows(w, day, name, with_texts(rows, "item_id", items))
    return day


def write_rows(w: Work, day: int, name: str, rows: pa.Table) -> None:
    """Write a day's counts, whole or not at all."""
    aside = w.settings.folder / f"counts-{day}.part"
    pq.write_table(rows, aside, compression="zstd", compression_level=1)
    aside.replace(w.case / count_name(w, day, name))


def count_name(w: Work, day: int, name: str) -> str:
    """Name a day's file of counts after its decisions, and enter it."""
    file = f"counts/{Path(w.partitions[day]['file']).stem}-{name}.parquet"
    w.partitions[day][name] = file
    return file


def stored_findings(w: Work, code: str) -> pa.Table | None:
    """Read what an earlier pass found, None if there was none."""
    file = w.findings.get(code)
    return pq.read_table(w.case / file) if file else None


def merge_findings(w: Work, code: str, found: pa.Table, part: Sequence[int]) -> None:
    """Replace the findings of some days by new ones; groups seen only in a margin are left out."""
    days = pa.array(list(part), pa.int32())
    found = found.filter(pc.is_in(found["day"], value_set=days))
    old = stored_findings(w, code)
    if old is not None and old.num_rows:
        keep = pc.invert(pc.is_in(old["day"], value_set=days))
        found = pa.concat_tables([old.filter(keep), found]).sort_by(
            [(name, "ascending") for name in found.column_names])
    write_findings(w, code, found)


def write_findings(w: Work, code: str, found: pa.Table) -> None:
    """Write a criterion's flagged groups with what was measured, named by their digest."""
    aside = w.settings.folder / "findings.part"
    pq.write_table(found, aside, compression="zstd")
    digest = hashlib.sha256(aside.read_bytes()).hexdigest()
    file = f"findings/{code}-{digest[:12]}.parquet"
    aside.replace(w.case / file)
    w.findings[code] = file
