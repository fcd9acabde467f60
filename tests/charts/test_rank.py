"""Ranks before and after, ties, and ranks that cannot be told apart: against a literal count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.charts.rank import Counted, Place, ranking

COUNTS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 8),
                            st.integers(0, 8)), max_size=9)


def items(rows: list[tuple[int, int, int, int]]) -> list[Counted]:
    """Give every row a name, and put its last three numbers in order."""
    return [Counted(item=f"i{n}", before=before, low=low, after=after, high=high)
            for n, (before, *rest) in enumerate(rows) for low, after, high in [sorted(rest)]]


def of(places: tuple[Place, ...], name: str) -> Place:
    """Find one item's place."""
    return next(p for p in places if p.item == name)


@given(COUNTS)
def test_a_rank_is_one_more_than_how_many_are_ahead(rows: list[tuple[int, int, int, int]]) -> None:
    every = items(rows)
    for p in ranking(every):
        others = [i for i in every if i.item != p.item]
        assert p.rank_before == 1 + sum(i.before > p.before for i in others)
        assert p.rank_after == 1 + sum(i.after > p.after for i in others)
        assert p.rank_best == 1 + sum(i.low > p.high for i in others)
        assert p.rank_worst == 1 + sum(i.high > p.low for i in others)
        assert p.rank_best <= p.rank_after <= p.rank_worst
        assert p.move == p.rank_before - p.rank_after


@given(COUNTS)
def test_items_whose_bounds_overlap_share_a_group(rows: list[tuple[int, int, int, int]]) -> None:
    places = ranking(items(rows))
    for a in places:
        for b in places:
            if a.low <= b.high and b.low <= a.high:
                assert a.group == b.group
            if a.group < b.group:
                assert a.low > b.high


@given(COUNTS, st.randoms(use_true_random=False))
def test_the_order_of_the_items_changes_nothing(rows: list[tuple[int, int, int, int]],
                                                random: object) -> None:
    every = items(rows)
    other = list(every)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert ranking(other) == ranking(every)


def test_equal_counts_share_a_rank_and_the_next_is_left_out() -> None:
    places = ranking([Counted(item=name, before=n, after=n, low=n, high=n)
                      for name, n in (("a", 9), ("b", 5), ("c", 5), ("d", 1))])
    assert [(p.item, p.rank_after) for p in places] == [("a", 1), ("b", 2), ("c", 2), ("d", 4)]
    assert all(p.told_apart for p in places)


def test_the_pushed_item_falls_for_certain_and_the_doubtful_does_not() -> None:
    places = ranking([Counted(item="pushed", before=900, after=10, low=10, high=10),
                      Counted(item="honest", before=500, after=490, low=480, high=490),
                      Counted(item="unclear", before=510, after=500, low=400, high=500)])
    assert (of(places, "pushed").move, of(places, "pushed").certain) == (-2, True)
    assert (of(places, "unclear").rank_best, of(places, "unclear").rank_worst) == (1, 2)
    assert not of(places, "unclear").told_apart
    assert of(places, "honest").group == of(places, "unclear").group != of(places, "pushed").group


def test_a_count_outside_its_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="outside its bounds"):
        ranking([Counted(item="a", before=5, after=5, low=6, high=9)])
