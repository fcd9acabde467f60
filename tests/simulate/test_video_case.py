from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pytest

from truetally.simulate import simulate

CASE_PLUGINS = (
    "Chromium PDF Viewer::::application/pdf?",
    ("Shockwave Flash::Shockwave Flash 25.0 r0::application/x-shockwave-flash?swf,"
     "application/futuresplash?spl"),
    "Chromium PDF Viewer::Portable Document Format::application/x-google-chrome-pdf?pdf")
DAYS = (17_407, 17_408, 17_409)  # 2017-08-29 to 31


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("case") / "out"
    simulate("video-case", out, scale="0.001", seed=7)
    return out


@pytest.fixture(scope="module")
def rows(folder: Path, read_rows: Callable[[Path], pa.Table]) -> pa.Table:
    table = read_rows(folder)
    day = pc.divide(pc.add(table["time_ms"], 28_800_000), 86_400_000)
    return table.append_column("day", day)


def test_the_signature_finds_its_thousandth_of_278_million(rows: pa.Table) -> None:
    signature = pc.equal(rows["plugins"], " | ".join(CASE_PLUGINS))
    found = rows.filter(pc.and_(signature, pc.equal(rows["truth_fleet"], "S2")))
    assert found.num_rows == 278_276
    assert set(found["terminal"].to_pylist()) == {"pc", "h5"}
    assert rows.filter(pc.equal(rows["truth_fleet"], "S2")).num_rows == found.num_rows


def test_honest_people_have_the_same_plugin_list(rows: pa.Table) -> None:
    honest = rows.filter(pc.equal(rows["truth_label"], "honest"))
    pcs = honest.filter(pc.equal(honest["terminal"], "pc"))
    listed = pc.sum(pc.equal(pcs["plugins"], " | ".join(CASE_PLUGINS))).as_py()
    assert 2 <= listed * 1000 / pcs.num_rows <= 25  # 10 permille of some 1,000 devices


def test_the_referrer_finds_its_thousandth_of_45_million(rows: pa.Table) -> None:
    by_referrer = rows.filter(pc.match_substring(rows["referrer"], ".clouddn.com"))
    counts = sorted(v["counts"] for v in pc.value_counts(by_referrer["item_id"]).to_pylist())
    assert counts == [3_678, 41_590]
    assert set(by_referrer["day"].to_pylist()) == set(DAYS)


@pytest.mark.parametrize(("day", "opens", "minutes"), [
    (DAYS[0], 706, 6.9), (DAYS[1], 251, 5.33), (DAYS[2], 2_021, 6.58)])
def test_the_platforms_filter_leaves_opens_and_minutes(
        rows: pa.Table, day: int, opens: int, minutes: float) -> None:
    kept = rows.filter(pc.and_(rows["truth_kept"], pc.equal(rows["day"], day)))
    assert abs(kept.num_rows - opens) <= 1
    persons = pc.count_distinct(kept["cookie_id"]).as_py()
    assert abs(pc.sum(kept["watched_ms"]).as_py() / 60_000 / persons - minutes) < 0.8


def test_before_the_campaign_people_stay_over_twenty_minutes(rows: pa.Table) -> None:
    kept = rows.filter(pc.and_(rows["truth_kept"], pc.less(rows["day"], DAYS[0])))
    assert kept.num_rows == 400
    people = kept.group_by(["day", "cookie_id"]).aggregate([("watched_ms", "sum")])
    assert pc.mean(people["watched_ms_sum"]).as_py() > 20 * 60_000


def test_the_ledger_adds_up_to_the_accesses_and_to_its_cost(
        folder: Path, rows: pa.Table) -> None:
    ledger = pacsv.read_csv(folder / "orders.csv")
    assert pc.sum(ledger["accesses"]).as_py() == 323_544
    fakes = rows.filter(pc.equal(rows["truth_label"], "fake"))
    delivered = {v["values"]: v["counts"]
                 for v in pc.value_counts(fakes["truth_order_id"]).to_pylist()}
    assert dict(zip(ledger["order_id"].to_pylist(), ledger["accesses"].to_pylist(),
                    strict=True)) == delivered
    for row in ledger.to_pylist():
        assert row["cost_fen"] == (row["done"] * row["price_fen_per_thousand"] + 500) // 1000
        assert row["done"] <= row["ordered"]
        assert row["done"] <= row["accesses"] <= row["done"] * (row["second_visits"] + 1)


def test_the_lowest_price_of_the_whole_case_is_that_of_the_judgment() -> None:
    fen = 323_543_856 * 150  # for a thousand
    assert (fen + 500) // 1000 == 48_531_578


def test_the_task_log_of_a_client_is_found_in_the_log(folder: Path, rows: pa.Table) -> None:
    tasks = pacsv.read_csv(folder / "tasks.csv")
    assert tasks.num_rows > 100
    fakes = rows.filter(pc.equal(rows["truth_label"], "fake"))
    logged = set(zip(fakes["truth_device"].to_pylist(), fakes["time_ms"].to_pylist(),
                     fakes["page_url"].to_pylist(), fakes["truth_order_id"].to_pylist(),
                     strict=True))
    told = zip(tasks["client"].to_pylist(), tasks["opened_ms"].to_pylist(),
               tasks["url"].to_pylist(), tasks["order_id"].to_pylist(), strict=True)
    assert set(told) <= logged


def test_the_controlled_purchase_is_in_the_ledger(folder: Path) -> None:
    orders = pacsv.read_csv(folder / "orders.csv")["order_id"].to_pylist()
    assert 534_890 in orders


def test_the_clicks_of_the_click_case_are_out_of_sight(
        simulated: Callable[[str, int], pa.Table]) -> None:
    clicks = simulated("click-case", 30_000)
    fakes = clicks.filter(pc.equal(clicks["truth_label"], "fake"))
    assert fakes.num_rows == 27_000
    assert pc.max(fakes["visible_permille"]).as_py() == 0
    assert pc.mean(pc.cast(fakes["interacted"], "int8")).as_py() < 0.03
    assert pc.mean(pc.cast(pc.less_equal(fakes["placement_w"], 1), "int8")).as_py() > 0.6


def test_the_software_has_the_agents_it_sent_and_the_plugin_strings(
        folder: Path, rows: pa.Table) -> None:
    listed = (folder / "artefacts/user-agents.txt").read_text(encoding="utf-8").splitlines()
    fakes = rows.filter(pc.equal(rows["truth_label"], "fake"))
    assert set(fakes["user_agent"].to_pylist()) <= set(listed)
    strings = (folder / "artefacts/plugins.txt").read_text(encoding="utf-8").splitlines()
    assert strings == sorted(CASE_PLUGINS)
