import numpy as np
import pyarrow as pa
import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria import item_surge
from truetally.criteria.item_surge import CRITERION

DAY = 86_400_000
WEEK = [60, 58, 59, 61, 66, 78, 76]


def days(*counts: int, item: str | None = "i") -> list[dict[str, object]]:
    return [{"item_id": item, "time_ms": NOON + day * DAY} for day, count in enumerate(counts)
            for _ in range(count)]


def surging(*counts: int, **parameters: int) -> list[int]:
    """Name the days of one item that are found."""
    found = verdicts(CRITERION, days(*counts), **parameters)
    at = [day for day, count in enumerate(counts) for _ in range(count)]
    return sorted({day for day, hit in zip(at, found, strict=True) if hit})


def test_a_day_far_above_the_items_past_is_found() -> None:
    assert surging(50, 52, 48, 51, 49, 120, 50) == [5]


def test_ordinary_ups_and_downs_are_not_found() -> None:
    assert surging(50, 60, 42, 55, 47, 69, 44, 58) == []


@pytest.mark.parametrize(("count", "found"), [(78, []), (79, [5])])
def test_the_square_root_of_chance_is_exact(count: int, found: list[int]) -> None:
    assert surging(*[50] * 5, count) == found  # 4 x sqrt(51) = 28.56; 1.4 x 50 = 70
    assert surging(*[50] * 5, count, spreads=1) == [5]


def test_a_premiere_has_no_past_and_is_not_found() -> None:
    assert surging(0, 0, 0, 0, 0, 0, 900, 700, 500) == []
    assert surging(50, 50, 50, 50, 400) == []


def test_days_without_any_event_count_as_past() -> None:
    assert surging(40, 0, 0, 0, 0, 0, 60) == [6]


def test_a_holiday_that_lifts_all_items_alike_is_not_found() -> None:
    rows = [row for n in range(6) for row in days(*WEEK[:5], 140, item=f"i{n}")]
    assert True not in verdicts(CRITERION, rows)
    rows += days(*WEEK[:5], 420, item="bought")
    assert verdicts(CRITERION, rows).count(True) == 420


def test_an_unknown_item_is_not_found() -> None:
    assert set(verdicts(CRITERION, days(*[50] * 5, 120, item=None))) == {None}
    assert verdicts(CRITERION, []) == []


def profile(scale: int) -> pa.Table:
    """Make a hundred items of all sizes over thirty days, one in ten bought for on one day."""
    random = np.random.default_rng(7)
    size = 2 ** random.integers(1, 12, 100)
    events = random.poisson(np.repeat(size[:, None], 30, axis=1)).astype(np.int64)
    events[::10, 20] *= 9
    item, day = np.nonzero(events)
    return pa.table({"item_id": [f"i{n:02d}" for n in item], "day": pa.array(day, pa.int32()),
                     "events": events[item, day] * scale})


def test_narrow_numbers_find_what_wide_ones_find(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {name: p.default for name, p in CRITERION.parameters.items()}
    narrow = item_surge.find(profile(1), values, 0)
    large = item_surge.find(profile(1 << 24), values, 0)
    monkeypatch.setattr(item_surge, "NARROW", 0)
    assert narrow == item_surge.find(profile(1), values, 0)
    assert narrow.num_rows >= 5
    assert set(narrow["item_id"].to_pylist()) <= set(large["item_id"].to_pylist())
