"""Counts added up on an engine, against the same sums in Arrow and row by row."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truetally.counts.levels import SUMS, by_level
from truetally.counts.stored import (
    CUBE,
    UNIQUE,
    all_masks,
    by_period,
    items,
    levels,
    narrowed,
    uniques,
    weights,
)
from truetally.decisions.verdict import VERDICTS, Verdict
from truetally.engine import Resources, open_engine
from truetally.engine.spec import Engine

NAMES = ["a", "b", "真量", "'; DROP TABLE cube; --", "nul\x00"]
ROWS = st.lists(st.tuples(
    st.integers(0, 2), st.sampled_from(NAMES), st.sampled_from([None, "", "pc"]),
    st.sampled_from([None, "110000"]), st.integers(0, 14), st.integers(1, 50),
    st.integers(0, 10**12)), max_size=25)
Rows = list[tuple[int, str, str | None, str | None, int, int, int]]
TYPES = {"int32": pa.int32(), "int64": pa.int64(), "string": pa.string()}
FEW = settings(max_examples=max(10, settings.default.max_examples // 5))


def judge(mask: int) -> Verdict:
    """Give each mask some verdict; three masks come to the same, two of them for one reason."""
    name = VERDICTS[mask % len(VERDICTS)]
    return Verdict(verdict=name, primary=f"reason {mask // 10}", suspect=mask in (0, 5))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine("duckdb", Resources(temp=tmp_path_factory.mktemp("temp"), threads=1), ())
    yield opened
    opened.close()


def loaded(engine: Engine, rows: Rows, wanted: tuple[str, ...] = ()) -> pa.Table:
    """Put rows into the tables that the expressions read, and return them."""
    columns = list(zip(*rows, strict=True)) or [()] * len(CUBE)
    table = pa.table({name: pa.array(values, TYPES[kind]) for (name, kind), values
                      in zip(CUBE.items(), columns, strict=True)})
    engine.load("cube", table)
    engine.load("wanted", pa.table({"text": pa.array(wanted, pa.string())}))
    masks = engine.arrow(all_masks())["mask"].to_pylist()
    assert masks == sorted({r[4] for r in rows})
    engine.load("weights", weights(masks, judge))
    return table


@FEW
@given(rows=ROWS, keys=st.sampled_from([(), ("day",), ("item_id",), ("terminal", "region")]))
def test_levels_are_those_that_arrow_adds_up(engine: Engine, rows: Rows,
                                             keys: tuple[str, ...]) -> None:
    cube = loaded(engine, rows)
    found = engine.arrow(levels(keys)).to_pylist()
    wanted = by_level(cube, judge, keys).to_pylist()
    if rows:
        assert found == wanted
    else:
        assert found == ([] if keys else [dict.fromkeys(SUMS, 0)])


@FEW
@given(rows=ROWS, wanted=st.sets(st.sampled_from(NAMES)))
def test_only_the_items_asked_about_are_counted(engine: Engine, rows: Rows,
                                                wanted: set[str]) -> None:
    loaded(engine, rows, tuple(wanted))
    found = engine.arrow(narrowed(("item_id",), of_items=True)).to_pylist()
    mine = [r for r in rows if r[1] in wanted]
    assert {(r["item_id"], r["mask"]): (r["events"], r["watched_ms"]) for r in found} == {
        key: (sum(r[5] for r in mine if (r[1], r[4]) == key),
              sum(r[6] for r in mine if (r[1], r[4]) == key)) for key in {(r[1], r[4])
                                                                         for r in mine}}
    assert engine.arrow(items())["item_id"].to_pylist() == sorted({r[1] for r in rows})


@FEW
@given(rows=ROWS)
def test_a_period_counts_its_days_by_what_masks_come_to(engine: Engine, rows: Rows) -> None:
    loaded(engine, rows)
    engine.load("periods", pa.table({"on_day": pa.array([0, 1], pa.int32()),
                                     "period": pa.array([7, 7], pa.int32())}))
    wanted: dict[tuple[str, Verdict], int] = {}
    for day, item, _, _, mask, events, _ in rows:
        if day < 2:
            key = item, judge(mask)
            wanted[key] = wanted.get(key, 0) + events
    found = engine.arrow(by_period()).to_pylist()
    assert {(r["item_id"], judge(r["mask"])): r["events"] for r in found} == wanted
    assert len(found) == len(wanted)
    assert {r["period"] for r in found} <= {7}


def test_unique_items_are_added_up_over_days(engine: Engine) -> None:
    engine.load("uniques", pa.table({name: pa.array(values, TYPES[UNIQUE[name]]) for name, values in
                                     zip(UNIQUE, ([1, 2], ["a", "a"], [3, 4], [2, 2], [1, 2]),
                                         strict=True)}))
    assert engine.arrow(uniques(("item_id",))).to_pylist() == [
        {"item_id": "a", "unique_gross": 7, "unique_net": 4, "unique_total_net": 3}]
