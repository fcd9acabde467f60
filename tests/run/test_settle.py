"""A contract settled on a simulated video case, against a plain computation row by row."""

import datetime
import json
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from truetally.errors import CaseError, InputError
from truetally.events.schema import ROW_MASK
from truetally.run import run_case
from truetally.run.damages import Asked, damages
from truetally.run.settle import issue, settle
from truetally.settlement.contract import parse_contract
from truetally.settlement.terms import Contract
from truetally.simulate import simulate

TERMS = """number = "2017-版-014"
title = "分成合同"
payer = "Platform"
payee = "Studio"
currency = "CNY"
from = 2017-08-19
to = 2017-11-30
period = "month"
rounding = "half-up"
round_at = "line"
[bears]
undetermined = "escrow"
[hold_back]
rule = "lower-bound"
release_after_days = 90
[[item]]
id = "{t1}"
price = "2.00"
[[item.tier]]
from_play = 801
price = "1.85"
[[item]]
match = "19?a*"
price = "1.333333"
per = 1000
"""
ASKS = "[valid]\nminimum_watch_s = 1200\npaid_only = true\n"
EAST_8_MS = 8 * 3_600_000


def made(folder: Path, scale: str) -> tuple[Path, Path, str]:
    """Simulate the video case at a scale and decide it: the case, its log, title T1's id."""
    written = simulate("video-case", folder / "log", scale=scale, seed=7)
    run_case([str(p) for p in written.files], folder / "case", policy="video")
    titles = json.loads((folder / "log" / "simulation.json").read_text("utf-8"))["titles"]
    return folder / "case", folder / "log", next(t["item_id"] for t in titles
                                                 if t["title"] == "T1")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A thousandth of the video case: 500,000 events."""
    return made(tmp_path_factory.mktemp("settle"), "0.001")


def rows(case: Path, t1: str) -> Iterator[dict[str, Any]]:
    """Join every decision on the contract's items to its row of the log, one at a time."""
    manifest = json.loads((case / "manifest.json").read_text("utf-8"))
    columns = ["item_id", "time_ms", "paid", "watched_ms"]
    logs = {s["number"]: pq.read_table(s["path"], columns=columns) for s in manifest["sources"]}
    decided = ds.dataset(case / "decisions", format="parquet").to_table(
        columns=["event_id", "verdict"])
    for number, log in logs.items():
        mine = decided.filter((ds.field("event_id") >= number << 40)
                              & (ds.field("event_id") < (number + 1) << 40))
        places = [event & ROW_MASK for event in mine["event_id"].to_pylist()]
        joined = log.take(places).append_column("verdict", mine["verdict"].cast(pa.string()))
        ours = pc.or_(pc.equal(joined["item_id"], t1),
                      pc.match_substring_regex(joined["item_id"], "^19.a"))
        yield from joined.filter(ours).to_pylist()


def spreadsheet(case: Path, t1: str, *, asks: bool) -> dict[tuple[str, str], Counter[str]]:
    """Count as an accountant would: one row after the other, in local months."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in rows(case, t1):
        item = row["item_id"]
        local = datetime.datetime.fromtimestamp((row["time_ms"] + EAST_8_MS) // 1000, datetime.UTC)
        count = found.setdefault((local.strftime("%Y-%m"), item), Counter())
        count[_standing(row, asks=asks)] += 1
    return found


def _standing(row: dict[str, Any], *, asks: bool) -> str:
    verdict = str(row["verdict"])
    if verdict in {"not_counted", "givt", "sivt"} or not asks:
        return "void" if verdict in {"givt", "sivt"} else verdict
    if row["paid"] is False or (row["watched_ms"] is not None and row["watched_ms"] < 1_200_000):
        return "void"
    unknown = row["paid"] is None or row["watched_ms"] is None
    return "undetermined" if unknown else verdict


def due(item: str, t1: str, plays: int) -> Decimal:
    """Price plays in yuan, as the contract says in words."""
    if item == t1:
        return min(plays, 800) * Decimal("2.00") + max(0, plays - 800) * Decimal("1.85")
    exact = Decimal(plays) * Decimal("1.333333") / 1000
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def terms(t1: str, asks: str = "") -> Contract:
    return parse_contract(TERMS.format(t1=t1).replace("[bears]", asks + "[bears]"), "here.toml")


def agrees(case: Path, t1: str, asks: str) -> None:
    """Compare every line of a statement with the spreadsheet, then the total."""
    wanted = spreadsheet(case, t1, asks=bool(asks))
    statement = settle(case, terms(t1, asks))
    lines = {(x.period, x.item_id): x for x in statement.lines}
    assert set(lines) == set(wanted) | {(p.label, t1) for p in statement.contract.periods}
    for key, count in wanted.items():
        line, p = lines[key], lines[key].plays
        assert (p.valid, p.voided, p.undetermined, p.not_counted) == (
            count["valid"], count["void"], count["undetermined"], count["not_counted"])
        assert Decimal(line.due_nano) / 10**9 == due(key[1], t1, count["valid"])
        assert Decimal(line.full_nano) / 10**9 == due(
            key[1], t1, count["valid"] + count["undetermined"])
    assert Decimal(statement.totals.due_fen) / 100 == sum(
        due(item, t1, count["valid"]) for (_, item), count in wanted.items())


@pytest.mark.parametrize("asks", ["", ASKS], ids=["policy alone", "minimum watch and paid"])
def test_a_statement_agrees_with_a_spreadsheet(video: tuple[Path, Path, str], asks: str) -> None:
    case, _, t1 = video
    agrees(case, t1, asks)


@pytest.mark.soak
@pytest.mark.parametrize("asks", ["", ASKS], ids=["policy alone", "minimum watch and paid"])
def test_a_hundredth_of_the_case_agrees_too(tmp_path: Path, asks: str) -> None:
    case, _, t1 = made(tmp_path, "0.01")
    agrees(case, t1, asks)


def test_a_kept_scan_gives_the_same_statement(video: tuple[Path, Path, str]) -> None:
    case, _, t1 = video
    first = settle(case, terms(t1, ASKS))
    assert list((case / "settlement" / "counts").glob("*.parquet"))
    assert settle(case, terms(t1, ASKS)) == first


def test_later_statements_are_netted_against_issued_ones(video: tuple[Path, Path, str],
                                                         tmp_path: Path) -> None:
    case, _, t1 = video
    paid = issue(case, terms(t1), register=tmp_path)
    assert (paid.number, paid.totals.pay_fen) == ("2017-版-014/001", paid.totals.due_fen)
    stricter = settle(case, terms(t1, ASKS), register=tmp_path)
    assert stricter.contract_changed
    assert stricter.totals.claw_back_fen == paid.totals.due_fen - stricter.totals.due_fen > 0
    second = issue(case, terms(t1, ASKS), register=tmp_path)
    third = settle(case, terms(t1, ASKS), register=tmp_path)
    assert (second.earlier, third.earlier) == (("2017-版-014/001",), (
        "2017-版-014/001", "2017-版-014/002"))
    assert (third.totals.pay_fen, third.totals.claw_back_fen) == (0, 0)


def test_the_same_statement_is_not_issued_twice(video: tuple[Path, Path, str],
                                                tmp_path: Path) -> None:
    case, _, t1 = video
    issue(case, terms(t1), register=tmp_path)
    with pytest.raises(CaseError, match="issued already"):
        issue(case, terms(t1), register=tmp_path)
    later = issue(case, terms(t1), register=tmp_path, as_of=datetime.date(2018, 3, 1))
    assert later.totals.held_back_fen == 0
    assert len(list(tmp_path.glob("statement-*.json"))) == 2


def test_the_estimates_bound_is_held_back(video: tuple[Path, Path, str]) -> None:
    case, _, t1 = video
    before = settle(case, terms(t1))
    (case / "estimate").mkdir()
    try:
        (case / "estimate" / "estimate.json").write_text(json.dumps({
            "digest": before.basis.digest, "lower": [{"items": [{
                "item": t1, "first_day": "2017-09-01", "last_day": "2017-09-07", "fakes": 40}]}],
        }), "utf-8")
        after = settle(case, terms(t1))
    finally:
        (case / "estimate" / "estimate.json").unlink()
        (case / "estimate").rmdir()
    assert after.totals.full_fen == before.totals.full_fen
    assert 40 <= before.totals.lower_plays - after.totals.lower_plays <= 44  # rounded up by period
    assert after.totals.held_back_fen > before.totals.held_back_fen
    assert after.basis.estimate_file == "estimate/estimate.json"


def test_days_without_events_are_counted(video: tuple[Path, Path, str]) -> None:
    case, _, t1 = video
    text = TERMS.format(t1=t1).replace("to = 2017-11-30", "to = 2017-12-02")
    assert settle(case, parse_contract(text, "x")).days_missing == {"2017-12": 2}


def test_a_column_that_no_source_has_is_refused(tmp_path: Path) -> None:
    from tests.run.cases import decide, row

    decide(tmp_path, [row(0), row(100)])
    with pytest.raises(InputError, match="asks about paid, which no source has"):
        settle(tmp_path / "case", terms("film", ASKS))


def test_a_cases_void_plays_and_overpaid_royalties_become_damages(
        video: tuple[Path, Path, str]) -> None:
    case, log, t1 = video
    found = damages(Asked(case=case, matter="video-case", contract=terms(t1),
                          orders=log / "orders.csv", reasons=("plugin-list-match",)))
    plays = found.scenarios[1].inputs[0]
    assert (plays.value, plays.mark) == (_carried(case, "plugin-list-match"), "case")
    statement = settle(case, terms(t1))
    gross = sum(Decimal(due(x.item_id, t1, x.plays.gross)) for x in statement.lines)
    overpaid = found.scenarios[0]
    assert Decimal(overpaid.result_fen) == gross * 100 - statement.totals.full_fen
    assert [s.code for s in found.scenarios][:4] == [
        "overpaid_royalties", "lowest", "stay_and_ratio", "order_ledger"]


def _carried(case: Path, code: str) -> int:
    """Count the void decisions that carry a reason."""
    bit = json.loads((case / "manifest.json").read_text("utf-8"))["reason_codes"].index(code)
    decided = ds.dataset(case / "decisions", format="parquet").to_table(
        columns=["verdict", "reasons"])
    pairs = zip(decided["verdict"].to_pylist(), decided["reasons"].to_pylist(), strict=True)
    return sum(verdict in {"givt", "sivt"} and mask >> bit & 1 for verdict, mask in pairs)
