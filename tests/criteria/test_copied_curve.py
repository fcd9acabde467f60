import random
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.criteria.evaluate import NOON, defaults, measured, verdicts

from truetally.criteria.copied_curve import CRITERION, _index_milli
from truetally.criterion import Study

MIDNIGHT, HOUR = NOON - 12 * 3_600_000, 3_600_000
BOUGHT = [30, 18, 12, 8, 8, 8, 10, 16, 22, 26, 30, 34, 38, 37, 33, 32, 33, 35, 41, 50, 60, 62, 55,
          42]


def curve(counts: list[int], item: str | None) -> list[dict[str, object]]:
    return [{"time_ms": MIDNIGHT + hour * HOUR + i, "item_id": item}
            for hour, count in enumerate(counts) for i in range(count)]


def log(*curves: list[int]) -> list[dict[str, object]]:
    return [row for n, counts in enumerate(curves) for row in curve(counts, f"i{n}")]


def shared(rows: list[dict[str, object]], **parameters: int) -> dict[str, tuple[int, int, int]]:
    """Give what the study measured of every item that it found: total, others, index."""
    assert isinstance(CRITERION.shape, Study)
    profile = pa.Table.from_pylist(measured(CRITERION, rows))
    found = CRITERION.shape.find(profile, defaults(CRITERION) | parameters, 0).to_pylist()
    return {row["item_id"]: (row["total"], row["others"], row["index_milli"]) for row in found}


def test_one_bought_curve_on_four_titles_is_found() -> None:
    near = [[n + (hour * step) % 3 - 1 for hour, n in enumerate(BOUGHT)] for step in (1, 2, 4, 5)]
    assert set(verdicts(CRITERION, log(*near))) == {True}


def test_the_size_of_an_order_does_not_matter() -> None:
    found = shared(log(*[[n * size for n in BOUGHT] for size in (1, 2, 3, 4)]))
    assert found == {f"i{n}": (740 * (n + 1), 3, 0) for n in range(4)}


def test_three_titles_have_too_few_others_and_are_not_found() -> None:
    assert True not in verdicts(CRITERION, log(BOUGHT, BOUGHT, BOUGHT))


def test_draws_by_lot_from_one_curve_are_not_found() -> None:
    lot = random.Random(7)  # noqa: S311 a repeatable draw, no secret
    curves = []
    for _ in range(12):
        hours = lot.choices(range(24), BOUGHT, k=900)
        curves.append([hours.count(hour) for hour in range(24)])
    assert True not in verdicts(CRITERION, log(*curves))


def test_other_titles_of_the_day_are_not_found_with_them() -> None:
    rows = log(BOUGHT, BOUGHT, BOUGHT, BOUGHT, BOUGHT[::-1])
    found = verdicts(CRITERION, rows)
    assert found == [row["item_id"] != "i4" for row in rows]


def test_the_same_curve_on_different_days_is_not_found() -> None:
    rows = [row | {"time_ms": int(str(row["time_ms"])) + day * 24 * HOUR, "item_id": "i"}
            for day in range(5) for row in curve(BOUGHT, "i")]
    assert True not in verdicts(CRITERION, rows)


def test_an_hour_without_events_or_too_few_events_are_not_judged() -> None:
    assert True not in verdicts(CRITERION, log(*[[0, *BOUGHT[1:]]] * 4))
    assert True not in verdicts(CRITERION, log(*[[(n + 1) // 2 for n in BOUGHT]] * 4))


def test_an_unknown_item_is_not_found() -> None:
    assert set(verdicts(CRITERION, curve(BOUGHT, None))) == {None}


def test_no_events_at_all_are_no_finding() -> None:
    assert verdicts(CRITERION, []) == []


@pytest.mark.parametrize(("limit", "found"), [(451, False), (452, True)])
def test_the_limit_is_exact(limit: int, *, found: bool) -> None:
    even, uneven = [20] * 24, [23, 17, *[20] * 22]  # 9 / 43 + 9 / 37 = 0.4525...
    assert _index_milli(even, uneven) == 452
    assert bool(shared(log(even, uneven), least_others=1, index_milli=limit)) is found


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 10**7)), min_size=24, max_size=24))
def test_the_index_is_that_of_a_literal_reckoning(pairs: list[tuple[int, int]]) -> None:
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    exact = sum(Fraction((a * sum(y) - b * sum(x)) ** 2, (a + b) * sum(x) * sum(y))
                for a, b in pairs)
    assert 0 <= exact * 1000 - _index_milli(x, y) < 2
    assert _index_milli(x, y) == _index_milli(y, x)
