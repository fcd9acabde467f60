from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from truetally.simulate import plan
from truetally.simulate.population import STEP
from truetally.simulate.world import World, compile_world

Simulated = Callable[[str, int], pa.Table]
SIZE = 120_000


@pytest.fixture(scope="module")
def rows(simulated: Simulated) -> pa.Table:
    return simulated("honest", SIZE)


@pytest.fixture(scope="module")
def world() -> World:
    return compile_world(plan("honest", events=SIZE), 5)


def permille(column: pa.ChunkedArray, value: object) -> int:
    return round(pc.sum(pc.equal(column, value)).as_py() * 1000 / len(column))


def test_the_mix_of_places_and_terminals_is_the_declared_one(world: World) -> None:
    mix = world.scenario.audience["mix"]
    declared = sum(n for row in mix.values() for n in row.values())
    for place, row in mix.items():
        kinds = world.people.kinds(place=place)
        assert abs(len(kinds) * declared - sum(row.values()) * STEP) < declared * len(row)


@pytest.mark.parametrize(("terminal", "share"), [
    ("pc", 286), ("h5", 222), ("android", 282), ("ios", 121), ("tv", 75)])
def test_terminals_have_their_shares_of_plays(
        rows: pa.Table, terminal: str, share: int) -> None:
    assert abs(permille(rows["terminal"], terminal) - share) < 25


def test_regions_follow_the_population(rows: pa.Table) -> None:
    known = rows["region"].drop_null()
    assert abs(permille(known, "440000") - 78) < 20  # Guangdong: 104.3 of 1,333 million
    assert abs(permille(known, "540000") - 2) < 3  # Tibet


def test_nobody_watches_longer_than_the_item_or_the_time_that_passed(rows: pa.Table) -> None:
    watched = rows["watched_ms"].to_numpy(zero_copy_only=False)
    assert not (watched > rows["length_ms"].to_numpy()).any()
    order = pc.sort_indices(rows, [("session_id", "ascending"), ("time_ms", "ascending")])
    table = rows.take(order)
    session = np.array(table["session_id"].to_pylist(), dtype=object)
    same = session[1:] == session[:-1]
    passed = np.diff(table["time_ms"].to_numpy())
    stayed = table["watched_ms"].to_numpy(zero_copy_only=False)[:-1]
    again = passed == 0  # a log row written twice
    assert (passed[same & ~again] >= np.nan_to_num(stayed[same & ~again])).all()


def test_some_rows_are_written_twice(rows: pa.Table) -> None:
    columns = [c for c in rows.column_names if c != "truth_row"]
    doubles = rows.num_rows - rows.group_by(columns).aggregate([]).num_rows
    assert 10 < doubles < 80  # 5 of 10,000, where the visit has a play before


def test_evening_is_the_top_of_the_day_and_night_the_bottom(rows: pa.Table) -> None:
    local = pc.add(rows["time_ms"], 28_800_000).to_numpy() % 86_400_000 // 3_600_000
    hours = np.bincount(local, minlength=24)
    assert hours.argmax() in (20, 21, 22)
    assert hours.argmin() in (3, 4, 5)


def test_the_weekend_has_more_plays_than_monday(rows: pa.Table) -> None:
    day = (pc.add(rows["time_ms"], 28_800_000).to_numpy() // 86_400_000 + 3) % 7
    counts = np.bincount(day)
    assert counts[5] * 94 == pytest.approx(counts[0] * 124 * 94 / 96, rel=0.02)


def test_popularity_is_long_tailed(rows: pa.Table) -> None:
    counts = np.sort([c["counts"] for c in pc.value_counts(rows["item_id"]).to_pylist()])[::-1]
    assert counts[:200].sum() > 0.2 * counts.sum()
    assert len(counts) > 10_000


def test_devices_come_back_with_the_same_face(rows: pa.Table) -> None:
    faces = rows.group_by("truth_device").aggregate(
        [("screen", "count_distinct"), ("device_id", "count_distinct"),
         ("session_id", "count_distinct")])
    assert pc.max(faces["device_id_count_distinct"]).as_py() == 1
    assert pc.max(faces["screen_count_distinct"]).as_py() == 1
    assert pc.max(faces["session_id_count_distinct"]).as_py() > 5


def test_a_browser_update_gives_a_device_a_second_user_agent(rows: pa.Table) -> None:
    agents = rows.group_by("truth_device").aggregate([("user_agent", "count_distinct")])
    several = pc.sum(pc.greater(agents["user_agent_count_distinct"], 1)).as_py()
    assert 0 < several < 0.1 * agents.num_rows


def test_no_browser_is_older_than_its_release(world: World) -> None:
    from truetally.simulate.devices import technical
    device = np.arange(200_000)
    day = np.full(len(device), world.scenario.start_day)
    looks = technical(world.people, device, world.people.terminal[device % STEP], day)
    agents = {world.people.browsers.agents[i] for i in np.unique(looks["ua"])}
    assert any("Chrome/60.0.3112.113" in a for a in agents)  # 2017-08-24
    assert not any("Chrome/61." in a or "Firefox/56" in a for a in agents)  # later than the day


@pytest.mark.parametrize("share", [0, 50])
def test_the_share_of_cef_browsers_can_be_set(share: int, tmp_path_factory: pytest.TempPathFactory,
                                              ) -> None:
    from truetally.simulate.browsers import compile_browsers
    from truetally.simulate.load import part
    tables = compile_browsers(part("browsers"), {**part("audience"), "cef_permille": share})
    cef = np.flatnonzero((tables.plugin_of == tables.cef_list).all(axis=1))
    held = np.isin(tables.of_terminal[0], cef).mean()
    assert held * 1000 == pytest.approx(share, abs=1)


def test_a_campus_is_many_devices_behind_few_addresses(rows: pa.Table, world: World) -> None:
    kinds = world.people.kinds(place="campus")
    campus = rows.filter(pa.array(np.isin(rows["truth_device"].to_numpy() % STEP, kinds)))
    devices = pc.count_distinct(campus["truth_device"]).as_py()
    assert devices > 20 * pc.count_distinct(campus["ip"]).as_py()


def test_hotels_hold_televisions_alone(world: World) -> None:
    kinds = world.people.kinds(place="hotel")
    assert set(world.people.terminal[kinds]) == {4}
    assert len(kinds) > 5


def test_value_comes_only_after_a_minute(rows: pa.Table) -> None:
    valued = rows.filter(rows["value_action"].is_valid())
    assert set(valued["value_action"].to_pylist()) == {
        "conversion", "search", "comment", "ad_interaction"}
    assert pc.min(valued["watched_ms"]).as_py() >= 60_000


def test_applications_have_no_page_no_referrer_and_no_plugins(rows: pa.Table) -> None:
    apps = rows.filter(pc.is_in(rows["terminal"], pa.array(["android", "ios", "tv"])))
    for column in ("page_url", "referrer", "plugins"):
        assert apps[column].null_count == apps.num_rows


def test_a_homework_class_is_one_gateway_in_one_evening(simulated: Simulated) -> None:
    rows = simulated("placebo-homework", 100_000)
    lesson = rows.filter(pc.equal(rows["truth_flow"], "homework"))
    assert pc.count_distinct(lesson["ip"]).as_py() <= 3
    assert pc.count_distinct(lesson["truth_device"]).as_py() > 100
    finished = pc.mean(pc.cast(pc.greater_equal(
        pc.multiply(lesson["watched_ms"], 10), pc.multiply(lesson["length_ms"], 9)), "int8"))
    assert finished.as_py() > 0.6


def test_breaking_news_comes_within_hours_and_a_holiday_fills_the_afternoon(
        simulated: Simulated) -> None:
    news = simulated("placebo-news", 60_000)
    clip = news.filter(pc.equal(news["truth_flow"], "breaking news"))
    hour = pc.add(clip["time_ms"], 28_800_000).to_numpy() % 86_400_000 // 3_600_000
    assert (hour < 14).sum() < len(hour) // 100
    holiday = simulated("placebo-holiday", 60_000)
    plays = holiday.filter(pc.equal(holiday["truth_flow"], "audience"))
    day = pc.add(plays["time_ms"], 28_800_000).to_numpy() // 86_400_000
    assert (day == 17_440).sum() > 1.1 * (day == 17_427).sum()  # Sunday 10-01 over Monday 09-18


def test_equal_machines_share_a_device_id_and_keep_no_cookie(simulated: Simulated) -> None:
    rows = simulated("placebo-shared", 60_000)
    by = rows.group_by("device_id").aggregate([
        ("truth_device", "count_distinct"), ("cookie_id", "count_distinct"),
        ("session_id", "count_distinct"), ("terminal", "count_distinct")])
    shared = by.filter(pc.greater(by["truth_device_count_distinct"], 1))
    shared = shared.filter(pc.is_valid(shared["device_id"]))
    assert shared.num_rows > 30
    assert set(shared["terminal_count_distinct"].to_pylist()) == {1}
    kept = pc.sum(shared["cookie_id_count_distinct"]).as_py()
    assert kept * 100 > pc.sum(shared["session_id_count_distinct"]).as_py() * 95


def test_elsewhere_no_device_id_is_shared(rows: pa.Table) -> None:
    by = rows.group_by("device_id").aggregate([("truth_device", "count_distinct")])
    by = by.filter(pc.is_valid(by["device_id"]))
    assert set(by["truth_device_count_distinct"].to_pylist()) == {1}
