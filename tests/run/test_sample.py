"""A sample of a case: committed to, drawn by a seed, examined blind, told in a restated count."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.run import cases

from truetally.cli import app
from truetally.errors import CaseError, InputError
from truetally.evidence.draw import commitment
from truetally.run import load_summary
from truetally.run.sample import Plan, commit, draw_sample, newest
from truetally.run.sample_results import examine, write_sheets

HOSTILE = "=cmd|' /C calc'!A0\u202e"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    rows = [cases.row(at, account_id=f"a{at}", device_id=f"d{at}", watched_ms=61_000 + 977 * at)
            for at in range(0, 3000, 100)]
    rows += [cases.row(at, user_agent="curl/7.0", item_id=HOSTILE) for at in range(5000, 7000, 100)]
    cases.decide(tmp_path, rows)
    return tmp_path / "case"


def drawn(case: Path, texts: list[str], **plan: object) -> list[dict[str, str]]:
    commit(case, Plan(size=20, **plan))  # type: ignore[arg-type]
    made = draw_sample(case, newest(case), texts)
    write_sheets(case, made, "en")
    return sheet(made.folder / "sheet-A.csv")


def sheet(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def returned(folder: Path, name: str, said: dict[str, str]) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["No.", "event_id", "judgement"])
        writer.writerows((place, event, judged)
                         for place, (event, judged) in enumerate(said.items()))
    return path


def test_a_frame_is_all_of_gross_by_verdict(case: Path) -> None:
    made = commit(case, Plan(size=10))
    sizes = {entry["stratum"]: entry["events"] for entry in made.frame["strata"]}
    summary = load_summary(case)
    assert sum(sizes.values()) == summary.gross
    assert sizes == {"givt": summary.givt, "valid": summary.total_net}


def test_the_same_seed_draws_the_same_events_and_another_draws_others(case: Path) -> None:
    one, two, other = (sorted(r["event_id"] for r in drawn(case, [text]))
                       for text in ("a", "a", "b"))
    assert one == two != other


def test_a_sheet_says_nothing_of_verdicts_and_is_no_formula(case: Path) -> None:
    rows = drawn(case, ["text"])
    assert not {"verdict", "reasons", "primary", "stratum", "suspect"} & set(rows[0])
    hostile = [r["item_id"] for r in rows if "cmd" in r["item_id"]]
    assert hostile
    assert all(text.startswith("'=cmd") and "\u202e" not in text for text in hostile)
    order = ["cmd" in r["item_id"] for r in rows]
    assert order not in (sorted(order), sorted(order, reverse=True))


def test_a_sheet_holds_the_events_as_they_were_read(case: Path) -> None:
    rows = drawn(case, ["text"])
    source = pq.read_table(case.parent / "source.parquet").to_pylist()
    for row in rows:
        assert int(row["time_ms"]) == source[int(row["event_id"])]["time_ms"]


def test_a_seed_that_is_not_the_one_committed_to_is_refused(case: Path) -> None:
    commit(case, Plan(size=20, committed=(commitment("ours"), commitment("theirs"))))
    with pytest.raises(InputError, match="not those committed to"):
        draw_sample(case, newest(case), ["ours", "changed"])
    assert draw_sample(case, newest(case), ["ours", "theirs"]).seed


def test_a_sample_is_drawn_once(case: Path) -> None:
    drawn(case, ["text"])
    with pytest.raises(CaseError, match="has been drawn"):
        draw_sample(case, newest(case), ["a better text"])


def test_a_frame_of_another_decision_is_refused(case: Path) -> None:
    commit(case, Plan(size=20))
    path = next((case / "decisions").glob("*.parquet"))
    rows = pq.read_table(path)
    verdicts = pa.array(["valid"] * rows.num_rows).dictionary_encode()
    pq.write_table(rows.set_column(1, "verdict", verdicts), path)
    with pytest.raises(CaseError, match="not the one the frame was made of"):
        draw_sample(case, newest(case), ["text"])


def test_a_changed_frame_is_refused(case: Path) -> None:
    made = commit(case, Plan(size=20))
    path = made.folder / "frame.json"
    path.write_text(path.read_text("utf-8").replace('"events":20', '"events":19'), "utf-8")
    with pytest.raises(CaseError, match="not the one committed to"):
        newest(case)


def test_results_restate_the_count(case: Path, tmp_path: Path) -> None:
    rows = drawn(case, ["text"])
    said = {r["event_id"]: "invalid" if "cmd" in r["item_id"] else "有效" for r in rows}
    wrong = next(event for event, judged in said.items() if judged == "有效")
    paths = [returned(tmp_path, f"{name}.csv", said | {wrong: "无效"}) for name in "AB"]
    found = examine(case, newest(case), paths)
    valid = next(s for s in found.outcome.strata if s.name == "valid")
    assert (valid.errors, valid.open_) == (1, 0)
    assert found.outcome.valid.lower <= found.outcome.restated_valid <= found.outcome.valid.upper
    assert json.loads((newest(case).folder / "outcome.json").read_bytes())["agreed_events"] == 20


def test_a_third_examiner_settles_only_what_the_two_dispute(case: Path, tmp_path: Path) -> None:
    said = {r["event_id"]: "valid" for r in drawn(case, ["text"])}
    event = next(iter(said))
    paths = [returned(tmp_path, "A.csv", said),
             returned(tmp_path, "B.csv", said | {event: "invalid"})]
    assert sum(s.open_ for s in examine(case, newest(case), paths).outcome.strata) == 1
    third = returned(tmp_path, "C.csv", {event: "valid"})
    assert sum(s.open_ for s in examine(case, newest(case), [*paths, third]).outcome.strata) == 0


@pytest.mark.parametrize("change", ["drop", "add", "blank", "twice"])
def test_a_sheet_of_other_events_is_refused(case: Path, tmp_path: Path, change: str) -> None:
    said = {r["event_id"]: "valid" for r in drawn(case, ["text"])}
    good, first = returned(tmp_path, "A.csv", said), next(iter(said))
    bad = {"drop": {k: v for k, v in said.items() if k != first}, "add": said | {"999999": "valid"},
           "blank": said | {first: ""}, "twice": said}[change]
    path = returned(tmp_path, "B.csv", bad)
    if change == "twice":
        path.write_text(path.read_text("utf-8-sig") + f"9,{first},valid\n", "utf-8")
    with pytest.raises(InputError):
        examine(case, newest(case), [good, path])


def test_more_parts_than_days_are_refused(case: Path) -> None:
    with pytest.raises(InputError, match="number of parts"):
        commit(case, Plan(size=20, parts=2))


def test_the_commands_lead_from_frame_to_result(case: Path, tmp_path: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    app(["sample", str(case), "--size", "20", "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["frame"]["size"] == 20
    app(["sample", str(case), "--seed-from", "text", "--json"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    said = {r["event_id"]: "valid" for r in sheet(Path(told["sheets"][0]))}
    paths = [str(returned(tmp_path, f"{name}.csv", said)) for name in "AB"]
    app(["sample", str(case), "--results", paths[0], "--results", paths[1]], standalone_mode=False)
    assert "Valid, restated" in capsys.readouterr().out
