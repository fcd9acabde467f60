"""What criteria of groups found, as the case keeps it."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.decisions.policies import HEAD, line
from tests.run.cases import NOON_MS, decide, row

from truetally.decisions.policy import Policy
from truetally.decisions.verdict import Verdict
from truetally.run import results
from truetally.run.case import read_manifest
from truetally.run.store import verdict_table


def test_a_criterion_that_found_nothing_keeps_a_table_of_the_same_columns(tmp_path: Path) -> None:
    tables = []
    for name, rows in (("some", [row(n * 31, watched_ms=30_000) for n in range(40)]),
                       ("none", [row(0)])):
        (tmp_path / name).mkdir()
        decide(tmp_path / name, rows)
        case = tmp_path / name / "case"
        file = read_manifest(case)["findings"]["interval-heaping"]
        tables.append(pq.read_table(case / file))
    some, none = tables
    assert (some.num_rows, none.num_rows) == (1, 0)
    assert some.schema.types == none.schema.types
    assert some.column_names == none.column_names


def test_every_distinct_mask_is_judged_once_however_many_events_have_it(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []

    def counted(masks: Sequence[int], policy: Policy) -> dict[int, Verdict]:
        judged.extend(masks)
        return verdict_table(masks, policy)

    monkeypatch.setattr(results, "verdict_table", counted)
    decide(tmp_path, [row(n * 90) for n in range(50)])
    assert len(judged) == len(set(judged)) == 1


def test_a_device_of_many_hours_is_found_whether_its_hours_were_counted_for_others_or_not(
        tmp_path: Path) -> None:
    rows = [row(device_id=device, item_id=f"{hour}") | {"time_ms": NOON_MS + hour * 3_600_000}
            for device, hours in (("awake", 12), ("asleep", 11)) for hour in range(hours)]
    found = []
    for codes in (["round-the-clock"], ["device-rate", "round-the-clock"]):
        folder = tmp_path / codes[0]
        folder.mkdir()
        values = {"round-the-clock": "parameters = {least_hours = 12, least_events = 12}"}
        (folder / "own.toml").write_text("\n".join([HEAD, *(
            f"[[criterion]]\n{line(code)}\n{values.get(code, '')}" for code in codes)]), "utf-8")
        decide(folder, rows, str(folder / "own.toml"))
        file = read_manifest(folder / "case")["findings"]["round-the-clock"]
        found.append(pq.read_table(folder / "case" / file).to_pylist())
    assert found[0] == found[1] == [
        {"day": 17410, "device_id": "awake", "hours": 12, "events": 12}]
