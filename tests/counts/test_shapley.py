"""The parts of a gap: exact, independent of any order, and equal to the literal definition."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.counts.shapley import MOST_CAUSES, rounded, shapley

Values = Mapping[frozenset[str], int]


def by_all_orders(causes: list[str], values: Values) -> dict[str, Fraction]:
    """Repeat the definition: the mean change of each cause over every order of bringing them in."""
    found = dict.fromkeys(causes, Fraction(0))
    orders = list(permutations(causes))
    for order in orders:
        held: frozenset[str] = frozenset()
        for cause in order:
            found[cause] += Fraction(values[held | {cause}] - values[held], len(orders))
            held |= {cause}
    return found


@st.composite
def games(draw: st.DrawFn) -> tuple[list[str], Values]:
    """A few causes, and any count for every set of them."""
    causes = [f"c{i}" for i in range(draw(st.integers(0, 5)))]
    sets = [frozenset(c for i, c in enumerate(causes) if s >> i & 1)
            for s in range(1 << len(causes))]
    counts = draw(st.lists(st.integers(0, 10**12), min_size=len(sets), max_size=len(sets)))
    return causes, dict(zip(sets, counts, strict=True))


@given(games())
def test_the_parts_add_up_to_the_gap_exactly(game: tuple[list[str], Values]) -> None:
    causes, values = game
    parts = shapley(causes, values.__getitem__)
    assert sum(parts.values(), Fraction(0)) == values[frozenset(causes)] - values[frozenset()]


@given(games())
def test_the_parts_are_the_mean_over_all_orders(game: tuple[list[str], Values]) -> None:
    causes, values = game
    assert shapley(causes, values.__getitem__) == by_all_orders(causes, values)


@given(games(), st.randoms(use_true_random=False))
def test_the_order_of_the_causes_changes_no_part(game: tuple[list[str], Values],
                                                 random: object) -> None:
    causes, values = game
    other = list(causes)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert shapley(other, values.__getitem__) == shapley(causes, values.__getitem__)


def test_a_cause_that_changes_nothing_gets_nothing() -> None:
    parts = shapley(["a", "b"], lambda s: 10 + 5 * ("a" in s))
    assert parts == {"a": 5, "b": 0}


def test_two_causes_share_what_only_both_change() -> None:
    parts = shapley(["a", "b"], lambda s: 3 if s == {"a", "b"} else 0)
    assert parts == {"a": Fraction(3, 2), "b": Fraction(3, 2)}


def test_every_set_of_causes_is_counted_once() -> None:
    asked: list[frozenset[str]] = []
    shapley(list("abcd"), lambda s: asked.append(s) or len(s))
    assert len(asked) == len(set(asked)) == 16


def test_too_many_causes_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 12"):
        shapley([str(i) for i in range(MOST_CAUSES + 1)], len)


@given(st.lists(st.fractions(min_value=-1000, max_value=1000), min_size=1, max_size=9))
def test_rounded_parts_keep_their_sum_and_move_by_less_than_one(parts: list[Fraction]) -> None:
    whole = [*parts, -sum(parts, Fraction(0))]
    found = rounded(whole)
    assert sum(found) == 0
    assert all(abs(f - p) < 1 for f, p in zip(found, whole, strict=True))


def test_parts_of_a_sum_that_is_not_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="whole"):
        rounded([Fraction(1, 2)])
