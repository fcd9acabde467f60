"""The golden sums of both cases, and what holds for every scenario."""

from fractions import Fraction

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from truetally.settlement.damages.assess import Damages, Facts, assess
from truetally.settlement.damages.matter import read_matter
from truetally.settlement.damages.reconstruct import before_filter
from truetally.settlement.damages.scenarios import FORMULAS, given, scenario
from truetally.settlement.money import NANO_PER_UNIT

PLAYS = 323_543_856
COUNT = st.integers(0, 10**12)


def of(name: str) -> Damages:
    """Assess a built-in matter."""
    m = read_matter(name)
    return assess(Facts(
        inputs=m.inputs, first=m.first, last=m.last, judged=m.judged, filter=m.filter,
        costs=m.costs, claim_fen=m.claim_fen, award_fen=m.award_fen,
        costs_in_award_fen=m.costs_in_award_fen, fees=m.fees, given=m.given))


def test_the_lowest_gain_of_the_video_case() -> None:
    found = scenario("lowest", [given("plays", "plays", PLAYS, "judgment"),
                                given("price", "price", 3 * NANO_PER_UNIT // 2, "judgment")])
    assert found.result_fen == 485_315_78
    assert PLAYS == 278_275_797 + 41_590_299 + 3_677_760


def test_the_click_case_as_the_press_reported_it_is_marked_so() -> None:
    found = of("click-case")
    assert found.scenarios[0].result_fen == 30_743_32
    assert {i.mark for i in found.scenarios[0].inputs} == {"press"}
    assert [(g.amount_fen, g.mark) for g in found.facts.given] == [
        (16_130_00, "judgment"), (30_743_00, "judgment"), (16_293_00, "press")]


def test_the_video_case_says_what_follows_and_what_does_not() -> None:
    found = of("video-case")
    assert (found.fee_fen, [f.rule for f in found.fees]) == (29_200_00, ["", "on_award"])
    assert (found.award_rest_fen, found.award_equals) == (700_000_00, ())
    assert (found.documented_fen, found.undocumented_fen) == (5_200_00, 200_000_00)
    assert found.law
    assert str(found.law.since) == "2018-01-01"
    assert not found.range_covers_conduct


def test_the_count_before_the_filter_is_that_of_the_reconstruction() -> None:
    found = before_filter(2_021_496, 40_000, 890)
    assert (round(found.low, -4), round(found.high, -4)) == (17_270_000, 18_910_000)
    assert found.stated == 18_053_600
    assert of("video-case").before == found


@drawn(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(5, 990))
def test_a_reconstructed_count_gives_back_its_ratio(more: int, normal: int, permille: int) -> None:
    after = normal + more
    found = before_filter(after, normal, permille)
    ratio = Fraction(permille, 1000)
    exact = (after - ratio * normal) / (1 - ratio)
    assert abs(found.stated - exact) <= Fraction(1, 2)
    assert found.low <= found.stated <= found.high


@drawn(COUNT, COUNT, COUNT, COUNT, st.integers(0, 6))
def test_low_and_high_enclose_the_result_and_each_inputs_ends(
        a: int, b: int, c: int, d: int, visits: int) -> None:
    kinds = {"plays": [given("plays", "plays", a, "case"), given("price", "price", b, "party")],
             "ratio": [given("second_visits", "whole", visits, "party", 0, 6)],
             "list": [given(f"{n}_{t}", k, v, "case") for t, v in (("pc", c), ("tv", d))
                      for n, k in (("plays", "plays"), ("price", "price"))]}
    for code, inputs in (("lowest", kinds["plays"]), ("list_price", kinds["list"]),
                         ("stay_and_ratio", kinds["plays"] + kinds["ratio"])):
        found = scenario(code, inputs)
        ends = [fen for m in found.sensitivity for fen in (m.at_low_fen, m.at_high_fen)]
        assert found.low_fen <= min([found.result_fen, *ends])
        assert max([found.result_fen, *ends]) <= found.high_fen


def test_list_prices_add_up_by_terminal_before_they_are_rounded() -> None:
    inputs = [given("plays_pc", "plays", 1, "case"), given("plays_h5", "plays", 1, "case"),
              given("price_pc", "price", 25 * 10**8, "party"),
              given("price_h5", "price", 25 * 10**8, "party")]
    assert scenario("list_price", inputs).result_fen == 1  # 0.25 + 0.25 fen


def test_second_visits_come_on_top_of_an_ordered_visit() -> None:
    inputs = [given("plays", "plays", 3000, "case"), given("price", "price", 6 * 10**9, "party"),
              given("second_visits", "whole", 2, "party")]
    assert scenario("stay_and_ratio", inputs).result_fen == 600


@pytest.mark.parametrize(("code", "values", "fen"), [
    ("payments_less_payouts", {"received": 900, "refunded": 100, "paid_out": 300}, 500),
    ("overpaid_royalties", {"paid": 500, "due": 700}, 0),
    ("overpaid_royalties", {"paid": 700, "due": 500}, 200)])
def test_sums_of_ledgers(code: str, values: dict[str, int], fen: int) -> None:
    assert FORMULAS[code][1](values) == fen


def test_a_range_that_nobody_gave_is_marked_as_an_illustration() -> None:
    usual = given("plays", "plays", 1000, "party")
    said = given("plays", "plays", 1000, "party", 900, 1000)
    assert (usual.low, usual.high, usual.spread) == (900, 1100, True)
    assert (said.low, said.high, said.spread) == (900, 1000, False)
