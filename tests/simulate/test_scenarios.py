"""What is promised of every scenario, built in today or tomorrow."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from truetally.events.schema import EARLIEST_MS, EVENT, KINDS, LATEST_MS, REQUIRED, TERMINALS
from truetally.simulate import plan, scenarios

SIZE = 2_000
NEEDED = {"video": {"item_id", "cookie_id", "device_id", "ip", "user_agent", "plugins", "referrer",
                    "page_url", "terminal", "region", "watched_ms", "length_ms"},
          "click": {"item_id", "cookie_id", "ip", "user_agent", "referrer", "page_url",
                    "visible_permille", "interacted", "placement_w", "placement_h"}}
Simulated = Callable[[str, int], pa.Table]


@pytest.fixture(params=scenarios())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_columns_are_of_the_contract_and_enough(name: str, simulated: Simulated) -> None:
    rows = simulated(name, SIZE)
    columns = {f.name: f.type for f in rows.schema if not f.name.startswith("truth_")}
    assert columns == {c: EVENT[c] for c in columns}
    assert columns.keys() >= {*REQUIRED, *NEEDED[plan(name, events=1).scenario.log]}


def test_rows_are_as_many_as_planned(name: str, simulated: Simulated) -> None:
    rows, made = simulated(name, SIZE), plan(name, events=SIZE)
    assert rows.num_rows == SIZE
    assert pc.sum(pc.equal(rows["truth_label"], "fake")).as_py() == made.fake


def test_every_item_and_day_is_as_planned(name: str, simulated: Simulated) -> None:
    rows, made = simulated(name, SIZE), plan(name, events=SIZE)
    day = pc.divide(pc.add(rows["time_ms"], 28_800_000), 86_400_000)
    found = pc.value_counts(day.combine_chunks()).to_pylist()
    planned = {d + made.scenario.start_day: int(n) for d, n in enumerate(made.per_day()) if n}
    assert {f["values"]: f["counts"] for f in found} == planned


def test_required_values_are_there_and_sound(name: str, simulated: Simulated) -> None:
    rows = simulated(name, SIZE)
    for column in REQUIRED:
        assert rows[column].null_count == 0
    assert set(rows["kind"].to_pylist()) <= set(KINDS)
    assert set(rows["terminal"].to_pylist()) <= set(TERMINALS)
    assert EARLIEST_MS < pc.min(rows["time_ms"]).as_py() < pc.max(rows["time_ms"]).as_py()
    assert pc.max(rows["time_ms"]).as_py() < LATEST_MS


def test_unknown_is_null_and_never_empty(name: str, simulated: Simulated) -> None:
    rows = simulated(name, SIZE)
    for field in rows.schema:
        if pa.types.is_string(field.type):
            assert not pc.any(pc.equal(rows[field.name], "")).as_py(), field.name
        elif pa.types.is_int64(field.type) and not field.name.startswith("truth_"):
            assert pc.min(rows[field.name]).as_py() >= 0, field.name


def test_only_fakes_have_a_fleet_and_an_order(name: str, simulated: Simulated) -> None:
    rows = simulated(name, SIZE)
    fake = pc.equal(rows["truth_label"], "fake")
    for column in ("truth_fleet", "truth_order_id"):
        assert rows[column].is_valid().equals(fake)


def test_no_address_is_anybodys_but_a_published_data_centres(
        name: str, simulated: Simulated) -> None:
    first = pc.utf8_slice_codeunits(simulated(name, SIZE)["ip"], 0, 3).to_pylist()
    assert set(first) <= {*map(str, range(240, 256)), "200", "52.", "34."}
