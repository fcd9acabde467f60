"""Shares that add up, and an index that anyone can repeat by hand."""

from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from truetally.charts.index import WHOLE, index
from truetally.charts.shares import permilles, shares

KEYS = st.one_of(st.none(), st.sampled_from(list("abcdefg")))


@given(st.dictionaries(KEYS, st.integers(0, 10**12), max_size=8))
def test_shares_add_up_to_a_thousand_and_move_by_less_than_one(counts: dict[str | None, int],
                                                               ) -> None:
    found, whole = permilles(counts), sum(counts.values())
    assert sum(found.values()) == (1000 if whole else 0)
    assert all(abs(found[k] * whole - n * 1000) < whole for k, n in counts.items() if whole)


def test_shares_come_largest_before_first_and_unknown_is_a_key_of_its_own() -> None:
    found = shares({"pc": (60, 10), None: (30, 30), "h5": (10, 60)})
    assert [(s.key, s.before_permille, s.after_permille) for s in found] == [
        ("pc", 600, 100), (None, 300, 300), ("h5", 100, 600)]


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 10**15), st.integers(1, 10**15))
def test_the_index_is_the_root_of_both_shares_rounded_down(p: int, more_p: int, w: int,
                                                           more_w: int) -> None:
    with localcontext() as context:
        context.prec = 60
        whole = Decimal(p * w) / Decimal((p + more_p) * (w + more_w))
        assert index(p, p + more_p, w, w + more_w) == int(WHOLE * whole.sqrt())


def test_all_of_both_is_a_hundred_thousand_and_without_watch_time_plays_alone_count() -> None:
    assert index(7, 7, 9, 9) == WHOLE
    assert index(1, 4, None, None) == index(1, 4, 0, 0) == 25_000
    assert index(0, 0, None, None) == 0


def test_plays_that_nobody_watches_raise_the_index_by_the_root_alone() -> None:
    assert index(400, 1000, 100, 1000) == 20_000 == 2 * index(100, 1000, 100, 1000)
