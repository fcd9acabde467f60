"""Two examiners and a count: agreement, error bounds, the restated total."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.errors import InputError
from truetally.estimate.examiners import (
    JUDGEMENTS,
    Judgement,
    agreement,
    outcome,
    rogan_gladen,
    settled,
)
from truetally.intervals import PPB

JUDGED = st.lists(st.sampled_from(JUDGEMENTS), min_size=2, max_size=30)


def test_kappa_is_that_of_the_textbook() -> None:
    """Cohen's table of 20, 5, 10, 15: observed 0.70, by chance 0.50, kappa 0.40."""
    pairs: list[tuple[Judgement, Judgement]] = [
        *[("valid", "valid")] * 20, *[("valid", "invalid")] * 5,
        *[("invalid", "valid")] * 10, *[("invalid", "invalid")] * 15]
    found = agreement(pairs)
    assert found.agreed == 35
    assert found.kappa_ppb == 400_000_000


def test_kappa_is_unknown_where_all_say_the_same() -> None:
    assert agreement([("valid", "valid")] * 9).kappa_ppb is None


@given(JUDGED, JUDGED)
def test_kappa_is_at_most_one_and_the_table_holds_every_pair(
        one: list[Judgement], other: list[Judgement]) -> None:
    found = agreement(list(zip(one, other, strict=False)))
    assert sum(found.table.values()) == found.both
    assert found.kappa_ppb is None or -PPB <= found.kappa_ppb <= PPB


def test_a_dispute_is_settled_by_a_third_or_stays_open() -> None:
    assert settled("valid", "invalid") == "unclear"
    assert settled("valid", "invalid", "invalid") == "invalid"
    assert settled("valid", "valid", "invalid") == "valid"


def test_errors_of_both_kinds_restate_the_count() -> None:
    judged: dict[str, list[Judgement]] = {"valid": ["valid"] * 90 + ["invalid"] * 10,
                                          "sivt": ["invalid"] * 95 + ["valid"] * 5}
    found = outcome({"valid": 1000, "sivt": 500}, {"valid": False, "sivt": True}, judged)
    assert found.claimed_valid == 1000
    assert found.restated_valid == 1000 - 100 + 25
    assert found.valid.lower < found.restated_valid < found.valid.upper


def test_what_is_not_settled_widens_the_interval_both_ways() -> None:
    def bounds(judged: list[Judgement]) -> tuple[int, int]:
        found = outcome({"valid": 1000}, {"valid": False}, {"valid": judged}).strata[0].bounds
        return found.lower, found.upper

    clear, wrong = bounds(["valid"] * 100), bounds(["valid"] * 90 + ["invalid"] * 10)
    assert bounds(["valid"] * 90 + ["unclear"] * 10) == (clear[0], wrong[1])


def test_a_whole_stratum_examined_leaves_no_doubt() -> None:
    found = outcome({"sivt": 4}, {"sivt": True}, {"sivt": ["invalid", "valid", "invalid", "valid"]})
    assert (found.valid.lower, found.valid.upper) == (2, 2)


def test_the_interval_holds_the_truth_at_least_as_often_as_it_says() -> None:
    rng = random.Random(7)  # noqa: S311 - a repeatable draw for a test
    sizes = {"valid": 400, "suspect": 60, "sivt": 150}
    wrong = {"valid": 24, "suspect": 9, "sivt": 6}
    truth = 400 + 60 - 24 - 9 + 6
    held = 0
    for _ in range(300):
        judged: dict[str, list[Judgement]] = {}
        for name, size in sizes.items():
            bad: Judgement = "valid" if name == "sivt" else "invalid"
            good: Judgement = "invalid" if name == "sivt" else "valid"
            drawn = rng.sample(range(size), 30)
            judged[name] = [bad if each < wrong[name] else good for each in drawn]
        found = outcome(sizes, {n: n == "sivt" for n in sizes}, judged).valid
        held += found.lower <= truth <= found.upper
    assert held >= 285


def test_rogan_gladen_is_the_published_formula() -> None:
    share = (Decimal("0.2") + Decimal("0.95") - 1) / (Decimal("0.9") + Decimal("0.95") - 1)
    assert rogan_gladen(PPB // 5, 900, 950) == int(share * PPB)
    assert rogan_gladen(PPB // 5, 1000, 1000) == PPB // 5
    assert rogan_gladen(0, 900, 950) == 0


def test_examiners_no_better_than_chance_correct_nothing() -> None:
    with pytest.raises(InputError, match="no better than chance"):
        rogan_gladen(PPB // 5, 500, 500)


def test_perfect_examiners_need_no_correction() -> None:
    judged: dict[str, list[Judgement]] = {"valid": ["valid"] * 9 + ["invalid"]}
    plain = outcome({"valid": 100}, {"valid": False}, judged)
    weak = outcome({"valid": 100}, {"valid": False}, judged, sensitivity_permille=900,
                   specificity_permille=990)
    assert plain.corrected_valid is None
    assert weak.corrected_valid is not None
    assert weak.corrected_valid.upper >= plain.valid.lower


def test_too_many_strata_are_refused() -> None:
    with pytest.raises(InputError, match="1 to 50"):
        outcome({str(n): 9 for n in range(51)}, {}, {})
