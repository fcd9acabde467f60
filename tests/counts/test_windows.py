import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truetally.counts.windows import Downloads, downloads

DAY = 86_400_000
REQUESTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6 * DAY)), max_size=40)


def count(requests: list[tuple[int, int]]) -> Downloads:
    ordered = sorted(requests)
    group = np.array([g for g, _ in ordered], dtype=np.int64)
    time_ms = np.array([t for _, t in ordered], dtype=np.int64)
    return downloads(group, time_ms, time_ms // DAY)


def literally(requests: list[tuple[int, int]]) -> Downloads:
    """Walk each listener's requests one by one."""
    calendar = first = last = 0
    for group in {g for g, _ in requests}:
        times = sorted(t for g, t in requests if g == group)
        calendar += len({t // DAY for t in times})
        opened = touched = -DAY
        for t in times:
            if t - opened >= DAY:
                first, opened = first + 1, t
            if t - touched >= DAY:
                last += 1
            touched = t
    return Downloads(calendar=calendar, first_touch=first, last_touch=last)


def test_no_request_is_no_download() -> None:
    assert count([]) == Downloads(calendar=0, first_touch=0, last_touch=0)


def test_every_evening_is_a_new_day_and_one_last_touch() -> None:
    evenings = [(0, n * DAY + 20 * 3_600_000 - n * 60_000) for n in range(5)]
    assert count(evenings) == Downloads(calendar=5, first_touch=3, last_touch=1)


def test_just_a_day_later_is_a_new_download() -> None:
    assert count([(0, 0), (0, DAY)]).first_touch == 2
    assert count([(0, 0), (0, DAY - 1)]).last_touch == 1


@given(REQUESTS)
def test_the_fast_count_agrees_with_walking(requests: list[tuple[int, int]]) -> None:
    assert count(requests) == literally(requests)


@given(REQUESTS)
def test_last_touch_never_counts_more_than_first_touch(requests: list[tuple[int, int]]) -> None:
    found = count(requests)
    assert found.last_touch <= found.first_touch <= len(requests)
