"""Write what was counted and found: counts by day, findings by criterion."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.counts.cube import cube, ordered, unique_items
from truetally.decisions.plan import COUNTED_BY
from truetally.engine.order import Whole
from truetally.engine.places import as_stored, with_texts
from truetally.events.ahead import ahead
from truetally.run.ingest import ranked
from truetally.run.placed import place, placed_once
from truetally.run.store import Lookup, by_day, verdict_table, write_day
from truetally.run.totals import Counting
from truetally.run.work import Work

MOST_BYTES = 200_000_000  # of memory for sums that a run keeps for its report
MaskOf: TypeAlias = Callable[[int, Whole], Whole]  # a day, and order ids of it: their masks
DIFFERENCES = {"watched_ms": "DELTA_BINARY_PACKED", "events": "DELTA_BINARY_PACKED"}


def write_decided(w: Work, part: Sequence[int], masks: Collection[int], mask_of: MaskOf,
                  ) -> None:
    """Write decisions and counts of the days of `part` from the table `facts`, in one stream.

    `masks` are the distinct ones of `mask_of`.
    """
    lookup = judge_masks(w, masks)
    items = placed_once(w.pipeline, "item_id")
    counting = _counting(w, items)

    def write(each: tuple[int, pa.Table]) -> dict[str, Any]:
        place = lookup.places(each[1]["mask"])
        made = asdict(write_day(w.case / "decisions", *each, lookup, place, ranked(w.known)))
        counted = count(each[1], place, lookup)
        return made | _write_counts(w, made["file"], counted, items, counting)

    # A pass without own days holds no others, and so does the one day that a patch looks at.
    days = part if w.pipeline.own_days else None
    with w.pipeline.clock.stage("write decisions and counts"):
        for made in ahead(decided_days(w, "facts", COUNTED_BY, mask_of, days), write):
            w.partitions[made["day"]] = made
            w.changed += made["rows"]
    if w.counted is not None and counting:
        w.counted.append(counting.counted(
            w.partitions[day]["cube"] for day in part if day in w.partitions))


def decided_days(w: Work, name: str, columns: Sequence[str], mask_of: MaskOf,
                 days: Sequence[int] | None = None) -> Iterator[tuple[int, pa.Table]]:
    """Stream the facts `name`, a day at a time, in the total order, with their final masks.

    Columns: see `counts.cube.ordered`; mask. Texts may be codes of a dictionary.
    """
    p = w.pipeline
    rows = ordered(name, p.engine.key_type, columns, days)
    for day, found in by_day(p.engine.batches(rows, coded=True), p.clock.advance):
        masks = mask_of(day, found["order_id"].to_numpy())
        yield day, found.append_column("mask", pa.array(masks))


def judge_masks(w: Work, masks: Collection[int]) -> Lookup:
    """Decide every distinct mask."""
    verdicts = verdict_table(sorted(masks), w.policy)
    w.verdicts |= verdicts
    return Lookup(verdicts, w.policy)


def _counting(w: Work, items: pa.Table) -> Counting | None:
    """Begin to add up what a report of this run will show, if there is to be one and few items."""
    if w.counted is None:
        return None
    held = sum(rows.nbytes for each in w.counted for rows in each.totals.items)
    counting = Counting(items["text"].combine_chunks(), w.verdicts)
    if held + counting.size > MOST_BYTES:  # what is not counted now, the report will read
        return None
    return counting


def write_counts(w: Work, masks: Collection[int], mask_of: MaskOf) -> None:
    """Write the counts of the table `counted`, whose decisions are written, one file a day each."""
    lookup = judge_masks(w, masks)
    items = place(w.pipeline.engine, "dict_item_id", "item_id")

    def write(each: tuple[int, pa.Table]) -> tuple[int, dict[str, str]]:
        counted = count(each[1], lookup.places(each[1]["mask"]), lookup)
        return each[0], _write_counts(w, w.partitions[each[0]]["file"], counted, items)

    for day, files in ahead(decided_days(w, "counted", COUNTED_BY, mask_of), write):
        w.partitions[day] |= files


def count(rows: pa.Table, mask: Whole, lookup: Lookup) -> dict[str, pa.Table]:
    """Count one day's events, by the places of their masks in `lookup`."""
    return {"cube": cube(rows, mask), "unique": unique_items(rows, lookup.level[mask])}


def _write_counts(w: Work, decisions: str, counted: Mapping[str, pa.Table], items: pa.Table,
                  counting: Counting | None = None) -> dict[str, str]:
    """Write one day's counts, places as texts, and name the files by what they hold."""
    if counting:
        counting.add(counted["cube"], counted["unique"])
    files = {name: _count_file(decisions, name) for name in counted}
    write_file(w, files["cube"], as_stored(counted["cube"], "item_id", items))
    write_file(w, files["unique"], with_texts(counted["unique"], "item_id", items))
    return files


def write_rows(w: Work, day: int, name: str, rows: pa.Table) -> None:
    """Write a day's counts, and enter the file."""
    write_file(w, count_name(w, day, name), rows)


def write_file(w: Work, name: str, rows: pa.Table) -> None:
    """Write a file of counts, whole or not at all; codes of texts are stored as texts.

    Watch times are seldom alike. Texts that are not coded stand in order: plain, their repeats are
    packed for less than it takes to number them.
    """
    aside = w.settings.folder / f"{Path(name).stem}.part"
    apart = [field.name for field in rows.schema
             if field.name in DIFFERENCES or pa.types.is_string(field.type)]
    pq.write_table(rows, aside, compression="zstd", compression_level=1, store_schema=False,
                   use_dictionary=[name for name in rows.column_names if name not in apart],
                   column_encoding={name: DIFFERENCES.get(name, "PLAIN") for name in apart},
                   write_statistics=["item_id"])  # what is looked for
    aside.replace(w.case / name)


def count_name(w: Work, day: int, name: str) -> str:
    """Name a day's file of counts after its decisions, and enter it."""
    file = _count_file(w.partitions[day]["file"], name)
    w.partitions[day][name] = file
    return file


def _count_file(decisions: str, name: str) -> str:
    return f"counts/{Path(decisions).stem}-{name}.parquet"


def stored_findings(w: Work, code: str) -> pa.Table | None:
    """Read what an earlier pass found, None if there was none."""
    file = w.findings.get(code)
    return pq.read_table(w.case / file) if file else None


def merge_findings(w: Work, code: str, found: pa.Table, part: Sequence[int]) -> str:
    """Replace the findings of some days by new ones; groups seen only in a margin are left out.

    Returns the file; whoever calls enters it.
    """
    days = pa.array(list(part), pa.int32())
    found = found.filter(pc.is_in(found["day"], value_set=days))
    old = stored_findings(w, code)
    if old is not None and old.num_rows:
        keep = pc.invert(pc.is_in(old["day"], value_set=days))
        found = pa.concat_tables([old.filter(keep), found]).sort_by(
            [(name, "ascending") for name in found.column_names])
    return write_findings(w, code, found)


def write_findings(w: Work, code: str, found: pa.Table) -> str:
    """Write a criterion's flagged groups with what was measured, named by their digest.

    Returns the file; whoever calls enters it.
    """
    aside = w.settings.folder / f"findings-{code}.part"
    pq.write_table(found, aside, compression="zstd")
    digest = hashlib.sha256(aside.read_bytes()).hexdigest()
    file = f"findings/{code}-{digest[:12]}.parquet"
    aside.replace(w.case / file)
    return file
