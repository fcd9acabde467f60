"""`truetally estimate` on whole cases: it finds what is bought, repeats itself, and says nothing
where there is nothing to say."""

import csv
import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.run.cases import decide, row, verdicts

from truetally.errors import InputError
from truetally.estimate.history import ACCOUNT, ELSEWHERE, PAST
from truetally.evidence.custody import check
from truetally.run import run_case
from truetally.run.estimate import Estimate, estimate_case, estimate_json
from truetally.run.look_alikes import rank_look_alikes
from truetally.run.period import Period
from truetally.simulate import simulate

COUNTER = "counter-r5.1"  # no criterion but the metric's own: all fakes are left to be estimated


@pytest.fixture(scope="session")
def bought(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give a case with fakes on new devices, one play each, and its labels."""
    folder = tmp_path_factory.mktemp("estimate")
    made = simulate("s6", folder / "log", events=100_000, seed=2029, threads=1)
    run_case([str(file) for file in made.files], folder / "case", policy=COUNTER, threads=1)
    return folder / "case", made.labels


@pytest.fixture(scope="session")
def estimated(bought: tuple[Path, Path]) -> Estimate:
    return estimate_case(bought[0])


def test_the_bound_is_most_of_the_truth_and_not_above_it(
        bought: tuple[Path, Path], estimated: Estimate) -> None:
    truth = pq.read_table(bought[1])["label"].to_pylist().count("fake")
    (window,) = estimated.lower
    assert 0.7 * truth <= window.fakes <= truth
    assert window.titles > 10
    assert estimated.uncalibrated
    assert estimated.synthetic


def test_the_same_case_gives_the_same_estimate(bought: tuple[Path, Path],
                                               estimated: Estimate) -> None:
    assert estimate_json(estimate_case(bought[0])) == estimate_json(estimated)


def test_one_item_is_shown_with_the_bound_that_it_has_among_all(
        bought: tuple[Path, Path], estimated: Estimate) -> None:
    best = max(estimated.lower[0].items, key=lambda one: one.fakes)
    alone = estimate_case(bought[0], item=best.item)
    assert alone.lower[0].items == (best,)
    assert alone.lower[0].pooled == ()


def test_an_unknown_item_is_refused(bought: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="too little was played"):
        estimate_case(bought[0], item="nobody knows it")


def test_days_without_a_reference_say_nothing(bought: tuple[Path, Path]) -> None:
    found = estimate_case(bought[0], period=Period(first=17413, last=17419))
    assert found.lower[0].reference_days is None
    assert found.lower[0].fakes == 0


def test_labels_of_all_events_give_the_number_itself(
        bought: tuple[Path, Path], tmp_path: Path) -> None:
    case, labels = bought
    said = verdicts(case)
    fakes = [v == "fake" for v in pq.read_table(labels)["label"].to_pylist()]
    chosen = [event for event in sorted(said) if said[event][0] == "valid"][:400]
    path = tmp_path / "sheet.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("event_id", "verdict"))
        writer.writerows((event, "invalid" if fakes[event] else "valid") for event in chosen)
    found = estimate_case(case, labels=path).sample
    assert found is not None
    assert found.kept is not None
    assert found.kept.sampled == 400
    assert found.kept.events == sum(v[0] == "valid" for v in said.values())


def test_labels_of_another_case_are_refused(bought: tuple[Path, Path], tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(f"event_id,verdict\n{5 << 40},valid\n", "utf-8")
    with pytest.raises(InputError, match="does not have"):
        estimate_case(bought[0], labels=path)


def test_what_is_known_of_devices_is_what_they_did(tmp_path: Path) -> None:
    """Three devices on the asked day: a newcomer, a regular elsewhere, one with an account."""
    day = 86_400
    rows = [row(n * day + 60 * i, device_id=f"old{i}", account_id=None, item_id="other")
            for n in range(2) for i in range(3)]
    rows += [row(2 * day, device_id="new", account_id=None),
             row(2 * day + 40, device_id="old1", account_id=None),
             row(2 * day + 80, device_id="ann", account_id="ann")]
    decide(tmp_path, rows, policy=COUNTER)
    cells = _cells(tmp_path / "case")
    assert cells == {"new": 0, "old1": PAST | ELSEWHERE, "ann": ACCOUNT}


def _cells(case: Path) -> dict[str, int]:
    from truetally.estimate import history
    from truetally.estimate.windows import compare
    from truetally.run.case import read_manifest
    from truetally.run.played import make_plays, opened

    manifest = read_manifest(case)
    first = min(p["day"] for p in manifest["partitions"])
    asked = compare(first + 2, first + 2, since=first).asked
    with opened(case, manifest, small=("paid",), keys=("account_id",)) as held:
        make_plays(case, manifest, held)
        engine = held.engine
        engine.create("found", history.devices(history.plays(engine.key_type), asked))
        t = history.held("found", engine.key_type)
        engine.texts("who", "device_id", t.select("device_id"))
        import ibis

        names = ibis.table({"key": engine.key_type, "text": "string"}, name="who")
        joined = t.inner_join(names, t.device_id == names.key).select("text", "cell")
        return {r["text"]: r["cell"] for r in engine.arrow(joined).to_pylist()}


def test_a_source_that_knows_nobody_is_refused(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row(60 * n).items() if k not in {"device_id", "account_id"}}
            for n in range(5)]
    decide(tmp_path, rows, policy=COUNTER)
    with pytest.raises(InputError, match="nobody can be told"):
        estimate_case(tmp_path / "case")


def test_too_few_confirmed_devices_teach_no_ranking(bought: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="too few devices are confirmed"):
        rank_look_alikes(bought[0], 10)


def test_the_ranking_says_that_it_decides_nothing(tmp_path: Path) -> None:
    made = simulate("s3", tmp_path / "log", events=60_000, seed=2030, threads=1, dose="10")
    run_case([str(file) for file in made.files], tmp_path / "case", policy="video", threads=1)
    before = (tmp_path / "case" / "manifest.json").read_bytes()
    found = rank_look_alikes(tmp_path / "case", 5)
    assert len(found.devices) == 5
    assert json.loads(json.dumps(found.as_json()))["decides"] == "nothing"
    assert found.as_csv().splitlines()[1].endswith(",nothing")
    assert (tmp_path / "case" / "manifest.json").read_bytes() == before


def test_the_command_writes_what_it_prints_and_says_so_in_both_languages(
        bought: tuple[Path, Path], estimated: Estimate, capsys: pytest.CaptureFixture[str]) -> None:
    from truetally.cli import app, guarded

    def said(*words: str) -> str:
        assert guarded(lambda: app(["estimate", str(bought[0]), *words], prog_name="truetally",
                                   standalone_mode=False)) == 0
        return capsys.readouterr().out

    printed = json.loads(said("--json"))
    folder = bought[0] / "estimate"
    written = json.loads((folder / "estimate.json").read_text("utf-8"))
    assert printed["lower"] == written["lower"]
    assert printed["lower"][0]["fakes"] == estimated.lower[0].fakes
    assert printed["lower"][0]["first_day"] == "2017-09-18"
    assert {path.name for path in folder.iterdir()} == {
        "estimate.json", "estimate.html", "estimate.svg", "estimate.png"}
    assert f"{estimated.lower[0].fakes:,}" in said("--lang", "zh")
    quiet = said("--from", "2017-09-04", "--to", "2017-09-10")
    assert "says nothing" in quiet
    assert "never add them together" in quiet


def test_an_estimate_enters_the_custody_log_with_what_it_read_and_wrote(tmp_path: Path) -> None:
    from truetally.cli import app, guarded

    case, sheet = tmp_path / "case", tmp_path / "sheet.csv"
    decide(tmp_path, [row(n * 3_600) for n in range(30)])
    sheet.write_text("event_id,verdict\n0,valid\n", "utf-8")
    asked = ["estimate", str(case), "--audit", str(sheet), "--json"]
    assert guarded(lambda: app(asked, prog_name="truetally", standalone_mode=False)) == 0
    done = check(case)[-1]
    assert done["command"] == "estimate"
    for each, folder in [*((i, tmp_path) for i in done["inputs"][1:]), (done["inputs"][0], case),
                         *((o, case) for o in done["outputs"])]:
        path = folder / each["name"]
        assert each["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [o["name"] for o in done["outputs"]] == [
        f"estimate/estimate.{form}" for form in ("json", "html", "svg", "png")]
    assert [i["name"] for i in done["inputs"]] == ["manifest.json", "sheet.csv"]
