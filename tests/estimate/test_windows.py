"""Which days are compared with which."""

from hypothesis import given
from hypothesis import strategies as st

from truetally.estimate.windows import Window, compare, comparisons


def test_three_weeks_ask_about_the_third_with_the_second_as_reference() -> None:
    (found,) = comparisons(dict.fromkeys(range(100, 121), 1000))
    assert found.asked == Window(first=114, last=120, lookback=7)
    assert found.references == (Window(first=107, last=113, lookback=7),)


def test_a_day_with_a_handful_of_plays_at_the_edge_is_no_day_of_the_log() -> None:
    rows = dict.fromkeys(range(100, 121), 1000) | {121: 40, 99: 3}
    assert comparisons(rows) == comparisons(dict.fromkeys(range(100, 121), 1000))


def test_three_days_of_a_campaign_after_ten_days_have_two_references() -> None:
    found = compare(10, 12, since=0)
    assert found.asked.lookback == 3
    assert [(w.first, w.last) for w in found.references] == [(7, 9), (4, 6)]


def test_without_as_many_days_before_there_is_no_reference() -> None:
    assert compare(7, 13, since=0).references == ()


def test_a_log_of_six_weeks_asks_about_each_week_that_has_two_before_it() -> None:
    found = comparisons(dict.fromkeys(range(42), 500))
    assert [c.asked.first for c in found] == [14, 21, 28, 35]
    assert [len(c.references) for c in found] == [1, 2, 3, 3]


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 1000), max_size=60))
def test_references_never_overlap_what_is_asked_nor_leave_the_log(rows: dict[int, int]) -> None:
    for found in comparisons(rows):
        for window in found.references:
            assert window.last < found.asked.first
            assert window.first - window.lookback >= min(rows)
            assert window.last - window.first == found.asked.last - found.asked.first


def test_nothing_is_compared_in_an_empty_log() -> None:
    assert comparisons({}) == ()
    assert comparisons({1: 5, 2: 5}) == ()
