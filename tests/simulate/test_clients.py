"""How clients work: what a quota, a list and a master look like in the log."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.simulate.clients import nth

Simulated = Callable[[str, int], pa.Table]
DAY_MS, HOUR_MS, OFFSET_MS = 86_400_000, 3_600_000, 28_800_000


@pytest.fixture(scope="module")
def fakes(simulated: Simulated) -> Callable[[str, int], pa.Table]:
    def of(name: str, events: int) -> pa.Table:
        rows = simulated(name, events)
        return rows.filter(pc.equal(rows["truth_label"], "fake")).sort_by("time_ms")
    return of


Fakes = Callable[[str, int], pa.Table]


def day(rows: pa.Table) -> np.ndarray:
    return (rows["time_ms"].to_numpy() + OFFSET_MS) // DAY_MS


def largest(rows: pa.Table, keys: list[str], column: str) -> int:
    """Count the distinct values of a column in each group, and give the largest number."""
    found = rows.append_column("day", pa.array(day(rows))).group_by(keys).aggregate(
        [(column, "count_distinct")])
    return int(pc.max(found[f"{column}_count_distinct"]).as_py())


@given(st.lists(st.integers(0, 5), max_size=40))
def test_visits_of_a_key_are_numbered_in_their_order(keys: list[int]) -> None:
    found = nth(np.array(keys, dtype=np.int64)).tolist()
    assert found == [keys[:at].count(key) for at, key in enumerate(keys)]


@pytest.mark.parametrize("name", ["fleet-even-orders", "fleet-bought-curve"])
def test_an_order_by_quota_has_the_same_hours_on_every_title_and_day(
        name: str, fakes: Fakes) -> None:
    rows = fakes(name, 30_000)
    hour = (rows["time_ms"].to_numpy() + OFFSET_MS) % DAY_MS // HOUR_MS
    titles = rows["item_id"].combine_chunks().dictionary_encode()
    cell = day(rows) * 100 + titles.indices.to_numpy()
    hours = np.array([np.bincount(hour[cell == one], minlength=24) for one in np.unique(cell)])
    share = hours / hours.sum(axis=1, keepdims=True)
    spread = (share - share.mean(axis=0)) ** 2 / np.maximum(share.mean(axis=0), 1e-9)
    by_lot = 23 / hours.sum(axis=1)  # what independent draws come to on average
    assert len(hours) >= 28
    assert (spread.sum(axis=1) < by_lot / 4).all()


def test_a_list_goes_on_without_a_pause_on_one_device(fakes: Fakes) -> None:
    rows = fakes("fleet-31-seconds", 62_100)
    first = rows["device_id"][0].as_py()
    times = rows.filter(pc.equal(rows["device_id"], first))["time_ms"].to_numpy()
    gaps = np.diff(times)
    assert len(gaps) > 90
    assert (gaps[gaps < DAY_MS // 4] // 1000 == 32).mean() > 0.95


def test_a_master_gives_each_task_to_all_clients_at_once(fakes: Fakes) -> None:
    rows = fakes("fleet-driven", 83_360)
    assert len(pc.unique(rows["device_id"])) == 24
    one = rows.filter(pc.equal(rows["item_id"], rows["item_id"][0].as_py()))
    same_day = day(one) == day(one)[0]
    times = one["time_ms"].to_numpy()[same_day]
    assert len(times) == 24
    assert times.max() - times.min() < 90_000


def test_a_phone_farm_leaves_by_one_address_and_keeps_devices_and_cookies(fakes: Fakes) -> None:
    rows = fakes("fleet-phone-farm", 127_000)
    assert len(pc.unique(rows["ip"])) == 1
    assert len(pc.unique(rows["cookie_id"])) == len(pc.unique(rows["device_id"])) > 500
    assert largest(rows, ["device_id"], "user_agent") == 1


def test_emulators_keep_device_cookie_and_system_and_change_the_agent(fakes: Fakes) -> None:
    rows = fakes("fleet-emulators", 84_800)
    assert largest(rows, ["device_id"], "cookie_id") == 1
    assert largest(rows, ["device_id"], "user_agent") > 20
    assert pc.all(pc.match_substring(rows["user_agent"], "Android")).as_py()


def test_a_burst_of_an_edge_has_new_devices_behind_few_addresses(fakes: Fakes) -> None:
    rows = fakes("fleet-edge-burst", 83_360)
    assert largest(rows, ["day"], "ip") == 1
    assert len(pc.unique(rows["device_id"])) > 0.6 * rows.num_rows


def test_redirects_come_from_browsers_without_the_list_of_the_case(fakes: Fakes) -> None:
    rows = fakes("fleet-redirects", 82_400)
    assert pc.all(pc.match_substring(rows["referrer"], "clouddn.com/r/")).as_py()
    assert len(pc.unique(rows["plugins"])) > 3


def test_a_click_flood_is_faster_than_a_person_and_unseen(fakes: Fakes) -> None:
    rows = fakes("fleet-click-flood", 84_000)
    assert pc.max(rows["visible_permille"]).as_py() == 0
    hour = pa.array(rows["time_ms"].to_numpy() // HOUR_MS)
    busiest = rows.append_column("hour", hour).group_by(["device_id", "hour"]).aggregate(
        [("time_ms", "count")])
    assert pc.max(busiest["time_ms_count"]).as_py() > 1200
