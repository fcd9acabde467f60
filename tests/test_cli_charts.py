"""rank, trend, restate, reconcile and the creator's page, as whole commands on one small case."""

import json
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests.run.cases import decide, row

from truetally.cli import app, guarded

POLICY = """
name = "p"
revision = 1
title = "P"
title_zh = "策略"
metric = "a play"
metric_zh = "一次播放"
citation = "none"
[[criterion]]
code = "declared-robot"
stage = 1
"""
CONTRACT = """
number = "C-1"
title = "Plays"
payer = "Platform"
payee = "Studio"
currency = "CNY"
from = 2017-09-01
to = 2017-09-30
period = "month"
rounding = "half-up"
round_at = "line"
[bears]
undetermined = "payer"
suspect = "payer"
[[item]]
match = "*"
price = "2.00"
"""
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e=1+1"
ROBOT = "SomeBot/1.0"


def said(*words: object) -> tuple[int, str, str]:
    """Run a command as `main` does; return its exit code and what it said."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = guarded(lambda: app([str(word) for word in words], prog_name="truetally",
                                   standalone_mode=False))
    return code, out.getvalue(), err.getvalue()


def asked(*words: object) -> Any:
    """Run a command with --json and return what its one object holds."""
    code, out, err = said(*words, "--json")
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    return next(iter(json.loads(out).values()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("charts")
    rows = [row(n * 300, item_id=name, account_id=f"p{n}", device_id=f"d{n}")
            for name in ("film", HOSTILE) for n in range(9)]
    rows += [row(n * 70 + 1, item_id=HOSTILE, user_agent=ROBOT, account_id=f"r{n}")
             for n in range(30)]
    (place / "p.toml").write_text(POLICY, "utf-8")
    (place / "p2.toml").write_text(POLICY + 'consequence = "suspect"\n', "utf-8")
    decide(place, rows, policy=str(place / "p.toml"))
    (place / "theirs.csv").write_text("day,plays\n2017-09-01,48\n", "utf-8")
    (place / "rules.toml").write_text('name = "x"\nremoves_robots = false\n', "utf-8")
    (place / "appeal.toml").write_text(
        'id = "1"\nparty = "P"\ndecided_by = "Q"\ndecided_on = 2026-11-20\nwhy = "a test"\n'
        '[[withdraw]]\ncriterion = "declared-robot"\nitems = ["film"]\n', "utf-8")
    return place


def commands(folder: Path) -> dict[str, list[object]]:
    """List the commands as they are given."""
    case = folder / "case"
    return {"rank": ["rank", case], "trend": ["trend", case, "--item", HOSTILE],
            "reconcile": ["reconcile", case, "--theirs", folder / "theirs.csv",
                          "--their-rules", folder / "rules.toml"],
            "restate": ["restate", case, "--appeal", folder / "appeal.toml"],
            "creator": ["show", case, "--item", HOSTILE, "--for-creator",
                        "--out", folder / "creator.html"]}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["rank", "trend", "reconcile", "restate", "creator"])
def test_a_command_speaks_both_languages_and_shows_no_control_character(
        folder: Path, name: str, lang: str) -> None:
    code, out, err = said(*commands(folder)[name], "--lang", lang)
    assert (code, err) == (0, "")
    assert out.strip()
    assert not set("\x1b\u202e") & set(out)


@pytest.mark.parametrize("name", ["rank", "trend", "reconcile", "restate", "creator"])
def test_a_command_prints_one_object_for_programs(folder: Path, name: str) -> None:
    assert asked(*commands(folder)[name])["digest" if name != "restate" else "digest_after"]


@pytest.mark.parametrize("name", ["rank", "trend", "reconcile"])
def test_a_drawing_as_a_page_escapes_every_name_and_runs_nothing(folder: Path, name: str) -> None:
    path = folder / f"{name}.html"
    code, _, err = said(*commands(folder)[name], "--out", path, "--lang", "zh")
    page = path.read_text("utf-8")
    assert (code, err) == (0, "")
    assert "<svg" in page
    assert "<script" not in page
    assert not set("\x1b\u202e") & set(page)
    assert ("&lt;script&gt;" in page) == (name != "reconcile")


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_a_drawing_alone_is_written_in_the_form_of_its_ending(folder: Path, form: str) -> None:
    path = folder / f"rank.{form}"
    assert said("rank", folder / "case", "--out", path)[0] == 0
    assert path.read_bytes()[:4] in (b"<svg", b"\x89PNG", b"%PDF")


def test_the_gap_to_a_counter_that_counts_robots_is_theirs_alone(folder: Path) -> None:
    found = asked(*commands(folder)["reconcile"])
    parts = {p["cause"]: p["events"] for p in found["parts"]}
    assert (found["ours"], found["theirs"], parts["robots"]) == (18, 48, 30)
    assert found["unexplained"] == "0"


def test_a_restatement_enters_the_custody_log(folder: Path) -> None:
    asked(*commands(folder)["restate"])
    lines = (folder / "case" / "custody.jsonl").read_text("utf-8").splitlines()
    assert json.loads(lines[-1])["command"] == "restate"


def test_money_is_shown_before_and_after_where_a_contract_is_given(folder: Path) -> None:
    (folder / "contract.toml").write_text(CONTRACT, "utf-8")
    found = asked("restate", folder / "case", "--policy", folder / "p2.toml",
                  "--contract", folder / "contract.toml")
    assert found["money"]["payable_plays"] == [18, 48]
    assert found["money"]["due_fen"] == [3600, 9600]


@pytest.mark.parametrize(("words", "said_"), [
    (["rank", "CASE", "--out", "x.exe"], "unknown kind of drawing"),
    (["trend", "CASE", "--from", "yesterday"], "not a day"),
    (["restate", "CASE"], "nothing is asked to change"),
    (["show", "CASE", "--for-creator"], "which item is not said"),
    (["show", "CASE", "--for-creator", "--item", "film", "--by", "day"], "two different things"),
    (["reconcile", "CASE", "--theirs", "nowhere.csv"], "no such file")])
def test_bad_usage_is_said_in_one_line_with_exit_code_two(folder: Path, words: list[str],
                                                          said_: str) -> None:
    code, out, err = said(*[folder / "case" if w == "CASE" else w for w in words])
    assert (code, out) == (2, "")
    assert said_ in err
    assert "Traceback" not in err
