"""`settle` and `damages` as whole commands: one object for programs, words for people."""

import json
from pathlib import Path

import pytest
from tests.run.cases import decide, row
from tests.test_cli_case import asked, said

CONTRACT = """number = "C-7"
title = "T"
payer = "A"
payee = "B"
currency = "CNY"
from = 2017-09-01
to = 2017-09-30
period = "month"
rounding = "half-up"
round_at = "line"
[[item]]
id = "film"
price = "2.00"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case of ten honest plays, and a contract on them."""
    folder = tmp_path_factory.mktemp("settle")
    decide(folder, [row(900 * n, account_id=f"a{n}", device_id=f"d{n}", ip=f"203.0.113.{n}")
                    for n in range(10)])
    (folder / "contract.toml").write_text(CONTRACT, "utf-8")
    return folder


def test_settle_drafts_issues_and_nets(place: Path) -> None:
    words = ("settle", place / "case", "--contract", place / "contract.toml")
    draft = asked(*words)
    assert (draft["number"], draft["totals"]["due"], draft["totals"]["valid"]) == ("", "20.00", 10)
    issued = asked(*words, "--issue", "--format", "csv", "--format", "xlsx", "--format", "pdf")
    assert (issued["number"], issued["totals"]["pay_fen"]) == ("C-7/001", 2000)
    assert [Path(f).suffix for f in issued["files"]] == [".csv", ".xlsx", ".pdf"]
    assert all(Path(f).stat().st_size for f in issued["files"])
    stored = json.loads((place / "case/settlement/issued/statement-0001.json").read_bytes())
    assert stored == {k: v for k, v in issued.items() if k != "files"}
    again = asked(*words)
    assert (again["totals"]["paid_before"], again["totals"]["pay"]) == ("20.00", "0.00")
    refused = said(*words, "--issue")
    assert (refused.code, "issued already" in refused.err) == (2, True)
    assert "此前已付" in said(*words, "--lang", "zh").out


@pytest.mark.parametrize(("words", "message"), [
    (("--format", "doc"), "csv or xlsx or pdf"), (("--as-of", "yesterday"), "not a date"),
    (("--contract", "none.toml"), "cannot read")])
def test_a_wrong_option_of_settle_is_one_message(place: Path, words: tuple[str, ...],
                                                 message: str) -> None:
    answer = said("settle", place / "case", "--contract", place / "contract.toml", *words)
    assert (answer.code, message in answer.err, "Traceback" in answer.err) == (2, True, False)


def test_a_contract_with_an_error_is_refused_with_key_and_line(place: Path) -> None:
    (place / "bad.toml").write_text(CONTRACT.replace("2.00", "2,00"), "utf-8")
    answer = said("settle", place / "case", "--contract", place / "bad.toml")
    assert answer.code == 2
    assert "key item[1].price, line 13" in answer.err


def test_damages_from_three_numbers() -> None:
    found = asked("damages", "--plays", 323543856, "--price-per-thousand", "1.5", "--claim",
                  2800000)
    assert (found["illegal_gain_lowest"], found["illegal_gain_lowest_fen"]) == (
        "485315.78", 48531578)
    assert (found["court_fee"], found["court_fee_fen"]) == ("29200.00", 2920000)
    formula = found["scenarios"][0]["formula"]
    assert formula["en"].startswith("323,543,856 plays ÷ 1,000 × 1.50 yuan")
    assert formula["zh"].endswith("= 485315.78 元")


def test_damages_of_the_built_in_matters() -> None:
    video = asked("damages", "--matter", "video-case")
    assert video["fee_split"]["on_award"] == {
        "defendant": "12800.00", "defendant_fen": 1280000, "claimant": "16400.00",
        "claimant_fen": 1640000}
    assert [g["derivable"] for g in video["fee_split"]["given"]] == [False, True]
    assert video["before_filter"] == {"low": 17270400, "stated": 18053600, "high": 18911391,
                                      "mark": "reconstructed"}
    assert (video["law"]["since"], video["law"]["statutory_cap"]) == ("2018-01-01", "3000000.00")
    click = asked("damages", "--matter", "click-case")
    assert (click["illegal_gain_lowest"], click["scenarios"][0]["inputs"][0]["mark"]) == (
        "30743.32", "press")


def test_damages_of_a_case_count_its_void_plays(place: Path) -> None:
    found = asked("damages", place / "case", "--price-per-thousand", "1.5")
    assert (found["case"], found["illegal_gain_lowest"]) == ("case", "0.00")
    shown = said("damages", place / "case", "--price-per-thousand", "1.5", "--lang", "zh")
    assert "最低获利" in shown.out


@pytest.mark.parametrize(("words", "message"), [
    ((), "nothing to compute"), (("--plays", "5"), "plays without a price"),
    (("--price-per-thousand", "1"), "a price without plays"),
    (("--plays", "5", "--price-per-thousand", "-1"), "not an amount"),
    (("--claim", "1.234"), "not an amount"), (("--matter", "x"), "no such matter"),
    (("--claim", "1", "--reason", "x"), "without a case"), (("--to", "x"), "not a date")])
def test_a_wrong_option_of_damages_is_one_message(words: tuple[str, ...], message: str) -> None:
    answer = said("damages", *words)
    assert (answer.code, message in answer.err, "Traceback" in answer.err) == (2, True, False)
