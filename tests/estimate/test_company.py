"""Who stands beside whom, and which titles are no measure of themselves."""

import pytest
from tests.estimate.test_campaigns import QUIET, ROWS, shot

from truetally.estimate.company import FEW, LEAST_PLAYS, Company, tells
from truetally.estimate.history import ACCOUNT, ELSEWHERE, PAST
from truetally.estimate.lower import excess


def company(now: ROWS, past: ROWS, hot: tuple[str, ...] = ()) -> Company:
    return Company.of(shot(now, hot), shot(past, hot), 1)


def test_a_title_is_not_among_its_own_siblings() -> None:
    past = QUIET | {"t0": (200, 800)}
    _, reference = company(past, past).title("t0")
    assert len(reference.siblings.plays) == len(QUIET) - 1
    assert int(reference.siblings.plays.sum()) == 500 * (len(QUIET) - 1)


def test_few_that_surged_are_compared_with_all_and_granted_more() -> None:
    hot = {f"t{n}": (400, 4600) for n in range(FEW)}
    many = hot | {f"t{FEW}": (400, 4600)}
    _, few = company(QUIET | hot, QUIET, tuple(hot)).title("t0")
    _, enough = company(QUIET | many, QUIET, tuple(many)).title("t0")
    assert (len(few.siblings.plays), len(enough.siblings.plays)) == (len(QUIET) - 1, FEW)
    assert few.apart > enough.apart


@pytest.mark.parametrize("plays", [0, LEAST_PLAYS - 2, LEAST_PLAYS])
def test_a_past_of_fewer_plays_than_are_bounded_is_none(plays: int) -> None:
    past = QUIET | {"t0": (min(plays, 20), max(0, plays - 20))}
    _, reference = company(QUIET | {"t0": (1000, 4000)}, past, ("t0",)).title("t0")
    told_apart = reference.siblings.plays[..., PAST | ELSEWHERE | ACCOUNT].sum()
    assert bool(told_apart) == tells(shot(past).items["t0"]) == (plays >= LEAST_PLAYS)


def test_what_surged_together_is_held_against_its_own_past_alone() -> None:
    found = company(QUIET | {"t0": (400, 4600)}, QUIET, ("t0",))
    _, reference = found.as_one(found.now.suspects, found.past.suspects)
    assert len(reference.siblings.plays) == 0
    assert reference.past.size == 500


def test_where_no_title_kept_quiet_the_rest_of_the_log_stands_for_them() -> None:
    found = company({"new": (40, 460), "other": (8, 92)}, {"other": (8, 92)}, ("new", "other"))
    _, reference = found.title("new")
    assert len(reference.siblings.plays) == 1


def test_a_log_that_says_nothing_of_the_honest_blames_nobody() -> None:
    found = excess(*company({"new": (400, 100)}, {}).title("new"))
    assert found.share == 1.0
    assert found.score() < 0.01
