from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

Simulated = Callable[[str, int], pa.Table]
SIZE = 60_000


@pytest.fixture(scope="module")
def fakes(simulated: Simulated) -> Callable[[str], pa.Table]:
    def of(name: str) -> pa.Table:
        rows = simulated(name, SIZE)
        return rows.filter(pc.equal(rows["truth_label"], "fake"))
    return of


Fakes = Callable[[str], pa.Table]


def distinct(rows: pa.Table, column: str) -> int:
    return int(pc.count_distinct(rows[column]).as_py())


def agents_a_device(rows: pa.Table) -> float:
    found = rows.group_by("truth_device").aggregate([("user_agent", "count_distinct")])
    return float(pc.mean(found["user_agent_count_distinct"]).as_py())


def test_s1_has_one_plugin_list_one_stay_and_an_agent_a_client(fakes: Fakes) -> None:
    rows = fakes("s1")
    assert distinct(rows, "plugins") == 1
    stays = rows["watched_ms"]
    assert pc.max(stays).as_py() - pc.min(stays).as_py() < 400
    assert agents_a_device(rows) <= 2  # one for each terminal
    assert rows["referrer"].null_count == rows.num_rows


def test_s2_changes_the_agent_with_every_visit(fakes: Fakes) -> None:
    assert agents_a_device(fakes("s2")) > 20
    assert distinct(fakes("s2"), "plugins") == 1


def test_s3_comes_through_redirecting_domains(fakes: Fakes) -> None:
    rows = fakes("s3")
    assert pc.all(pc.match_substring(rows["referrer"], "redirect.example/r/")).as_py()
    assert distinct(rows, "plugins") == 1


def test_s4_mixes_plugin_lists_that_no_honest_browser_has(
        fakes: Fakes, simulated: Simulated) -> None:
    lists = set(fakes("s4")["plugins"].drop_null().to_pylist())
    rows = simulated("s4", SIZE)
    honest = set(rows.filter(pc.equal(rows["truth_label"], "honest"))["plugins"].to_pylist())
    assert len(lists) > 100
    assert not lists & honest
    assert all("25.0 r0" in text for text in lists)


def test_s5_stays_as_people_do_but_not_on_these_videos(
        fakes: Fakes, simulated: Simulated) -> None:
    rows = fakes("s5")
    assert distinct(rows, "watched_ms") > 0.8 * rows.num_rows
    all_rows = simulated("s5", SIZE)
    crowd = all_rows.filter(pc.equal(all_rows["truth_flow"], "audience of the targets"))

    def finished(table: pa.Table) -> float:
        return float(pc.mean(pc.cast(pc.equal(table["watched_ms"], table["length_ms"]),
                                     "int8")).as_py())
    assert finished(rows) < finished(crowd) - 0.2


def test_s6_plays_once_a_device_on_home_lines(fakes: Fakes) -> None:
    rows = fakes("s6")
    assert distinct(rows, "truth_device") == distinct(rows, "device_id") == rows.num_rows
    assert distinct(rows, "ip") > 0.99 * rows.num_rows


def test_s7_never_came_before_and_is_worth_nothing(fakes: Fakes, simulated: Simulated) -> None:
    rows, everything = fakes("s7"), simulated("s7", SIZE)
    honest = everything.filter(pc.equal(everything["truth_label"], "honest"))
    assert not set(rows["cookie_id"].drop_null().to_pylist()) & set(
        honest["cookie_id"].to_pylist())
    assert rows["account_id"].null_count == rows["value_action"].null_count == rows.num_rows
    assert not pc.any(rows["paid"]).as_py()


def test_s7_stays_and_goes_on_as_the_audience(fakes: Fakes, simulated: Simulated) -> None:
    everything = simulated("s7", SIZE)
    crowd = everything.filter(pc.equal(everything["truth_flow"], "audience of the targets"))
    rows = fakes("s7")
    for column in ("watched_ms", "bytes_sent"):
        one, other = (np.nanmedian(t[column].to_numpy(zero_copy_only=False))
                      for t in (rows, crowd))
        assert one == pytest.approx(other, rel=0.2)
    visits = [t.num_rows / distinct(t, "session_id") for t in (rows, crowd)]
    assert visits[0] == pytest.approx(visits[1], rel=0.1)


def test_s8_changes_one_thing_a_round(fakes: Fakes) -> None:
    rows = fakes("s8")
    by_round = {f"S8.{n}": rows.filter(pc.equal(rows["truth_fleet"], f"S8.{n}"))
                for n in range(10)}
    assert all(t.num_rows > 50 for t in by_round.values())
    assert distinct(by_round["S8.2"], "user_agent") > 2 * distinct(by_round["S8.1"], "user_agent")
    assert [distinct(by_round[f"S8.{n}"], "plugins") > 1 for n in range(10)] == [
        False, False, False, True, True, True, True, True, True, True]
    assert [pc.any(by_round[f"S8.{n}"]["interacted"]).as_py() for n in (5, 6)] == [False, True]
    rented = [pc.any(pc.match_substring_regex(by_round[f"S8.{n}"]["ip"], r"^(52|34)\.")).as_py()
              for n in (3, 4)]
    assert rented == [True, False]


def test_s9_frames_a_rival_and_poisons_the_reference_without_an_order(
        simulated: Simulated, tmp_path_factory: pytest.TempPathFactory) -> None:
    from truetally.simulate import plan
    from truetally.simulate.ledger import orders
    from truetally.simulate.world import compile_world
    made = compile_world(plan("s9", events=SIZE), 5)
    held = [c for c in made.scenario.campaigns if c.fleet.name == "S9.attack"]
    assert set(orders(made)["order_id"].to_pylist()) <= set(held[0].order_id.tolist())
    rows = simulated("s9", SIZE)
    poison = rows.filter(pc.equal(rows["truth_fleet"], "S9.poison"))
    attack = rows.filter(pc.equal(rows["truth_fleet"], "S9.attack"))
    assert pc.max(poison["time_ms"]).as_py() < pc.min(attack["time_ms"]).as_py()


def test_h1_clicks_unseen_in_real_peoples_browsers_at_a_scripts_pace(
        fakes: Fakes, simulated: Simulated) -> None:
    rows, everything = fakes("h1"), simulated("h1", SIZE)
    honest = everything.filter(pc.equal(everything["truth_label"], "honest"))
    assert pc.max(rows["visible_permille"]).as_py() == 0
    assert set(rows["truth_device"].to_pylist()) & set(honest["truth_device"].to_pylist())
    order = pc.sort_indices(rows, [("session_id", "ascending"), ("time_ms", "ascending")])
    table = rows.take(order)
    same = pc.equal(table["session_id"][1:], table["session_id"][:-1]).to_numpy()
    gaps = np.diff(table["time_ms"].to_numpy())[same]
    assert len(gaps) > 100
    assert gaps.max() - gaps.min() < 200


@pytest.mark.parametrize(("name", "terminals"), [
    ("h2", {"h5", "android", "ios"}), ("h3", {"pc", "h5"})])
def test_paid_people_and_exchanges_use_real_devices_with_a_past(
        name: str, terminals: set[str], fakes: Fakes, simulated: Simulated) -> None:
    rows, everything = fakes(name), simulated(name, SIZE)
    honest = everything.filter(pc.equal(everything["truth_label"], "honest"))
    assert set(rows["terminal"].to_pylist()) == terminals
    shared = set(rows["device_id"].to_pylist()) & set(honest["device_id"].to_pylist())
    assert len(shared) > 0.3 * distinct(rows, "device_id")


def test_bots_are_cheap_on_bytes_and_people_are_not(fakes: Fakes) -> None:
    def rate(table: pa.Table) -> float:
        return float(pc.sum(table["bytes_sent"]).as_py() / pc.sum(table["watched_ms"]).as_py())
    assert rate(fakes("s1")) < 0.3 * rate(fakes("s7"))
