"""The commands on real cases: one contract for programs, one story for people."""

import csv
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest

from truetally.cli import app, guarded
from truetally.report.data import BY

CONTRACT = {"gross", "net", "total_net", "not_counted", "givt", "sivt", "undetermined", "suspect",
            "rejected_rows", "sivt_decision_rate_permille", "reasons", "digest", "case"}
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e=1+1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


def said(*words: object) -> Said:
    """Run a command as `main` does, in this process."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = guarded(lambda: app([str(word) for word in words], prog_name="truetally",
                                   standalone_mode=False))
    return Said(code=code, out=out.getvalue(), err=err.getvalue())


def asked(*words: object) -> dict[str, Any]:
    """Run a command with --json and return its object."""
    answer = said(*words, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("\n") == 1
    found: dict[str, Any] = json.loads(answer.out)
    assert list(found) == sorted(found)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a simulated log, decided as the case `case`."""
    place = tmp_path_factory.mktemp("cli")
    assert said("simulate", "video-case", "--out", place / "log", "--events", 3000,
                "--seed", 7).code == 0
    answer = said("run", log(place), "--case", place / "case", "--policy", "video")
    assert answer.code == 0, answer.err
    (place / "run.txt").write_text(answer.out, "utf-8")
    return place


def log(place: Path) -> Path:
    """The one file of the simulated log."""
    return next((place / "log" / "events").iterdir())


def event_ids(place: Path) -> list[int]:
    """Every event of the case, in order of its number."""
    table = ds.dataset(place / "case" / "decisions", format="parquet").to_table(
        columns=["event_id"])
    return sorted(table["event_id"].to_pylist())


def test_run_and_show_print_the_same_object_with_the_keys_of_the_contract(folder: Path) -> None:
    again = asked("run", log(folder), "--case", folder / "case")
    assert set(again) >= CONTRACT
    assert again == asked("show", folder / "case")


def test_the_counts_of_the_object_add_up(folder: Path) -> None:
    found = asked("show", folder / "case")
    assert found["events"] == 3000
    assert found["gross"] == found["events"] - found["not_counted"]
    assert found["net"] == found["gross"] - found["givt"]
    assert found["total_net"] == found["net"] - found["sivt"]


@pytest.mark.parametrize("by", [by for by in BY if by != "reason"])
def test_a_breakdown_adds_up_to_the_whole(folder: Path, by: str) -> None:
    found = asked("show", folder / "case", "--by", by)
    for key in ("gross", "net", "total_net", "not_counted", "givt", "sivt", "suspect"):
        assert sum(line[key] for line in found["lines"]) == found[key]


def test_an_item_alone_is_shown_by_day_and_adds_up_to_its_line(folder: Path) -> None:
    items = asked("show", folder / "case", "--by", "item")["lines"]
    days = asked("show", folder / "case", "--item", items[0]["key"])
    assert days["by"] == "day"
    assert sum(line["gross"] for line in days["lines"]) == items[0]["gross"]


def test_the_tables_for_people_hold_the_figures_of_the_object(folder: Path) -> None:
    found, text = asked("show", folder / "case"), (folder / "run.txt").read_text("utf-8")
    for key in ("events", "gross", "net", "total_net", "givt", "sivt"):
        assert f"{found[key]:,}" in text
    assert found["digest"] in text
    assert str(folder / "case" / "report" / "index.html") in text


def test_a_simulated_log_is_marked_as_such_everywhere(folder: Path) -> None:
    assert asked("show", folder / "case")["synthetic"] is True
    assert "Simulated data" in (folder / "run.txt").read_text("utf-8")
    assert "Simulated data" in (folder / "case/report/index.html").read_text("utf-8")


def test_every_view_speaks_chinese_when_asked(folder: Path) -> None:
    number = event_ids(folder)[0]
    for words in (("show", folder / "case"), ("show", folder / "case", "--by", "region"),
                  ("explain", folder / "case", number), ("map", log(folder))):
        answer = said(*words, "--lang", "zh")
        assert (answer.code, answer.err) == (0, "")
        assert any("\u4e00" <= character <= "\u9fff" for character in answer.out)


def test_explain_shows_the_original_row_the_verdict_and_every_signal(folder: Path) -> None:
    number = event_ids(folder)[5]
    found = asked("explain", folder / "case", number)["explanation"]
    answer = said("explain", folder / "case", number)
    assert found["event_id"] == str(number)
    assert found["original"] in answer.out
    assert {each["status"] for each in found["signals"]} <= {
        "flagged", "not flagged", "unknown", "not applicable"}
    assert all(each["code"] in answer.out for each in found["signals"])


def test_the_report_speaks_the_language_of_the_run(folder: Path, tmp_path: Path) -> None:
    answer = said("run", log(folder), "--case", tmp_path / "case", "--lang", "zh")
    page = (tmp_path / "case" / "report" / "index.html").read_text("utf-8")
    assert answer.code == 0
    assert '<html lang="zh-CN">' in page
    assert "总净量" in page


@pytest.mark.parametrize(("words", "what"), [
    (("show", "{}/nowhere"), "no case here"),
    (("explain", "{}/case", str(2**62)), "no such event"),
    (("show", "{}/case", "--item", "no such"), "no such item"),
    (("run", "{}/nowhere.csv", "--case", "{}/new"), "nowhere.csv"),
    (("run", "{}/log/labels.parquet", "--case", "{}/new"), "Next: "),
    (("run", "{}/log/events/*", "--case", "{}/case", "--policy", "click"), "another policy"),
    (("run", "{}/log/events/*", "--case", "{}/new", "--offset", "8"), "not an offset"),
    (("simulate", "video-case", "--out", "{}/log", "--events", "10", "--seed", "1"), "not empty"),
    (("simulate", "video-case", "--out", "{}/x", "--seed", "1"), "--events or --scale"),
    (("map", "{}/nowhere"), "nowhere"),
])
def test_bad_input_is_one_message_on_standard_error(
        folder: Path, words: tuple[str, ...], what: str) -> None:
    answer = said(*[word.replace("{}", str(folder)) for word in words])
    assert (answer.code, answer.out) == (2, "")
    assert what in answer.err
    assert answer.err.startswith("truetally: ")
    assert answer.err.count("\n") == 1


def test_hostile_text_of_a_log_acts_nowhere(tmp_path: Path) -> None:
    rows = [(1_504_137_600_000 + n * 90_000, "play", HOSTILE, HOSTILE, "1.2.3.4", HOSTILE, 60_000)
            for n in range(5)]
    names = ("time_ms", "kind", "item_id", "account_id", "ip", "user_agent", "watched_ms")
    with (tmp_path / "log.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    (tmp_path / "m.toml").write_text(
        '[time]\ncolumn = "time_ms"\nunit = "ms"\n[columns]\n'
        + "".join(f'{name} = "{name}"\n' for name in names[1:]), "utf-8")
    answers = [said("run", tmp_path / "log.csv", "--case", tmp_path / "c", "--mapping",
                    tmp_path / "m.toml", "--policy", "video"),
               said("show", tmp_path / "c", "--by", "item"), said("explain", tmp_path / "c", 0),
               said("map", tmp_path / "log.csv")]
    assert [answer.code for answer in answers] == [0] * 4, answers
    assert not any(set(answer.out) & set("\x1b\u202e") for answer in answers)
    page = (tmp_path / "c" / "report" / "index.html").read_text("utf-8")
    assert "<script" not in page
    assert "alert(1)&lt;/script&gt;\\x1b[31m\\u202e" in page
    cells = (tmp_path / "c" / "report" / "by_item.csv").read_text("utf-8")
    assert "\x1b" not in cells


def test_the_demo_scores_every_row_and_can_be_given_again(tmp_path: Path) -> None:
    words = ("demo", "--out", tmp_path, "--events", 2000, "--seed", 3)
    first = asked(*words)
    parts = [first["score"]["honest"], *first["score"]["fleets"]]
    assert sum(part["events"] for part in parts) == 2000
    assert sum(part["voided"] for part in parts) == first["givt"] + first["sivt"]
    assert asked(*words) == first
    assert list(tmp_path.rglob("report/index.html"))


def test_a_mapping_is_written_once_and_then_kept(folder: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "log.csv", tmp_path / "m.toml"
    source.write_text("ts,vid,uid,watch_seconds\n1504137600,a,u,9\n", "utf-8")
    assert said("map", source, "--out", target).code == 0
    text = target.read_text("utf-8")
    assert 'item_id = "vid"' in text
    again = said("map", source, "--out", target)
    assert (again.code, target.read_text("utf-8")) == (2, text)
    assert said("run", source, "--mapping", target, "--case", tmp_path / "case").code == 0
