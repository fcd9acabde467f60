"""A decided case opened again: what it was decided from, on an engine, without a trace."""

from pathlib import Path

import duckdb
import ibis
import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.run.cases import MIDNIGHT_MS, decide, row

from truetally.errors import CaseError, InputError
from truetally.run.case import read_manifest
from truetally.run.ingest import event_columns, known_of
from truetally.run.reading import (
    bare_plan,
    day_file,
    masks_of_day,
    open_sources,
    stored_policy,
)
from truetally.run.summary import judge

OFFSET_MS = 28_800_000


def case_of(folder: Path) -> Path:
    """Two days, three events, one of them a repeat."""
    decide(folder, [row(0), row(20), row(0) | {"time_ms": MIDNIGHT_MS + 5}])
    return folder / "case"


def test_the_events_of_the_sources_are_there_and_the_engine_is_closed_after(
        tmp_path: Path) -> None:
    case = case_of(tmp_path)
    before = sorted((p, p.stat().st_mtime_ns) for p in case.rglob("*"))
    known = known_of(read_manifest(case))
    with open_sources(case, known) as engine:
        events = ibis.table({"item_id": "string"}, name="events")
        assert engine.arrow(events)["item_id"].to_pylist() == ["film"] * 3
    with pytest.raises(duckdb.ConnectionException):
        engine.arrow(events)
    assert sorted((p, p.stat().st_mtime_ns) for p in case.rglob("*")) == before


def test_only_what_is_said_can_be_read_besides(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    known = known_of(read_manifest(case))
    day = day_file(case, read_manifest(case), MIDNIGHT_MS // 86_400_000)
    types = {"event_id": "int64"}
    for also, seen in (((), False), ((case / "decisions",), True)):
        with open_sources(case, known, also=also) as engine:
            def rows(held: object = engine) -> None:
                held.open_decisions([(day, 0)])  # type: ignore[attr-defined]
                held.arrow(ibis.table(types, name="decisions"))  # type: ignore[attr-defined]
            if seen:
                rows()
            else:
                with pytest.raises(duckdb.PermissionException):
                    rows()


def test_a_source_that_is_gone_is_said_before_any_engine_starts(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    (tmp_path / "source.parquet").unlink()
    with (pytest.raises(InputError, match="is gone"),
          open_sources(case, known_of(read_manifest(case)), engine="no such engine")):
        pass


def test_the_policy_is_the_one_decided_under_with_its_lists(tmp_path: Path) -> None:
    manifest = read_manifest(case_of(tmp_path))
    policy, lists = stored_policy(manifest)
    assert policy.sha256 == manifest["policy"]["sha256"] == judge(manifest)[0].sha256
    assert lists.as_json() == manifest["lists"]


def test_a_bare_plan_asks_for_nothing_but_what_counts_are_made_of(tmp_path: Path) -> None:
    manifest = read_manifest(case_of(tmp_path))
    known = known_of(manifest)
    plan = bare_plan(stored_policy(manifest)[0], known, OFFSET_MS, "int64")
    assert (plan.rules, plan.spec.derived, plan.spec.masked, plan.spec.present) == ((), (), (), ())
    assert plan.spec.keys == ("item_id",)
    assert set(plan.spec.columns) == event_columns(known)


def test_the_masks_of_a_day_stand_in_the_order_of_its_decisions(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    manifest = read_manifest(case)
    day = manifest["partitions"][0]["day"]
    order, masks = masks_of_day(case, manifest, known_of(manifest), day)
    stored = pq.read_table(day_file(case, manifest, day))
    assert order.tolist() == stored["event_id"].to_pylist() == sorted(order.tolist())
    assert np.array_equal(masks, stored["reasons"].to_numpy())
    assert [bool(mask) for mask in masks] == [True, False]
    with pytest.raises(CaseError, match="no decisions for the event's day"):
        masks_of_day(case, manifest, known_of(manifest), day + 9)
