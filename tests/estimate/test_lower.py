"""The lower bound: by hand, against the truth in many worlds, and where it is silent."""

from dataclasses import replace
from math import exp, lgamma, log
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.estimate.history import ACCOUNT, CELLS, ELSEWHERE, PAST
from truetally.estimate.lower import Excess, Held, Reference, bound, choose, excess
from truetally.estimate.siblings import Siblings

NEW, REGULAR = 0, PAST | ELSEWHERE | ACCOUNT
NONE = Siblings(plays=np.zeros((0, 2, CELLS), dtype=np.int64),
                squares=np.zeros((0, 2, CELLS), dtype=np.int64))


def held(new: int, regular: int) -> Held:
    """Put plays of devices with one play each evenly into both halves."""
    plays = np.zeros((2, CELLS), dtype=np.int64)
    plays[:, NEW], plays[:, REGULAR] = (new // 2, new - new // 2), (regular // 2,
                                                                    regular - regular // 2)
    return Held(plays=plays, squares=plays.copy())


def reference(past: Held, drift: float = 0.1, now: Held | None = None) -> Reference:
    """Compare with the past alone: the others did not move."""
    return Reference(past=past, siblings=NONE, guide=(now or past, past), others_past=past,
                     others_now=past, drift=drift, apart=0.15)


def test_without_any_doubt_the_bound_is_the_formula() -> None:
    """540 of 1000 plays on new devices; honest audiences have 80 in 1000: (540 - 80) / 0.92."""
    one = Excess(plays=1000, inside=540, share=0.08, doubt=0.0, cluster=1.0, cells=((0,), (0,)))
    assert bound(one, 0.0) == 500


def test_chance_and_drift_make_the_bound_smaller_never_larger() -> None:
    sure = Excess(plays=1000, inside=540, share=0.08, doubt=0.0, cluster=1.0, cells=((0,), (0,)))
    unsure = Excess(plays=1000, inside=540, share=0.08, doubt=0.3, cluster=3.0,
                    cells=((0,), (0,)))
    assert 0 < bound(unsure, 3.0) < bound(sure, 3.0) < bound(sure, 0.0)


def quantile(mean: float, doubt: float, z: float) -> int:
    """Add up the chances of 0, 1, 2, ... of a count whose mean is Gamma's, to that of z spreads."""
    shape, count, whole = 1 / doubt**2, 0, 0.0
    while True:
        whole += exp(lgamma(count + shape) - lgamma(shape) - lgamma(count + 1)
                     - shape * log(1 + mean / shape) + count * log(mean / (mean + shape)))
        if whole >= NormalDist().cdf(z):
            return count
        count += 1


@pytest.mark.parametrize("z", [2.0, 2.5, 3.0])
@pytest.mark.parametrize("doubt", [0.01, 0.15, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("mean", [0.5, 3, 20, 150])
def test_the_most_that_is_honest_is_what_the_exact_chances_give(mean: float, doubt: float,
                                                                z: float) -> None:
    one = Excess(plays=1000, inside=0, share=mean / 1000, doubt=doubt, cluster=1.0,
                 cells=((0,), (0,)))
    exact = quantile(mean, doubt, z)
    assert exact * 0.94 <= one.most(1000, z) <= exact * 1.12 + 2


def test_a_past_of_few_plays_grants_the_exact_limit_of_their_number() -> None:
    """3 of 100 plays: Garwood's limit at 3 spreads is 11.9, so 119 of 1,000 may be honest."""
    past = np.zeros((2, CELLS), dtype=np.int64)
    past[:, NEW], past[:, REGULAR] = 3, 97
    now = np.zeros((2, CELLS), dtype=np.int64)
    now[:, NEW], now[:, REGULAR] = 250, 250
    one = excess(Held(plays=now, squares=now), reference(
        Held(plays=past, squares=past), 0.0, now=Held(plays=now, squares=now)))
    limit = one.share * 100 * (1 + 3.0 * one.doubt / 2) ** 2
    assert one.doubt == 0.5
    assert 11.5 <= limit <= 12.5


def test_an_innocent_campaign_is_bounded_by_nothing() -> None:
    now = held(160, 1840)
    assert bound(excess(now, reference(held(80, 920))), 3.0) == 0


def test_new_devices_in_numbers_are_found_and_the_set_is_theirs() -> None:
    now = held(1160, 1840)
    found = excess(now, reference(held(160, 1840), now=now))
    assert found.cells == ((NEW,), (NEW,))
    assert 850 <= bound(found, 3.0) <= 1000


def test_if_the_others_moved_likewise_so_may_this_one() -> None:
    now, past = held(400, 1600), held(160, 1840)
    moved = replace(reference(past, now=now), others_now=held(400, 1600))
    assert bound(excess(now, reference(past, now=now)), 2.0) > 0
    assert bound(excess(now, moved), 2.0) == 0


def test_a_perfect_replay_by_devices_with_a_past_leaves_no_trace() -> None:
    now = held(320, 3680)  # twice the plays of the same make-up: half of them may be fake
    found = excess(now, reference(held(160, 1840), now=now))
    assert bound(found, 3.0) == 0


@pytest.mark.parametrize("known", [20, 60, 400])
@pytest.mark.parametrize(("share", "fakes"), [(0.05, 0), (0.2, 0), (0.05, 150), (0.2, 400)])
def test_it_is_above_the_truth_in_no_more_than_one_world_in_a_hundred_at_three_spreads(
        share: float, fakes: int, known: int) -> None:
    """Bernoulli worlds whose devices have one to six plays; the reference is drawn like them."""
    source = np.random.Generator(np.random.PCG64(2010))
    wrong = sum(_bounded(source, share, fakes, known) > fakes for _ in range(300))
    assert wrong <= 3


def _bounded(source: np.random.Generator, share: float, fakes: int, known: int) -> int:
    past, now = _world(source, share, known), _world(source, share, 400)
    if fakes:
        extra = np.zeros((2, CELLS), dtype=np.int64)
        extra[:, NEW] = source.multinomial(fakes, (0.5, 0.5))
        now = Held(plays=now.plays + extra, squares=now.squares + extra)
    return bound(excess(now, reference(past, 0.0, now=now)), 3.0)


def _world(source: np.random.Generator, share: float, devices: int) -> Held:
    each = source.integers(1, 7, devices)
    cell = np.where(source.random(devices) < share, NEW, REGULAR)
    half = source.integers(0, 2, devices)
    plays, squares = (np.zeros((2, CELLS), dtype=np.int64) for _ in range(2))
    np.add.at(plays, (half, cell), each)
    np.add.at(squares, (half, cell), each * each)
    return Held(plays=plays, squares=squares)


@given(st.lists(st.integers(0, 500), min_size=CELLS, max_size=CELLS),
       st.lists(st.integers(0, 500), min_size=CELLS, max_size=CELLS))
def test_a_chosen_set_never_holds_most_of_the_honest(now: list[int], past: list[int]) -> None:
    plays = np.array([now, now], dtype=np.int64)
    known = np.array([past, past], dtype=np.int64)
    world = reference(Held(plays=known, squares=known), now=Held(plays=plays, squares=plays))
    chosen = choose(plays[0], world, 0)
    assert 1 <= chosen.sum() < CELLS or not known.sum()


@given(st.integers(1, 3000), st.integers(0, 3000), st.floats(0.005, 0.5), st.floats(0, 1),
       st.floats(1, 9), st.floats(0, 5))
def test_a_bound_lies_between_nothing_and_all_that_is_inside(
        plays: int, inside: int, share: float, doubt: float, cluster: float, z: float) -> None:
    one = Excess(plays=plays, inside=min(inside, plays), share=share, doubt=doubt,
                 cluster=cluster, cells=((0,), (0,)))
    assert 0 <= bound(one, z) <= plays
    assert bound(one, z) <= bound(one, 0.0)
    assert one.score() >= 0
