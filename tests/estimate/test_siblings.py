"""What titles beside say of one, against the sums written out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truetally.estimate.siblings import said


def slow(titles: list[tuple[int, int]], apart: float) -> tuple[float, float]:
    """Add the three relative variances up, title by title. `titles` are (plays, plays inside)."""
    plays = sum(n for n, _ in titles)
    if not plays:
        return 1.0, 0.0
    share = (sum(x for _, x in titles) + 1) / plays
    beyond = sum((x - share * n) ** 2 - share * n for n, x in titles)
    differ = max(beyond / sum((share * n) ** 2 for n, _ in titles), apart * apart)
    weights = sum((n / plays) ** 2 for n, _ in titles)
    shape = 1 / (1 / (share * plays) + differ + differ * weights)
    return shape, shape / share


def of(titles: list[tuple[int, int]], apart: float) -> tuple[float, float]:
    return said(np.array([n for n, _ in titles], dtype=np.float64),
                np.array([x for _, x in titles], dtype=np.float64), apart)


@given(st.lists(st.integers(0, 2000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
                max_size=12), st.floats(0.05, 1))
def test_it_is_what_the_sums_written_out_give(titles: list[tuple[int, int]], apart: float) -> None:
    np.testing.assert_allclose(of(titles, apart), slow(titles, apart), rtol=1e-9)


def test_by_hand_ten_equal_titles_are_as_sure_as_titles_are_alike() -> None:
    """999 + 1 of 10,000 plays: 1/1000 + 0.15^2 + 0.15^2 / 10 = 0.02575; a shape of 38.8."""
    shape, rate = of([(1000, 100)] * 9 + [(1000, 99)], 0.15)
    assert round(shape, 1) == 38.8
    assert round(shape / rate, 6) == 0.1


def test_titles_that_differ_say_less_than_titles_that_do_not() -> None:
    alike, unlike = of([(1000, 100)] * 10, 0.15), of([(1000, 20), (1000, 180)] * 5, 0.15)
    assert unlike[0] < alike[0] / 5


def test_few_plays_are_never_surer_than_their_own_number() -> None:
    shape, _ = of([(20, 2)] * 3, 0.15)
    assert shape < 7


def test_no_titles_and_titles_without_plays_say_nothing() -> None:
    assert of([], 0.15) == of([(0, 0)] * 4, 0.15) == (1.0, 0.0)
