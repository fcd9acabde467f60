from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.run.cases import NOON_MS, decide, row, write

from truetally.criteria import all_criteria
from truetally.decisions.policy import read_policy
from truetally.report.data import Signal
from truetally.run import load_summary, run_case
from truetally.run.case import read_manifest, write_manifest
from truetally.run.explain import explain

SHARED = Path(__file__).parents[3] / "shared" / "data" / "elastic_apache_logs.log"


def signals(case: Path, event: int) -> dict[str, Signal]:
    return {s.code: s for s in explain(case, event).signals}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One device that plays every 31 seconds, thirty seconds each time, and one honest play."""
    folder = tmp_path_factory.mktemp("busy")
    rows = [row(n * 31, device_id="bot", account_id=f"a{n}", watched_ms=30_000, item_id=f"i{n % 9}")
            for n in range(40)] + [row(5, device_id="human", account_id="ann")]
    run_case([str(write(folder / "s.parquet", rows))], folder / "case", policy="video")
    return folder / "case"


@pytest.fixture(scope="module")
def fourth(busy: Path) -> dict[str, Signal]:
    """The signals of the fourth play of the device that plays every 31 seconds."""
    return signals(busy, 3)


def test_a_flagged_group_shows_what_was_measured_beside_the_threshold(
        fourth: dict[str, Signal]) -> None:
    found = fourth["interval-heaping"]
    assert found.status == "flagged"
    assert set(found.measured.values()) == {39}  # 39 gaps, all of them 31 seconds
    assert found.thresholds["share_permille"] == 700


def test_a_group_that_was_not_flagged_is_measured_again(fourth: dict[str, Signal]) -> None:
    found = fourth["device-rate"]
    assert found.status == "not flagged"
    assert found.measured == {"events": 40}
    assert found.key["hour"] == 12


def test_an_event_of_another_device_is_measured_by_its_own_group(busy: Path) -> None:
    assert signals(busy, 40)["device-rate"].measured == {"events": 1}


def test_a_repeat_shows_the_times_of_its_neighbours(tmp_path: Path) -> None:
    rows = [row(0), row(20)]
    run_case([str(write(tmp_path / "s.parquet", rows))], tmp_path / "case", policy="video")
    first = signals(tmp_path / "case", 0)["double-click"]
    assert first.status == "flagged"
    assert first.measured == {"previous_ms": None, "next_ms": NOON_MS + 20_000}


def test_a_criterion_without_its_column_is_not_applicable(fourth: dict[str, Signal]) -> None:
    assert fourth["http-status"].status == "not applicable"


def test_an_unknown_value_is_said_to_be_unknown(tmp_path: Path) -> None:
    rows = [row(0, status=200), row(99, status=None)]
    run_case([str(write(tmp_path / "s.parquet", rows))], tmp_path / "case", policy="video")
    assert signals(tmp_path / "case", 0)["http-status"].status == "not flagged"
    assert signals(tmp_path / "case", 1)["http-status"].status == "unknown"


def test_a_listed_host_names_its_entry_and_source(tmp_path: Path) -> None:
    rows = [row(0, referrer="http://oowok3vd9.bkt.clouddn.com/x"), row(60)]
    run_case([str(write(tmp_path / "s.parquet", rows))], tmp_path / "case", policy="video")
    found = signals(tmp_path / "case", 0)["redirect-referrer"]
    assert found.status == "flagged"
    assert "clouddn.com" in found.entry
    assert "778" in found.entry


def test_a_verdict_is_the_one_that_was_given_whatever_criteria_say_by_now(tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert decide(tmp_path, [row(0), row(20)]).not_counted == 1
    assert explain(case, 0).verdict == "not_counted"
    manifest = read_manifest(case)
    mask = next(m for m, said in manifest["verdicts"].items() if said[0] == "not_counted")
    manifest["verdicts"][mask] = ["sivt", "redirect-referrer", False]  # by an older revision
    write_manifest(case, manifest)
    found, shown = explain(case, 0), load_summary(case)
    assert (found.verdict, found.primary) == ("sivt", "redirect-referrer")
    assert (shown.sivt, shown.not_counted) == (1, 0)


def test_every_signal_of_the_policy_is_listed(fourth: dict[str, Signal]) -> None:
    assert list(fourth) == list(read_policy("video", all_criteria()).reason_codes)


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")
def test_the_original_line_of_any_event_of_a_real_log_is_shown(tmp_path: Path) -> None:
    summary = run_case([str(SHARED)], tmp_path / "case")
    assert summary.events + summary.rejected_rows == 10_000
    lines = SHARED.read_bytes().split(b"\n")
    for number in (0, 1, 4_321, 9_998):
        assert explain(tmp_path / "case", number).original == lines[number].decode()


def test_one_device_that_several_criteria_flag_is_named_in_the_findings_of_each(
        tmp_path: Path) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0"
    rows = [row(n * 31, device_id="bot", account_id=f"a{n}", watched_ms=30_000,
                user_agent=agent.format(n)) for n in range(10, 60)]
    run_case([str(write(tmp_path / "s.parquet", rows))], tmp_path / "case", policy="video")
    found = read_manifest(tmp_path / "case")["findings"]
    for code in ("interval-heaping", "many-user-agents"):
        named = pq.read_table(tmp_path / "case" / found[code])
        assert set(named["device_id"].to_pylist()) == {"bot"}
