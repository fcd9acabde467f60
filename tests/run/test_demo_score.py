"""Every labelled row is counted once, under its fleet and its verdict."""

import json
from pathlib import Path

import pyarrow as pa
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


def write(folder: Path, sources: int = 1) -> tuple[Path, Path]:
    """Write a case of two days with a decision for each row, and its labels."""
    (folder / "decisions").mkdir(parents=True)
    decided = [(row, each) for row, each in enumerate(ROWS) if each[2]]
    halves = (decided[:3], decided[3:])
    for place, half in enumerate(halves):
        pq.write_table(pa.table({
            "event_id": [(0 << ROW_BITS) + row for row, _ in half],
            "verdict": pa.array([each[2] for _, each in half]).dictionary_encode(),
            "suspect": [each[3] for _, each in half]}), folder / f"decisions/{place}.parquet")
    source = {"rows": len(decided), "rejected": len(ROWS) - len(decided)}
    manifest = {"layout": LAYOUT, "sources": [source] * sources,
                "partitions": [{"file": f"decisions/{place}.parquet"} for place in (0, 1)]}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    labels = folder / "labels.parquet"
    pq.write_table(pa.table({"label": [each[0] for each in ROWS],
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
    pq.write_table(pq.read_table(labels).slice(1), labels)
    with pytest.raises(CaseError, match="expected one source with 8 rows"):
        score(case, labels)
    with pytest.raises(CaseError, match="labels are not of this case"):
        score(*write(tmp_path / "two", sources=2))
