"""Write a restated day's counts: from the old counts wherever these say enough.

A cube holds masks, so it is counted again without an event. Sessions cannot be added up from masks:
for the items of a day some of whose events moved between levels, and for no others, the events are
read: item, session and what stands for one.
"""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.counts.cube import LEVELS, unique_items
from truetally.counts.recount import TEXTS, replaced
from truetally.decisions.plan import COUNTED_BY, Plan
from truetally.engine.order import Whole
from truetally.engine.places import with_texts
from truetally.engine.spec import table
from truetally.run.case import inside
from truetally.run.changes import stored_masks
from truetally.run.dictionaries import load_dictionaries
from truetally.run.ingest import ranked
from truetally.run.pipeline import spans
from truetally.run.placed import place
from truetally.run.reading import bare_plan
from truetally.run.results import (
    MaskOf,
    count_name,
    decided_days,
    judge_masks,
    write_counts,
    write_rows,
)
from truetally.run.runner import chunks
from truetally.run.work import Work, days_of, look_at

UNIQUES = pa.schema([("day", pa.int32()), ("item_id", pa.string()),
                     *((f"unique_{name}", pa.int64()) for name in LEVELS)])


def day_cube(case: Path, partition: Mapping[str, Any]) -> pa.Table:
    """Read one day's cube, texts as codes of one dictionary a column."""
    file = pq.ParquetFile(inside(case, partition["cube"]), read_dictionary=list(TEXTS))
    return file.read(use_threads=False).unify_dictionaries()


def linked(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system has no such thing."""
    if source == target:
        return
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def write_uniques(w: Work, old: Path, partitions: Mapping[int, Mapping[str, Any]],
                  touched: Mapping[int, Sequence[str]]) -> None:
    """Write the unique items of all `partitions`; sessions of the items `touched` are read."""
    rows = days_of(w.known)
    for part in chunks(sorted(touched), rows):
        new = _sessions(w, {day: touched[day] for day in part})
        for day in part:
            was = pq.ParquetFile(inside(old, partitions[day]["unique"])).read()
            write_rows(w, day, "unique", replaced(was, new.filter(pc.equal(new["day"], day))))
    for day, partition in partitions.items():
        if day not in touched:
            linked(inside(old, partition["unique"]), w.case / count_name(w, day, "unique"))


def _sessions(w: Work, touched: Mapping[int, Sequence[str]]) -> pa.Table:
    """Count the sessions of some items on some days, under the decisions already written."""
    engine, days = w.pipeline.engine, sorted(touched)
    look_at(w, days)
    plan = bare_plan(w.policy, w.known, w.settings.offset_ms, engine.key_type)
    engine.open_facts(replace(
        plan.spec, small=("item_id",), keys=(), computed=("visit",),
        spans=spans(days, 0, w.settings.offset_ms)))
    names = sorted({item for items in touched.values() for item in items})
    key = {name: place for place, name in enumerate(names)}
    pairs = [(day, item, key[item]) for day in days for item in touched[day]]
    engine.load("touched", pa.table(
        {"on_day": pa.array([p[0] for p in pairs], pa.int32()),
         "text": pa.array([p[1] for p in pairs], pa.string()),
         "key": pa.array([p[2] for p in pairs], pa.int64())}))
    engine.load("dict_item_id", pa.table({"key": pa.array(range(len(names)), pa.int64()),
                                          "text": pa.array(names, pa.string())}))
    _placed(w)
    masks, mask_of = _stored(w, days)
    lookup, items = judge_masks(w, masks), place(engine, "dict_item_id", "item_id")
    found = [unique_items(rows, lookup.level[lookup.places(rows["mask"])])
             for _, rows in decided_days(w, "counted", ("item_id", "visit"), mask_of)]
    return pa.concat_tables([UNIQUES.empty_table(), *(
        with_texts(rows, "item_id", items) for rows in found)])  # of no known session, no day


def _placed(w: Work) -> None:
    """Make the table `counted` of the events of touched items, with a key for each item."""
    engine = w.pipeline.engine
    facts = ibis.table({"order_id": "int64", "day": "int32", "item_id": "string",
                        "visit": engine.key_type}, name="facts_raw")
    touched = ibis.table({"on_day": "int32", "text": "string", "key": "int64"}, name="touched")
    joined = facts.filter(facts.visit.notnull()).inner_join(
        touched, [facts.item_id == touched.text, facts.day == touched.on_day])
    engine.create("counted", joined.select(
        facts.order_id, facts.day, touched.key.name("item_id"), facts.visit))


def _stored(w: Work, days: Iterable[int]) -> tuple[set[int], MaskOf]:
    """Read the distinct masks of some days' decisions, and say how to find those of events."""
    files = {day: w.case / w.partitions[day]["file"] for day in days}

    def mask_of(day: int, ids: Whole) -> Whole:
        order, masks = stored_masks(files[day], ranked(w.known))
        return masks[np.searchsorted(order, ids)]

    return {mask for file in files.values() for mask in pc.unique(
        pq.read_table(file, columns=["reasons"])["reasons"]).to_pylist()}, mask_of


def count_again(w: Work, days: Sequence[int]) -> None:
    """Write the counts of whole days from their events and the decisions already written."""
    engine = w.pipeline.engine
    plan: Plan = bare_plan(w.policy, w.known, w.settings.offset_ms, engine.key_type)
    for part in chunks(sorted(days), days_of(w.known)):
        look_at(w, part)
        spec = replace(plan.spec, spans=spans(part, 0, w.settings.offset_ms))
        engine.open_facts(load_dictionaries(engine, plan, spec, w.settings.lists.deriving))
        t = table("facts_raw", ("order_id", "day", *COUNTED_BY), engine.key_type)
        engine.create("counted", t.filter(t.day.isin(list(part))))
        write_counts(w, *_stored(w, part))
