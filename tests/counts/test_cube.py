"""The cube and the unique items, beside a count in plain Python."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truetally.counts import cube as counting
from truetally.counts.cube import CUBE_KEYS, LEVELS, PLACES, cube, ordered, unique_items
from truetally.decisions.plan import COUNTED_BY
from truetally.engine import Resources, open_engine
from truetally.engine.places import in_order, with_texts
from truetally.engine.spec import Engine
from truetally.run.store import by_day

ITEMS = {11: "真量", 12: "b", 13: "a"}  # internal keys in another order than their texts
COUNTS_AT = {0: (1, 1, 1), 1: (0, 0, 0), 2: (1, 0, 0), 4: (1, 1, 0), 1 << 61: (1, 1, 1)}
LEVEL_OF = {mask: sum(at) for mask, at in COUNTS_AT.items()}
TYPES = {"order_id": pa.int64(), "day": pa.int32(), "item_id": pa.int64(),
         "terminal": pa.string(), "region": pa.string(), "visit": pa.int64(),
         "watched_ms": pa.int64(), "mask": pa.int64()}
Row = tuple[int, int, str | None, str | None, int | None, int | None, int]
ROWS = st.lists(st.tuples(
    st.integers(17_000, 17_001), st.sampled_from(list(ITEMS)), st.sampled_from([None, "", "pc"]),
    st.sampled_from([None, "110000"]), st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([None, 0, 5_000, 10**12]), st.sampled_from(list(COUNTS_AT))), max_size=40)
FEW = settings(max_examples=max(10, settings.default.max_examples // 5))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine("duckdb", Resources(temp=tmp_path_factory.mktemp("temp"), threads=1), ())
    opened.load("dict_item_id", pa.table({"key": pa.array(list(ITEMS), pa.int64()),
                                          "text": list(ITEMS.values())}))
    opened.places(PLACES, "dict_item_id")
    yield opened
    opened.close()


def counted(engine: Engine, count: Callable[[pa.Table], pa.Table]) -> list[dict[str, Any]]:
    """Count day by day, with texts for items, as counts are written."""
    items = engine.arrow(in_order("dict_item_id", "int64"))
    stream = engine.batches(ordered("rows", "int64", (*COUNTED_BY, "mask")), coded=True)
    return [line for _, rows in by_day(stream)
            for line in with_texts(count(rows), "item_id", items).to_pylist()]


MASKS = sorted(LEVEL_OF)


def cubes(rows: pa.Table) -> pa.Table:
    return cube(rows, np.array([MASKS.index(mask) for mask in rows["mask"].to_pylist()]))


def uniques(rows: pa.Table) -> pa.Table:
    return unique_items(rows, np.array([LEVEL_OF[mask] for mask in rows["mask"].to_pylist()],
                                       dtype=np.int64))


def load(engine: Engine, rows: Sequence[Row]) -> None:
    numbered = [(number, *row) for number, row in enumerate(rows)]
    columns = zip(*numbered, strict=True) if rows else ([] for _ in TYPES)
    engine.load("rows", pa.table({name: pa.array(list(values), kind) for (name, kind), values
                                  in zip(TYPES.items(), columns, strict=True)}))


@FEW
@given(rows=ROWS)
def test_the_cube_agrees_with_counting_one_by_one(engine: Engine, rows: list[Row]) -> None:
    events: dict[tuple[object, ...], int] = defaultdict(int)
    watched: dict[tuple[object, ...], int] = defaultdict(int)
    for day, item, terminal, region, _, watched_ms, mask in rows:
        key = (day, ITEMS[item], terminal, region, mask)
        events[key] += 1
        watched[key] += watched_ms or 0
    load(engine, rows)
    found = counted(engine, cubes)
    assert {tuple(r[k] for k in CUBE_KEYS): r["events"] for r in found} == events
    assert {tuple(r[k] for k in CUBE_KEYS): r["watched_ms"] for r in found} == watched
    assert len(found) == len(events)


@FEW
@given(rows=ROWS)
def test_unique_items_agree_with_sets_of_visits(engine: Engine, rows: list[Row]) -> None:
    visits: dict[tuple[int, str], tuple[set[int], ...]] = defaultdict(lambda: (set(), set(), set()))
    for day, item, _, _, visit, _, mask in rows:
        if visit is not None:
            reached = visits[day, ITEMS[item]]
            for n, counts in enumerate(COUNTS_AT[mask]):
                reached[n].update([visit] if counts else [])
    load(engine, rows)
    found = counted(engine, uniques)
    assert {(r["day"], r["item_id"]): tuple(r[f"unique_{level}"] for level in LEVELS)
            for r in found} == {key: tuple(map(len, sets)) for key, sets in visits.items()}


def test_unknown_terminals_are_a_line_of_their_own(engine: Engine) -> None:
    load(engine, [(17_000, 12, terminal, None, 1, None, 0) for terminal in (None, "", "pc", None)])
    found = counted(engine, cubes)
    assert {r["terminal"]: r["events"] for r in found} == {None: 2, "": 1, "pc": 1}


def test_an_unknown_visit_is_not_a_unique_item(engine: Engine) -> None:
    load(engine, [(17_000, 12, None, None, None, None, 0)])
    assert counted(engine, uniques) == []


def test_a_session_that_was_voided_once_and_counted_once_is_counted(engine: Engine) -> None:
    load(engine, [(17_000, 12, None, None, 1, None, mask) for mask in (2, 0)])
    [line] = counted(engine, uniques)
    assert [line[f"unique_{level}"] for level in LEVELS] == [1, 1, 1]


def test_days_come_in_order_for_one_file_a_day(engine: Engine) -> None:
    load(engine, [(day, item, None, None, 1, None, 0) for day in (17_003, 17_001, 17_002)
                  for item in ITEMS])
    for rows in (cubes, uniques):
        found = counted(engine, rows)
        assert [r["day"] for r in found] == sorted(r["day"] for r in found)
        assert len(found) == 9


def test_only_the_days_that_are_asked_for_come(engine: Engine) -> None:
    load(engine, [(day, 12, None, None, 1, None, 0) for day in (17_003, 17_001, 17_002)])
    rows = ordered("rows", "int64", COUNTED_BY, days=[17_001, 17_003])
    assert [day for day, _ in by_day(engine.batches(rows))] == [17_001, 17_003]


def test_the_rows_of_a_day_come_in_the_order_of_texts(engine: Engine) -> None:
    load(engine, [(17_000, item, terminal, None, 1, None, 0) for item in ITEMS
                  for terminal in ("pc", "")])
    found = [(r["item_id"], r["terminal"]) for r in counted(engine, cubes)]
    assert found == [(item, terminal) for item in ("a", "b", "真量") for terminal in ("", "pc")]
    assert [r["item_id"] for r in counted(engine, uniques)] == ["a", "b", "真量"]


WIDE = st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=30)


@FEW
@given(rows=WIDE, most=st.sampled_from([4, 40, 1 << 62]))
def test_numbers_too_wide_for_64_bits_keep_their_order(rows: list[tuple[int, ...]],
                                                       most: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(counting, "MOST", most)
        found = counting.combined(*(np.array(column) for column in zip(*rows, strict=True)))
    assert [rows[at] for at in np.argsort(found, kind="stable")] == sorted(rows)
    assert len(set(found.tolist())) == len(set(rows))


@given(keys=st.lists(st.integers(0, 2**64 - 1), max_size=20))
def test_keys_are_numbered_alike_as_numbers_and_as_texts(keys: list[int]) -> None:
    for column in (pa.chunked_array([pa.array(keys, pa.uint64())]),
                   pa.chunked_array([pa.array(map(str, keys), pa.string())])):
        found = counting.numbered(column).tolist()
        assert len(set(zip(keys, found, strict=True))) == len(set(keys)) == len(set(found))
        assert max(found, default=0) == max(len(set(keys)) - 1, 0)
