import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.watch_drop import CRITERION

DAY = 86_400_000


def days(*counts: int, watched: list[int], item: str | None = "i") -> list[dict[str, object]]:
    return [{"item_id": item, "time_ms": NOON + day * DAY, "watched_ms": ms, "day": None}
            for day, (count, ms) in enumerate(zip(counts, watched, strict=True))
            for _ in range(count)]


def found_on_the_last(count: int, watched_ms: int) -> bool:
    rows = days(*[40] * 5, count, watched=[*[100_000] * 5, watched_ms])
    found = verdicts(CRITERION, rows)
    assert True not in found[:200]
    return found[-1] is True


@pytest.mark.parametrize(("count", "watched_ms", "found"), [
    (56, 70_000, True), (55, 70_000, False), (56, 70_001, False), (400, 100_000, False),
    (40, 10_000, False)])
def test_more_plays_that_are_watched_for_less_are_found(count: int, watched_ms: int,
                                                        *, found: bool) -> None:
    assert found_on_the_last(count, watched_ms) is found


def test_an_item_without_past_is_not_found() -> None:
    rows = days(40, 40, 40, 40, 400, watched=[100_000] * 4 + [1000])
    assert True not in verdicts(CRITERION, rows)


def test_a_mean_of_few_plays_is_no_past() -> None:
    few = days(*[19] * 5, 400, watched=[*[100_000] * 5, 1000])
    assert True not in verdicts(CRITERION, few)
    assert True in verdicts(CRITERION, few, least_past_plays=95)


def test_the_past_of_another_item_is_not_its_own() -> None:
    rows = days(*[40] * 5, watched=[100_000] * 5, item="a") + days(400, watched=[1000], item="b")
    assert True not in verdicts(CRITERION, rows)


def test_unknown_watch_times_and_items_are_not_found() -> None:
    rows = days(*[40] * 5, 400, watched=[*[100_000] * 5, 1000], item=None)
    assert set(verdicts(CRITERION, rows)) == {None}
    assert verdicts(CRITERION, []) == []
