"""Every labelled row is counted once, under its fleet and its verdict."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from truetally.errors import CaseError
from truetally.events.schema import ROW_BITS
from truetally.run.case import LAYOUT
from truetally.run.demo import score

ROWS = [  # label, fleet, verdict, suspect; no verdict: rejected
    ("honest", None, "valid", False), ("honest", None, "valid", True),
    ("honest", None, "givt", False), ("honest", None, "not_counted", False),
    ("fake", "S1", "sivt", False), ("fake", "S1", "valid", True), ("fake", "S1", None, None),
    ("fake", "S2", "undetermined", False), ("fake", "S2", "givt", False),
]


def event(row: int) -> int:
    """Even rows are of the first source, odd ones of the second."""
    return (row % 2 << ROW_BITS) + row // 2


def write(folder: Path) -> tuple[Path, Path]:
    """Write a case of two sources and two days with a decision for each row, and its labels."""
    (folder / "decisions").mkdir(parents=True)
    decided = [(row, each) for row, each in enumerate(ROWS) if each[2]]
    halves = (decided[:3], decided[3:])
    for place, half in enumerate(halves):
        pq.write_table(pa.table({
            "event_id": [event(row) for row, _ in half],
            "verdict": pa.array([each[2] for _, each in half]).dictionary_encode(),
            "suspect": [each[3] for _, each in half]}), folder / f"decisions/{place}.parquet")
    manifest = {"layout": LAYOUT, "sources": [{"name": f"log-{n}.parquet"} for n in range(2)],
                "partitions": [{"file": f"decisions/{place}.parquet"} for place in (0, 1)]}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    labels = folder / "labels.parquet"
    pq.write_table(pa.table({"file": [f"log-{row % 2}" for row in range(len(ROWS))],
                             "row": [row // 2 for row in range(len(ROWS))],
                             "label": [each[0] for each in ROWS],
                             "fleet": pa.array([each[1] for each in ROWS], pa.string())}), labels)
    return folder, labels


def test_each_fleet_and_the_honest_are_counted_by_verdict(tmp_path: Path) -> None:
    found = score(*write(tmp_path))
    honest = found.honest
    assert (honest.events, honest.voided, honest.suspect, honest.not_counted, honest.valid) == (
        4, 1, 1, 1, 2)
    first, second = found.fleets
    assert (first.fleet, first.voided, first.suspect, first.valid, first.rejected) == (
        "S1", 1, 1, 1, 1)
    assert (second.fleet, second.voided, second.undetermined) == ("S2", 1, 1)


def test_every_row_is_counted_exactly_once(tmp_path: Path) -> None:
    found = score(*write(tmp_path))
    for one in (found.honest, *found.fleets):
        assert one.events == (one.voided + one.not_counted + one.undetermined + one.valid
                              + one.rejected)
    assert sum(one.events for one in (found.honest, *found.fleets)) == len(ROWS)


def test_labels_of_another_log_are_refused(tmp_path: Path) -> None:
    case, labels = write(tmp_path)
    truth = pq.read_table(labels)
    pq.write_table(truth.slice(1), labels)
    with pytest.raises(CaseError, match="decided rows without a label: found 1"):
        score(case, labels)
    pq.write_table(truth.filter(pc.equal(truth["file"], "log-0")), labels)
    with pytest.raises(CaseError, match="expected log-0; found log-0, log-1"):
        score(case, labels)
