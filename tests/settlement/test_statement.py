"""The sums of a statement hold whatever was counted, and agree with play by play pricing."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.settlement.contracts import CONTRACT

from truetally.decisions.verdict import Verdict
from truetally.errors import CaseError
from truetally.settlement.contract import parse_contract
from truetally.settlement.money import NANO_PER_FEN, to_fen
from truetally.settlement.plays import Counted, Plays, sort_plays
from truetally.settlement.statement import Key, Line, make_lines, worth
from truetally.settlement.terms import Contract, entry_of
from truetally.settlement.totals import add_up, check, with_earlier
from truetally.settlement.unnamed import Unnamed

VERDICTS = [Verdict(verdict=v, primary=p, suspect=s) for v, p, s in (
    ("valid", "", False), ("valid", "", True), ("givt", "declared-robot", False),
    ("sivt", "stay-heaping", False), ("undetermined", "", False),
    ("not_counted", "double-click", False))]
ITEMS = ("film", "series-a", "series-b")
ROWS = st.lists(st.builds(
    Counted, item_id=st.sampled_from(ITEMS), period=st.integers(0, 1),
    mask=st.integers(0, len(VERDICTS) - 1), standing=st.integers(0, 3),
    events=st.integers(0, 5000)), max_size=25)
BEARERS = st.sampled_from(["payer", "payee", "escrow"])
PAID = st.dictionaries(
    st.tuples(st.sampled_from(["2017-09", "2017-10", "2016-01"]), st.just("item"),
              st.sampled_from([*ITEMS, "gone"])),
    st.integers(0, 10**6).map(lambda fen: fen * NANO_PER_FEN), max_size=4)


def judge(mask: int) -> Verdict:
    """Take the mask for the verdict's place."""
    return VERDICTS[mask]


def contract(bearers: tuple[str, str] = ("escrow", "payer"), rounding: str = "half-up",
             round_at: str = "line") -> Contract:
    """The contract with other bearers and rounding."""
    text = CONTRACT.replace('undetermined = "escrow"', f'undetermined = "{bearers[0]}"')
    text = text.replace('suspect = "payer"', f'suspect = "{bearers[1]}"')
    text = text.replace('"half-up"', f'"{rounding}"').replace('"line"', f'"{round_at}"')
    return parse_contract(text, "here.toml")


def lines_of(c: Contract, rows: list[Counted], fakes: dict[str, int],
             as_of: date | None = None) -> list[Line]:
    """Count and price."""
    return make_lines(c, sort_plays(rows, judge), entry_of(c, ITEMS), Unnamed(fakes=fakes), as_of)


@given(ROWS, st.tuples(BEARERS, BEARERS), st.sampled_from(["half-up", "half-even"]),
       st.sampled_from(["line", "total"]), PAID, st.integers(0, 10_000))
def test_all_sums_hold_whatever_was_counted(
        rows: list[Counted], bearers: tuple[str, str], rounding: str, round_at: str,
        paid: dict[Key, int], unnamed: int) -> None:
    c = contract(bearers, rounding, round_at)
    lines = with_earlier(lines_of(c, rows, {"film": unnamed, "series-a": 3}), paid)
    totals = add_up(lines)
    check(c, lines, totals)
    assert totals.plays.valid + totals.plays.voided + totals.plays.undetermined == \
        totals.plays.gross == sum(r.events for r in rows if r.mask != 5)
    assert totals.plays.not_counted == sum(r.events for r in rows if r.mask == 5)
    assert sum(paid.values()) == totals.paid_before_fen * NANO_PER_FEN
    assert totals.paid_before_fen + totals.pay_fen - totals.claw_back_fen == totals.due_fen
    assert totals.held_back_fen >= 0
    assert 0 in (totals.pay_fen, totals.claw_back_fen)


@given(st.integers(0, 400))
def test_tiers_price_every_play_at_its_own(plays: int) -> None:
    tiers = contract().entries[0].tiers
    literal = sum(2 * 10**9 if play <= 100 else 15 * 10**8 for play in range(1, plays + 1))
    assert worth(tiers, plays) == literal


def test_a_contract_by_the_thousand_clicks_comes_to_what_the_press_reported() -> None:
    tiers = contract().entries[1].tiers  # 1.1 yuan for a thousand
    assert to_fen(worth(tiers, 27_948_476), "half-up") == 30_743_32


@given(ROWS)
def test_the_order_of_rows_changes_nothing(rows: list[Counted]) -> None:
    assert lines_of(contract(), rows, {}) == lines_of(contract(), rows[::-1], {})


@given(ROWS)
def test_paying_what_is_due_leaves_nothing_to_pay(rows: list[Counted]) -> None:
    first = lines_of(contract(), rows, {})
    again = with_earlier(first, {x.key: x.due_nano for x in first})
    assert add_up(again).pay_fen == add_up(again).claw_back_fen == 0


def plays(**counts: Any) -> list[Counted]:
    """Rows of the film in the first period, by the place of the verdict."""
    return [Counted(item_id="film", period=0, mask=int(name[1:]), standing=0, events=n)
            for name, n in counts.items()]


def test_undetermined_plays_wait_in_escrow_until_the_release_day() -> None:
    held = lines_of(contract(), plays(v0=50, v4=10), {})[0]
    assert (held.payable_plays, held.lower_plays) == (60, 50)
    assert (held.due_nano, held.held_back_nano) == (100 * 10**9, 20 * 10**9)
    assert held.release_day == date(2017, 12, 29)
    free = lines_of(contract(), plays(v0=50, v4=10), {}, date(2017, 12, 29))[0]
    assert (free.due_nano, free.held_back_nano, free.release_day) == (120 * 10**9, 0, None)


def test_the_lower_bound_leaves_out_fakes_that_cannot_be_named() -> None:
    line = lines_of(contract(), plays(v0=90), {"film": 30})[0]
    assert (line.unnamed_fakes, line.lower_plays, line.held_back_nano) == (30, 60, 60 * 10**9)


def test_a_guarantee_a_cap_and_the_periods_cap_are_kept() -> None:
    lines = lines_of(contract(), plays(v0=10_000), {})
    assert [(x.period, x.kind, x.item_id, x.full_nano // 10**9) for x in lines] == [
        ("2017-09", "item", "film", 5000), ("2017-10", "item", "film", 10)]
    capped = [Counted(item_id=f"series-{n}", period=0, mask=0, standing=0, events=4_000_000)
              for n in "ab"]
    lines = lines_of(contract(), plays(v0=10_000) + capped, {})
    bound = next(x for x in lines if x.kind == "bound")
    assert bound.full_nano == (9000 - 5000 - 2 * 4400) * 10**9
    assert add_up(lines).full_fen == 9010_00


def test_rounding_a_periods_total_makes_a_line_of_the_difference() -> None:
    rows = [Counted(item_id=f"series-{n}", period=0, mask=0, standing=0, events=3) for n in "ab"]
    lines = lines_of(contract(round_at="total"), rows, {})
    assert [x.full_nano for x in lines if x.kind == "item"] == [10**10, 3_300_000, 3_300_000,
                                                                10**10]
    assert next(x for x in lines if x.kind == "rounding").full_nano == 3_400_000


def test_what_a_contract_asks_more_voids_valid_plays_and_unknown_is_undetermined() -> None:
    rows = [Counted(item_id="film", period=0, mask=mask, standing=standing, events=1)
            for mask in range(6) for standing in range(4)]
    found = sort_plays(rows, judge)[0, "film"]
    assert found.void == {"declared-robot": 4, "stay-heaping": 4, "contract-not-paid": 3,
                          "contract-minimum-watch": 3}
    assert (found.valid, found.suspect, found.undetermined) == (2, 1, 4)
    assert (found.gross, found.not_counted) == (20, 4)


def test_a_line_that_was_paid_and_is_no_more_is_clawed_back() -> None:
    lines = with_earlier(lines_of(contract(), [], {}), {("2016-01", "item", "gone"): 5 * 10**9})
    assert lines[-1].key == ("2016-01", "item", "gone")
    assert lines[-1].claw_back_nano == 5 * 10**9


def test_a_statement_whose_sums_do_not_hold_is_refused() -> None:
    c = contract()
    good = lines_of(c, plays(v0=5), {})
    short = Line(period="2017-09", kind="item", item_id="film", plays=Plays(gross=2, valid=1))
    with pytest.raises(CaseError, match=r"valid \+ void \+ undetermined = gross"):
        check(c, [short], add_up([short]))
    with pytest.raises(CaseError, match="lines sum to the total"):
        check(c, good[:1], add_up(good))
    huge = Line(period="2017-09", kind="item", item_id="film", full_nano=10**24, due_nano=0)
    with pytest.raises(CaseError, match="beyond what a statement can hold"):
        add_up([huge])
    fine = Line(period="2017-09", kind="item", item_id="film", full_nano=1, due_nano=1)
    with pytest.raises(CaseError, match="whole fen"):
        add_up([fine])
