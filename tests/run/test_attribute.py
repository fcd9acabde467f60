"""Attribution on the preset of the video case, with and without honest CEF users."""

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyarrow import csv
from tests.run.specimen import specimen

from truetally.cli import app, guarded
from truetally.errors import CaseError, InputError
from truetally.report.chain import notes
from truetally.run import run_case
from truetally.run.attribute import attribute
from truetally.run.attribute_options import Options
from truetally.run.explain import explain
from truetally.simulate.generate import simulate

FIRST, LAST = "2017-09-01", "2017-11-30"
NIGHT_MS = 1_504_195_200_000  # 2017-09-01 00:00 at +08:00


class Simulated:
    """A decided simulation, its labels, and what an attribution of it came to."""

    def __init__(self, folder: Path, cef_permille: int) -> None:
        preset = resources.files("truetally.simulate") / "scenarios" / "video-case.toml"
        text = preset.read_text("utf-8").replace("plays_per_device = 40", "plays_per_device = 4")
        scenario = folder / "video-case.toml"
        scenario.write_text(f"{text}\n[audience]\ncef_permille = {cef_permille}\n", "utf-8")
        self.out, self.case = folder / "out", folder / "case"
        simulate(scenario, self.out, events=40_000, seed=7)
        self.events = self.out / "events" / "part-00000.parquet"
        run_case([str(self.events)], self.case, policy="video")
        self.client = specimen(folder / "client", self.out / "artefacts" / "user-agents.txt")
        self.results = attribute(self.case, self.options())

    def options(self, **more: Any) -> Options:
        """The options of the case: its signature, its period, a day before the vendor."""
        said: dict[str, Any] = {"artefacts": self.client, "signatures": ("video-case",),
                                "first_day": FIRST, "last_day": LAST, "before": "2017-08-29"}
        return Options(**{**said, **more})

    def ledger(self, folder: Path) -> tuple[list[dict[str, Any]], Path]:
        """The orders of eight visits or more, as rows and as a file."""
        table = csv.read_csv(self.out / "orders.csv")
        table = table.filter(pc.greater_equal(table["accesses"], 8))
        csv.write_csv(table, folder / "orders.csv")
        return table.to_pylist(), folder / "orders.csv"

    def tasks(self, folder: Path) -> Path:
        """One in four lines of the task log."""
        lines = (self.out / "tasks.csv").read_text("utf-8").splitlines(keepends=True)
        (folder / "tasks.csv").write_text("".join([lines[0], *lines[1::4]]), "utf-8")
        return folder / "tasks.csv"

    def fakes(self) -> pa.Table:
        """The labelled fakes of the period: event id and item."""
        labels, events = pq.read_table(self.out / "labels.parquet"), pq.read_table(self.events)
        fake = pc.and_(pc.equal(labels["label"].cast(pa.string()), "fake"),
                       pc.greater_equal(events["time_ms"], NIGHT_MS))
        return pa.table({"event_id": labels["row"], "item_id": events["item_id"],
                         "device_id": events["device_id"]}).filter(fake)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """No honest person has the browser: the signature is unique."""
    return Simulated(tmp_path_factory.mktemp("alone"), 0)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """5 % of honest PCs have exactly the default plugin list."""
    return Simulated(tmp_path_factory.mktemp("shared"), 50)


def answer(results: Mapping[str, Any], argument: str) -> dict[str, Any]:
    """Find one argument's answer."""
    found: dict[str, Any] = next(a for a in results["answers"] if a["argument"] == argument)
    return found


def test_forward_counts_are_the_labels_where_the_signature_is_unique(alone: Simulated) -> None:
    fakes = alone.fakes()
    assert alone.results["events"] == fakes.num_rows > 20_000
    assert alone.results["items"] == pc.count_distinct(fakes["item_id"]).as_py()
    assert alone.results["devices"] == pc.count_distinct(fakes["device_id"]).as_py()
    name = alone.results["signatures"][0]["files"][0]
    written = pq.read_table(alone.case / "attribution" / name)
    assert written["event_id"].to_pylist() == sorted(fakes["event_id"].to_pylist())


def test_breakdowns_add_up_to_the_whole(alone: Simulated) -> None:
    first = alone.results["signatures"][0]
    for name in ("day", "terminal", "plugins", "screen", "language"):
        assert sum(line["events"] for line in first["by"][name]) == alone.results["events"]
    cells = pq.read_table(alone.case / "attribution" / first["files"][2])
    assert pc.sum(cells["events"]).as_py() == alone.results["events"]


def test_every_user_agent_and_the_list_are_found_and_the_rest_is_listed(alone: Simulated) -> None:
    looked = alone.results["signatures"][0]["reverse"]
    assert looked["columns"]["user_agent"]["not_found"] == 0
    assert looked["columns"]["user_agent"]["found"] > 50
    lists = [v for v in looked["values"] if v["column"] == "plugins"]
    assert {v["how"] for v in lists} == {"parts"}
    assert {p["file"] for v in lists for p in v["places"]} == {
        "cef.pak", "PepperFlash/pepflashplayer32_25_0_0_171.dll"}
    unknown = {(v["column"], v["value"]) for v in looked["values"] if not v["found"]}
    assert unknown == {(v["column"], v["value"])
                       for v in alone.results["reverse"]["not_found_values"]}
    assert len(unknown) == alone.results["reverse"]["not_found"] > 0


def test_held_out_user_agents_tell_the_devices_from_neutral_ones(alone: Simulated) -> None:
    held = alone.results["signatures"][0]["held_out"]
    assert held["bearing"]["devices"] == held["bearing"]["of"]
    assert held["neutral"]["share_ppb"] * 3 < held["bearing"]["share_ppb"]
    controls = alone.results["signatures"][0]["controls"]
    assert controls["decoys"]["drawn"] == 20
    assert controls["decoys"]["as_good"] <= 5
    assert controls["before"]["bearing"] == 0


def test_the_strength_falls_and_the_report_says_so_where_honest_people_share_it(
        alone: Simulated, shared: Simulated) -> None:
    before, after = alone.results["strength"], shared.results["strength"]
    assert before["reference"]["bearing"] == 0 < after["reference"]["bearing"]
    assert after["reference"]["ratio_lower"] * 3 < before["reference"]["ratio_lower"]
    assert (before["verbal"], after["verbal"]) == ("moderately_strong", "moderate")
    texts = [answer(s.results, "default_list")["answer_text"] for s in (alone, shared)]
    assert "moderately strong support" in texts[0]["en"]
    assert "moderate support" in texts[1]["en"]
    assert "中等支持" in texts[1]["zh"]
    assert answer(shared.results, "default_list")["status"] == "open"


def test_it_is_class_evidence_whatever_the_numbers(alone: Simulated, shared: Simulated) -> None:
    assert alone.results["strength"]["evidence"] == "class"
    assert shared.results["strength"]["evidence"] == "class"


def test_more_is_taken_than_was_fake_where_honest_people_share_it(shared: Simulated) -> None:
    innocent = shared.results["devices"] - pc.count_distinct(shared.fakes()["device_id"]).as_py()
    assert innocent > 0
    assert shared.results["strength"]["reference"]["innocent_upper"] >= innocent


def test_spot_checks_are_drawn_by_the_seed_and_show_where_to_look(alone: Simulated) -> None:
    checks = alone.results["signatures"][0]["spot_checks"]
    assert (checks["seed"], len(checks["list"])) == (1, 20)
    fakes = set(alone.fakes()["event_id"].to_pylist())
    for check in checks["list"]:
        assert int(check["event_id"]) in fakes
        agent = next(x for x in check["look_ups"] if x["column"] == "user_agent")
        assert agent["places"][0]["file"] == "FLBrowser"
        assert agent["places"][0]["place"].startswith("line ")


def test_an_explanation_names_artefact_hash_and_place(alone: Simulated) -> None:
    number = int(alone.results["signatures"][0]["spot_checks"]["list"][0]["event_id"])
    attributed, = explain(alone.case, number).attribution
    files = {m.file for m in attributed.matches if m.column == "user_agent"}
    assert (attributed.signature, files) == ("video-case", {"FLBrowser"})
    assert all(len(m.sha256) == 64 and m.place for m in attributed.matches if m.file)
    honest = next(i for i in range(40_000) if i not in set(alone.fakes()["event_id"].to_pylist()))
    assert explain(alone.case, honest).attribution == ()


def test_tasks_orders_and_test_orders_agree_with_the_log(alone: Simulated, tmp_path: Path) -> None:
    ledger, orders_file = alone.ledger(tmp_path)
    top = next(o for o in ledger if o["order_id"] == 540001)
    bought = tmp_path / "bought.csv"
    bought.write_text("order,target,start,end,done\n"
                      f"540001,{top['url']},{top['start']},{top['end']},{top['accesses']}\n")
    results = attribute(alone.case, alone.options(
        orders=(orders_file,), tasks=(alone.tasks(tmp_path),),
        test_orders=(bought,), clock_offset_ms=2_000, csv=True))
    matched = results["tasks"]["matched"]
    assert matched["one"] > 0.98 * matched["pages"] > 0
    assert matched["by_chance"] < matched["one"]
    orders = results["orders"]
    delivered = sum(o["accesses"] for o in ledger)
    assert orders["excess"]["lower"] <= delivered <= orders["excess"]["upper"]
    assert (orders["orders"], orders["on_log"]) == (len(ledger), len(ledger))
    found = results["test_orders"]["found"]["signature video-case"]
    assert (found["found"], found["done"]) == (top["accesses"], top["accesses"])
    assert results["test_orders"]["orders"][0]["form"]["stays"][0]["stay_s"] == 20
    assert answer(results, "altered_log")["status"] == "answered"
    assert results["strength"]["hold"]["bearing"] == results["strength"]["hold"]["devices"] > 0
    assert list((alone.case / "attribution").glob("*-events.csv"))


def test_a_ledger_that_lacks_orders_is_found_incomplete(alone: Simulated, tmp_path: Path) -> None:
    _, orders_file = alone.ledger(tmp_path)
    lines = orders_file.read_text("utf-8").splitlines(keepends=True)
    orders_file.write_text("".join([lines[0], *lines[1::2]]), "utf-8")
    results = attribute(alone.case, alone.options(orders=(orders_file,), tasks=(
        alone.tasks(tmp_path),)))
    whole = results["orders"]["completeness"]
    assert whole["missing_ids"] > len(lines) // 3
    assert whole["unseen_targets"]
    assert results["orders"]["attributed_outside"]["events"] > 1_000
    assert answer(results, "incomplete_ledger")["status"] == "open"


def test_a_referrer_signature_takes_events_and_the_union_counts_each_once(
        alone: Simulated, tmp_path: Path) -> None:
    results = attribute(alone.case, alone.options(
        signatures=("video-case", "video-case-referrer"), first_day="", last_day="", before=""))
    by_list, by_referrer = (s["sets"]["events"] for s in results["signatures"])
    fake = pc.sum(pc.equal(pq.read_table(alone.out / "labels.parquet")["label"].cast(
        pa.string()), "fake").cast(pa.int64())).as_py()
    assert by_referrer > 1_000
    assert results["events"] == by_list == fake  # what the referrer finds, the list finds too
    assert results["strength"]["reference"] is None
    assert answer(results, "default_list")["status"] == "unanswerable"


def test_the_same_attribution_writes_the_same_bytes(alone: Simulated) -> None:
    def written(threads: int) -> dict[str, bytes]:
        attribute(alone.case, alone.options(threads=threads))
        return {p.name: p.read_bytes() for p in (alone.case / "attribution").iterdir()
                if p.suffix in (".json", ".parquet", ".svg")}

    assert written(1) == written(2)


def test_files_are_named_in_the_manifest_and_verdicts_stay(alone: Simulated) -> None:
    digest = json.loads((alone.case / "manifest.json").read_text("utf-8"))["digest"]
    attribute(alone.case, alone.options())
    manifest = json.loads((alone.case / "manifest.json").read_text("utf-8"))
    named = {f for f in manifest["files"] if f.startswith("attribution/")}
    there = {f"attribution/{p.name}" for p in (alone.case / "attribution").iterdir()}
    assert manifest["digest"] == digest
    assert named <= there
    assert there - named == {"attribution/frozen.jsonl"}


def test_a_signature_changed_after_a_run_is_marked(alone: Simulated, tmp_path: Path) -> None:
    place = resources.files("truetally.signatures") / "builtin" / "video-case.toml"
    changed = tmp_path / "changed.toml"
    changed.write_text(place.read_text("utf-8").replace("revision = 1", "revision = 2"), "utf-8")
    results = attribute(alone.case, alone.options(signatures=(str(changed),)))
    assert len(results["signatures"][0]["frozen"]["changed_after"]) == 1
    assert any("Changed after seeing the log" in note for note in notes(results, "en"))


def test_a_proposal_from_the_pack_finds_what_the_signature_finds(alone: Simulated) -> None:
    results = attribute(alone.case, alone.options(signatures=()))
    assert results["signatures"][0]["proposed"] is True
    assert results["events"] == alone.fakes().num_rows


def test_a_signature_that_nobody_bears_shows_nothing(
        alone: Simulated, tmp_path: Path) -> None:
    place = resources.files("truetally.signatures") / "builtin" / "video-case.toml"
    other = tmp_path / "other.toml"
    other.write_text(place.read_text("utf-8").replace("25.0 r0::", "11.9 r900::"), "utf-8")
    results = attribute(alone.case, alone.options(signatures=(str(other),)))
    assert (results["events"], results["devices"], results["items"]) == (0, 0, 0)
    assert results["strength"]["verbal"] == "unknown"
    assert notes(results, "en")[-1].startswith("No device of the period bears the signature")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_prints_the_chain_and_the_answers(
        alone: Simulated, capsys: pytest.CaptureFixture[str], lang: str) -> None:
    asked = ["attribute", str(alone.case), "--artefacts", str(alone.client), "--signature",
             "video-case", "--from", FIRST, "--to", LAST, "--before", "2017-08-29", "--lang", lang]
    assert guarded(lambda: app(asked, standalone_mode=False)) == 0
    said = capsys.readouterr().out
    assert f"{alone.results['events']:,}" in said
    for argument in alone.results["answers"]:
        assert argument["argument_text"][lang][:20] in said


def test_the_command_prints_one_json_object(
        alone: Simulated, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["attribute", str(alone.case), "--artefacts", str(alone.client), "--json",
             "--signature", "video-case", "--from", FIRST, "--to", LAST, "--before", "2017-08-29"]
    assert guarded(lambda: app(asked, standalone_mode=False)) == 0
    made = json.loads(capsys.readouterr().out)
    assert made == json.loads((alone.case / "attribution" / "results.json").read_text("utf-8"))
    assert made["events"] == alone.results["events"]
    assert made["reverse"]["found"] > made["reverse"]["not_found"] > 0
    assert {"devices", "items", "strength", "answers"} <= set(made)


def test_a_day_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked = ["attribute", str(tmp_path), "--artefacts", str(tmp_path), "--from", "1 September"]
    assert guarded(lambda: app(asked, standalone_mode=False)) == 2
    assert "not a day in --from" in capsys.readouterr().err


@pytest.mark.parametrize("options", [
    {"artefacts": Path("gone")}, {"signatures": ("video-case",) * 2}])
def test_bad_input_is_refused(alone: Simulated, options: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        attribute(alone.case, alone.options(**options))


def test_a_folder_that_is_no_case_is_refused(alone: Simulated, tmp_path: Path) -> None:
    with pytest.raises(CaseError):
        attribute(tmp_path / "none", alone.options())
