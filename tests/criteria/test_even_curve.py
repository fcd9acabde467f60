import random

import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.even_curve import CRITERION

MIDNIGHT, HOUR = NOON - 12 * 3_600_000, 3_600_000


def curve(*counts: int, item: str | None = "i") -> list[dict[str, object]]:
    return [{"time_ms": MIDNIGHT + hour * HOUR + i, "item_id": item}
            for hour, count in enumerate(counts) for i in range(count)]


def test_an_order_spread_evenly_over_the_day_is_found() -> None:
    counts = [20 + (hour % 2) for hour in range(24)]
    assert verdicts(CRITERION, curve(*counts)) == [True] * sum(counts)


def test_a_day_with_a_night_is_not_found() -> None:
    counts = [5] * 7 + [30] * 17
    assert True not in verdicts(CRITERION, curve(*counts))


def test_draws_by_lot_are_not_found() -> None:
    lot = random.Random(7)  # noqa: S311 a repeatable draw, no secret
    for item in range(5):
        counts = [0] * 24
        for _ in range(600):
            counts[lot.randrange(24)] += 1
        assert True not in verdicts(CRITERION, curve(*counts, item=str(item)))


def test_an_hour_without_events_or_too_few_events_are_not_judged() -> None:
    assert True not in verdicts(CRITERION, curve(*[30] * 23, 0))
    assert True not in verdicts(CRITERION, curve(*[19] * 24))


@pytest.mark.parametrize(("limit", "found"), [(91, False), (92, True)])
def test_the_limit_is_exact(limit: int, *, found: bool) -> None:
    rows = curve(21, 21, *[20] * 22)  # (24 x 9682 - 482 x 482) / 482 = 44 / 482 = 0.09128...
    assert (True in verdicts(CRITERION, rows, dispersion_milli=limit)) is found


def test_one_item_among_others_is_found_alone() -> None:
    even, odd = curve(*[20] * 24, item="even"), curve(*range(10, 34), item="odd")
    assert verdicts(CRITERION, odd + even) == [False] * len(odd) + [True] * len(even)


def test_an_unknown_item_is_not_found() -> None:
    assert set(verdicts(CRITERION, curve(*[20] * 24, item=None))) == {None}


def test_no_events_at_all_are_no_finding() -> None:
    assert verdicts(CRITERION, []) == []
