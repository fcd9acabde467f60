"""Days, means and the days to look at."""

from truetally.charts.trend import DayCount, trend


def day(number: int, before: int, after: int, minutes: int | None = 20,
        persons: int | None = None) -> DayCount:
    """One day whose remaining events were watched `minutes` each."""
    watched = None if minutes is None else after * minutes * 60_000
    return DayCount(day=f"2017-08-{number:02}", before=before, after=after, low=after, high=after,
                    watched_before_ms=watched, watched_after_ms=watched, persons_before=persons,
                    persons_after=persons)


def normal(days: int = 10, count: int = 40_000) -> list[DayCount]:
    """Days on which nothing is removed."""
    return [day(n + 1, count, count) for n in range(days)]


def test_the_days_of_the_published_case_are_flagged_and_its_ratio_is_found() -> None:
    found = trend([*normal(), day(31, 18_040_000, 2_021_496, minutes=6)])[-1]
    assert found.flags == ("removed", "spike", "short_watch")
    assert found.normal == 40_000
    assert found.filter_permille == 889  # the judgment: about 89 %


def test_a_quiet_day_has_no_flag() -> None:
    assert all(d.flags == () for d in trend(normal()))


def test_a_flagged_day_is_no_normal_day_for_the_next() -> None:
    days = trend([*normal(4), day(20, 400_000, 400_000), day(21, 400_000, 400_000)])
    assert [d.flags for d in days[-2:]] == [("spike",), ("spike",)]
    assert days[-1].normal == 40_000


def test_three_times_and_a_hundred_more_is_not_yet_a_spike() -> None:
    assert trend([*normal(4, 100), day(20, 400, 400)])[-1].flags == ()
    assert trend([*normal(4, 100), day(20, 401, 401)])[-1].flags == ("spike",)


def test_five_percent_removed_is_normal_and_more_is_not() -> None:
    assert trend([day(1, 1000, 950)])[0].flags == ()
    assert trend([day(1, 1000, 949)])[0].flags == ("removed",)


def test_too_few_normal_days_say_nothing() -> None:
    assert trend([*normal(2), day(20, 10**6, 10**6)])[-1].normal is None


def test_half_the_watch_time_is_not_yet_short() -> None:
    assert trend([*normal(4), day(20, 40_000, 40_000, minutes=10)])[-1].flags == ()
    assert trend([*normal(4), day(20, 40_000, 40_000, minutes=9)])[-1].flags == ("short_watch",)


def test_an_unknown_watch_time_is_not_zero() -> None:
    found = trend([*normal(4), day(20, 40_000, 40_000, minutes=None)])[-1]
    assert (found.per_play_after_ms, found.per_person_after_ms, found.flags) == (None, None, ())


def test_means_are_by_event_and_by_person() -> None:
    found = trend([day(1, 10, 10, minutes=6, persons=4)])[0]
    assert (found.per_play_after_ms, found.per_person_after_ms) == (360_000, 900_000)
    assert trend([day(1, 0, 0, persons=0)])[0].per_play_after_ms is None
