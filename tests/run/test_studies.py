"""Studies judge a whole profile at once: on real cases, and when what they return is unusable."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.decisions.policies import HEAD, line
from tests.run.cases import MIDNIGHT_MS, row, write

from truetally.criteria import all_criteria
from truetally.criterion import Study, Values
from truetally.decisions.policy import Rule, parse_policy
from truetally.errors import EngineError
from truetally.report.data import Summary
from truetally.run import breakdown, run_case
from truetally.run.case import read_manifest
from truetally.run.explain import explain
from truetally.run.studies import find

HOUR_MS = 3_600_000
FLAT = [20] * 24
DAILY = [8, 4, 2, 2, 2, 4, 8, 16, 20, 22, 24, 26, 30, 28, 24, 22, 24, 28, 34, 40, 44, 40, 28, 16]
POLICY = f'{HEAD}\n[[criterion]]\n{line("even-curve")}'
PROFILE = pa.table({"day": pa.array([1], pa.int32()), "item_id": ["a"],
                    "hour": pa.array([0], pa.int32()), "events": [20]})


def day(item: str, curve: list[int]) -> list[dict[str, Any]]:
    """One item's plays of a local day, by hour."""
    return [row(item_id=item, device_id=f"{item} {hour} {n}")
            | {"time_ms": MIDNIGHT_MS + hour * HOUR_MS + n * 60_000}
            for hour, events in enumerate(curve) for n in range(events)]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """A case of one item that was played evenly round the clock, and one by day and night."""
    folder = tmp_path_factory.mktemp("even")
    (folder / "own.toml").write_text(POLICY, encoding="utf-8")
    source = write(folder / "source.parquet", day("flat", FLAT) + day("daily", DAILY))
    summary = run_case([str(source)], folder / "case", policy=str(folder / "own.toml"))
    return folder / "case", summary


def test_a_flat_curve_is_flagged_and_a_daily_one_is_not(case: tuple[Path, Summary]) -> None:
    folder, summary = case
    assert sum(FLAT) == 480
    assert sum(DAILY) > 480
    assert summary.reasons == {"even-curve": 480}
    suspect = {line.key: line.suspect for line in breakdown(folder, "item")}
    assert suspect == {"flat": 480, "daily": 0}


def test_what_a_study_measured_is_kept_with_the_texts_of_its_keys(
        case: tuple[Path, Summary]) -> None:
    folder, _ = case
    found = pq.read_table(folder / read_manifest(folder)["findings"]["even-curve"]).to_pylist()
    assert [each["hour"] for each in found] == list(range(24))
    assert {(each["item_id"], each["total"], each["dispersion_milli"]) for each in found} == {
        ("flat", 480, 0)}


def test_an_event_shows_the_profile_that_the_study_judged(case: tuple[Path, Summary]) -> None:
    folder, _ = case
    [signal] = explain(folder, 3 * 20).signals
    assert (signal.status, signal.measured["events"], signal.key["hour"]) == ("flagged", 20, 3)


def rule(result: pa.Table) -> Rule:
    """The rule of a study that returns `result` whatever it is given."""
    found = parse_policy(POLICY, "own.toml", all_criteria()).rules[0]
    shape = found.criterion.shape
    assert isinstance(shape, Study)

    def returned(profile: pa.Table, values: Values, seed: int) -> pa.Table:
        return result

    return replace(found, criterion=replace(found.criterion, shape=replace(shape, find=returned)))


@pytest.mark.parametrize("result", [
    PROFILE.drop(["hour"]),
    PROFILE.append_column("score", pa.array([0.5])),
    PROFILE.append_column("why", pa.array(["because"])),
    pa.table({}),
], ids=["a key is missing", "a float", "a text", "nothing"])
def test_a_study_that_returns_other_columns_stops_the_run(result: pa.Table) -> None:
    with pytest.raises(EngineError, match=r"even-curve.*expected keys day, item_id, hour"):
        find(rule(result), PROFILE, 0)


def test_a_study_may_return_its_keys_and_whole_numbers() -> None:
    assert find(rule(PROFILE), PROFILE, 0) == PROFILE
