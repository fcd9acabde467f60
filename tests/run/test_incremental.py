"""A case that grows equals one from scratch, digest for digest, whatever the order of arrival."""

import hashlib
import itertools
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.run.cases import CHROME, DAY_MS, FIREFOX, MIDNIGHT_MS, row, verdicts, write

from truetally.errors import CaseError, InputError
from truetally.evidence.custody import check
from truetally.report.data import Summary
from truetally.run import breakdown, run_case
from truetally.run.case import read_manifest, write_aside
from truetally.run.custody import record_run, stamps

MAC = ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_6) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/60.0.3112.101 Safari/537.36")
ANDROID = ("Mozilla/5.0 (Linux; Android 7.0; SM-G930V) AppleWebKit/537.36 (KHTML, like Gecko) "
           "Chrome/60.0.3112.107 Mobile Safari/537.36")
IPHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 10_3 like Mac OS X) AppleWebKit/603.1.30 "
          "(KHTML, like Gecko) Version/10.0 Mobile/14E277 Safari/602.1")
SYSTEMS = (CHROME, MAC, FIREFOX, ANDROID, IPHONE)


def at(time_ms: int, **columns: Any) -> dict[str, Any]:
    return row(0, **columns) | {"time_ms": time_ms}


def sources(folder: Path) -> list[str]:
    """Three files whose days overlap and touch, with repeats across midnight and one device that
    shows a new operating system in every file."""
    files = []
    for n in range(3):
        start = MIDNIGHT_MS + n * DAY_MS - 40_000
        rows = [at(start + k * 25_000, item_id=f"i{k % 3}", account_id=f"a{k % 4}",
                   user_agent=SYSTEMS[(n + k // 30) % 5], device_id=f"d{k % 5}") for k in range(60)]
        files.append(str(write(folder / f"s{n}.parquet", rows)))
    return files


def everything(case: Path, summary: Summary) -> tuple[object, ...]:
    manifest = read_manifest(case)
    findings = {code: pq.read_table(case / file).to_pylist()
                for code, file in manifest["findings"].items()}
    return (summary.digest, summary.reasons, summary.gross, summary.total_net, summary.unique_items,
            findings, [breakdown(case, by) for by in ("day", "item", "reason", "terminal")])


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], tuple[object, ...]]:
    """Three files, and everything that a case of all three from scratch says."""
    folder = tmp_path_factory.mktemp("scratch")
    files = sources(folder)
    return files, everything(folder / "whole", run_case(files, folder / "whole", policy="video"))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order_of_arrival_gives_the_case_from_scratch(
        tmp_path: Path, scratch: tuple[list[str], tuple[object, ...]],
        order: tuple[int, ...]) -> None:
    files, whole = scratch
    for n in order:
        summary = run_case([files[n]], tmp_path / "grown", policy="video")
    assert everything(tmp_path / "grown", summary) == whole


def test_a_new_day_changes_the_repeat_at_the_end_of_the_day_before(tmp_path: Path) -> None:
    before = write(tmp_path / "a.parquet", [at(MIDNIGHT_MS - 10_000)])
    after = write(tmp_path / "b.parquet", [at(MIDNIGHT_MS + 10_000)])
    assert run_case([str(before)], tmp_path / "case", policy="video").total_net == 1
    grown = run_case([str(after)], tmp_path / "case", policy="video")
    assert (grown.total_net, grown.not_counted) == (1, 1)
    assert [v for v, _, _ in verdicts(tmp_path / "case").values()] == ["not_counted", "valid"]
    fresh = run_case([str(before), str(after)], tmp_path / "fresh", policy="video")
    assert fresh.digest == grown.digest


def test_a_new_day_that_touches_nothing_leaves_the_other_days_alone(tmp_path: Path) -> None:
    first = write(tmp_path / "a.parquet", [at(MIDNIGHT_MS - 7_200_000)])
    later = write(tmp_path / "b.parquet", [at(MIDNIGHT_MS + 7_200_000, device_id="d2")])
    run_case([str(first)], tmp_path / "case", policy="video")
    run_case([str(later)], tmp_path / "case", policy="video")
    assert read_manifest(tmp_path / "case")["decided_now"] == 1


def test_a_key_that_a_new_day_flags_is_decided_again_wherever_it_is(tmp_path: Path) -> None:
    days = [write(tmp_path / f"{n}.parquet", [at(
        MIDNIGHT_MS + n * DAY_MS + 7_200_000, user_agent=SYSTEMS[n + 2], terminal=None)])
        for n in range(3)]
    for day in days:
        summary = run_case([str(day)], tmp_path / "case", policy="video")
    assert summary.reasons["platform-switching"] == 3
    fresh = run_case([str(d) for d in days], tmp_path / "fresh", policy="video")
    assert fresh.digest == summary.digest


def test_a_column_that_comes_later_makes_its_criterion_apply(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.parquet", [at(MIDNIGHT_MS - DAY_MS)])
    rich = write(tmp_path / "b.parquet", [at(MIDNIGHT_MS + DAY_MS, automation=True)])
    run_case([str(plain)], tmp_path / "case", policy="video")
    grown = run_case([str(rich)], tmp_path / "case", policy="video")
    assert grown.reasons["automation-flag"] == 1
    fresh = run_case([str(plain), str(rich)], tmp_path / "fresh", policy="video")
    assert fresh.digest == grown.digest


def test_the_same_source_again_changes_nothing(tmp_path: Path) -> None:
    source = str(write(tmp_path / "a.parquet", [row(0), row(600)]))
    first = run_case([source], tmp_path / "case", policy="video")
    assert run_case([source], tmp_path / "case", policy="video").digest == first.digest


def test_the_same_bytes_twice_in_one_command_are_refused_unless_asked(tmp_path: Path) -> None:
    one = write(tmp_path / "a.parquet", [row(0)])
    two = tmp_path / "b.parquet"
    two.write_bytes(one.read_bytes())
    with pytest.raises(InputError, match="allow-duplicates"):
        run_case([str(one), str(two)], tmp_path / "case", policy="video")
    allowed = run_case([str(one), str(two)], tmp_path / "twice", policy="video",
                       allow_duplicates=True)
    assert allowed.events == 2
    assert allowed.reasons["replayed-row"] == 1


def test_another_policy_offset_or_engine_asks_for_another_case(tmp_path: Path) -> None:
    source = str(write(tmp_path / "a.parquet", [row(0)]))
    run_case([source], tmp_path / "case", policy="video")
    for other in ({"policy": "click"}, {"offset": "+00:00"}):
        with pytest.raises(CaseError, match="begin a new"):
            run_case([source], tmp_path / "case", **other)


def test_a_source_read_in_place_that_changes_later_is_noticed(tmp_path: Path) -> None:
    first = write(tmp_path / "a.parquet", [row(0)])
    run_case([str(first)], tmp_path / "case", policy="video")
    write(first, [row(0), row(700), row(900)])
    other = write(tmp_path / "b.parquet", [row(86_400)])
    with pytest.raises(InputError, match="changed since"):
        run_case([str(other)], tmp_path / "case")


@pytest.mark.parametrize("told", [{"versions": {"duckdb": "1.9.9"}}, {"keys": "128 bits"},
                                  {"keys": None}])
def test_profiles_with_keys_of_another_kind_are_not_read(
        tmp_path: Path, scratch: tuple[list[str], tuple[object, ...]],
        told: dict[str, object]) -> None:
    files, whole = scratch
    run_case(files[:2], tmp_path / "grown", policy="video")
    manifest = read_manifest(tmp_path / "grown") | told
    (tmp_path / "grown/manifest.json").write_text(json.dumps(manifest))
    for profile in (tmp_path / "grown/profiles").iterdir():
        profile.write_bytes(b"keys of another hash")
    assert everything(tmp_path / "grown", run_case(files[2:], tmp_path / "grown")) == whole


def test_a_record_names_what_its_run_made_and_the_last_of_each_file_holds(tmp_path: Path) -> None:
    case = tmp_path / "case"
    rows = [[at(MIDNIGHT_MS + n * 5 * DAY_MS + k * 60_000) for k in range(9)] for n in range(3)]
    made = []
    for n, each in enumerate(rows):
        run_case([str(write(tmp_path / f"s{n}.parquet", each))], case, policy="click")
        made.append({o["name"]: o["sha256"] for o in check(case)[-1]["outputs"]})
    manifest = read_manifest(case)
    days = [p["file"] for p in manifest["partitions"]]
    assert [[day in record for day in days] for record in made] == [
        [True, False, False], [False, True, False], [False, False, True]]
    latest = made[0] | made[1] | made[2]
    assert set(manifest["files"]) <= set(latest)
    for name in ("manifest.json", *manifest["files"]):
        assert latest[name] == hashlib.sha256((case / name).read_bytes()).hexdigest()


def test_a_file_that_a_run_makes_anew_under_its_old_name_is_recorded_again(tmp_path: Path) -> None:
    case = tmp_path / "case"
    run_case([str(write(tmp_path / "a.parquet", [at(MIDNIGHT_MS)]))], case, policy="click")
    manifest = read_manifest(case)
    earlier = stamps(case, [*manifest["files"], "gone.parquet"])
    assert set(earlier) == set(manifest["files"])
    name = manifest["files"][0]
    write_aside(case / name, (case / name).read_bytes())  # the same bytes, and yet made now
    record_run(case, manifest, added=[0], acquisition=None, earlier=earlier)
    assert [o["name"] for o in check(case)[-1]["outputs"]] == ["manifest.json", name]
