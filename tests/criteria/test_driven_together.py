import random
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from tests.criteria.evaluate import NOON, defaults, measured, verdicts

from truetally.criteria.driven_together import CRITERION
from truetally.criterion import Study

MINUTE = 60_000
TASKS = (("a", 0), ("b", 25), ("c", 50), ("d", 80), ("e", 100), ("f", 130))


def group(devices: int, *, late_ms: int = 0, tasks: tuple[tuple[str, int], ...] = TASKS,
          name: str = "d") -> list[dict[str, object]]:
    return [{"device_id": f"{name}{n}", "item_id": item,
             "time_ms": NOON + minute * MINUTE + n * late_ms}
            for n, (item, minute) in product(range(devices), tasks)]


def groups(rows: list[dict[str, object]], **parameters: int) -> dict[tuple[str, str], int]:
    """Give the size of the group of every device and item that the study found."""
    assert isinstance(CRITERION.shape, Study)
    profile = pa.Table.from_pylist(measured(CRITERION, rows))
    found = CRITERION.shape.find(profile, defaults(CRITERION) | parameters, 0).to_pylist()
    return {(row["device_id"], row["item_id"]): row["devices"] for row in found}


def test_a_group_that_is_given_the_same_tasks_is_found() -> None:
    assert set(verdicts(CRITERION, group(8, late_ms=10_000))) == {True}


def test_a_group_of_seven_is_not_found() -> None:
    assert True not in verdicts(CRITERION, group(7))


def test_how_large_the_group_is_stands_beside_it() -> None:
    assert set(groups(group(11)).values()) == {11}


def test_plays_in_between_that_others_do_not_make_change_nothing() -> None:
    between: list[dict[str, object]] = [
        {"device_id": f"d{n}", "item_id": f"own{n}-{m}", "time_ms": NOON + m * 7 * MINUTE}
        for n in range(8) for m in range(5)]
    found = verdicts(CRITERION, group(8) + between)
    assert found == [True] * 48 + [False] * 40


def test_the_same_items_at_times_of_ones_own_are_not_found() -> None:
    lot = random.Random(7)  # noqa: S311 a repeatable draw, no secret
    rows = [{"device_id": f"d{n}", "item_id": item, "time_ms": NOON + lot.randrange(600) * MINUTE}
            for n in range(30) for item, _ in TASKS]
    assert True not in verdicts(CRITERION, rows)


def test_two_starts_in_common_are_not_found() -> None:
    others = [{"device_id": f"d{n}", "item_id": f"own{n}-{m}", "time_ms": NOON + m * MINUTE}
              for n in range(9) for m in range(6)]
    assert True not in verdicts(CRITERION, group(9, tasks=TASKS[:2]) + others)


def test_devices_with_few_plays_are_not_found() -> None:
    assert True not in verdicts(CRITERION, group(9, tasks=TASKS[:5]))
    assert True in verdicts(CRITERION, group(9, tasks=TASKS[:5]), least_plays=5)


@pytest.mark.parametrize("minute", range(0, 20, 4))
def test_no_border_of_a_span_divides_a_group(minute: int) -> None:
    tasks = tuple((item, at + minute) for item, at in TASKS)
    assert set(verdicts(CRITERION, group(8, late_ms=30_000, tasks=tasks))) == {True}


def test_groups_are_those_that_a_literal_search_finds() -> None:
    lot = np.random.default_rng(5)
    rows = [{"device_id": f"d{n}", "item_id": f"i{lot.integers(4)}",
             "time_ms": NOON + int(lot.integers(30)) * MINUTE} for n in range(40) for _ in range(6)]
    found = groups(rows, least_devices=3)
    assert found == literal(rows, 3)
    assert len(found) > 5


def literal(rows: list[dict[str, object]], least: int) -> dict[tuple[str, str], int]:
    """Lay the spans, drop lonely starts, and count who made each three in a row, step by step."""
    plays: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        held = plays.setdefault(str(row["device_id"]), [])
        held.append((int(str(row["time_ms"])), str(row["item_id"])))
    begun = {d: sorted((t, i) for t, i in set(held) if (t, i) == min(p for p in held if p[1] == i))
             for d, held in plays.items()}
    spans = [(i, shift, (t + shift) // 600_000) for held in begun.values() for t, i in held
             for shift in (0, 300_000)]
    start = {(t, i): max(((i, shift, (t + shift) // 600_000) for shift in (0, 300_000)),
                         key=lambda s: (spans.count(s), -s[1]))
             for held in begun.values() for t, i in held}
    lists = {d: [start[play] for play in held if spans.count(start[play]) >= least]
             for d, held in begun.items()}
    threes = {d: [tuple(held[n:n + 3]) for n in range(len(held) - 2)] for d, held in lists.items()}
    best: dict[tuple[str, str], int] = {}
    for device, three in [(d, three) for d, held in threes.items() for three in held]:
        size = sum(three in other for other in threes.values())
        for item, *_ in three:
            best[device, item] = max(size, best.get((device, item), 0))
    return {key: size for key, size in best.items() if size >= least}


def test_an_unknown_device_is_not_found() -> None:
    rows = [row | {"device_id": None} for row in group(9)]
    assert set(verdicts(CRITERION, rows)) == {None}


def test_no_events_at_all_are_no_finding() -> None:
    assert verdicts(CRITERION, []) == []
