"""A restatement equals a fresh run, leaves the past alone, and an appeal is counted again."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.run.cases import CHROME, decide, row, verdicts, write

from truetally.criteria import all_criteria
from truetally.decisions.policy import read_policy
from truetally.errors import CaseError, InputError
from truetally.run import load_summary, run_case
from truetally.run.appeal import read_appeal
from truetally.run.lists import resolve
from truetally.run.restate import Asked, restate
from truetally.run.restated import compare
from truetally.signatures.lists import covering

ROBOT = "SomeBot/1.0"
AWAY = "198.51.100.7"
POLICY = """
name = "p1"
revision = 1
title = "P1"
title_zh = "策略一"
metric = "a play"
metric_zh = "一次播放"
citation = "none"
minimum_signals = [["watched_ms"]]
independent = [["technical", "behaviour"]]

[[criterion]]
code = "http-status"
stage = 1

[[criterion]]
code = "declared-robot"
stage = 1

[[criterion]]
code = "short-play"
stage = 1

[[criterion]]
code = "double-click"
stage = 2

[[criterion]]
code = "many-user-agents"
stage = 3
parameters = { least_user_agents = 2 }
"""
ROBOTS = 'code = "declared-robot"\nstage = 1\n'


def rows() -> list[dict[str, Any]]:
    """Two days: honest plays, robots from two addresses, repeats, a short one."""
    found = [row(n * 100, item_id=f"film{n % 5}", account_id=f"p{n}", device_id=f"d{n}",
                 session_id=f"s{n % 7}") for n in range(30)]
    found += [row(n * 20 + 7, item_id="film1", user_agent=ROBOT) for n in range(4)]
    found += [row(n * 50 + 3, item_id="film2", ip=AWAY, user_agent=ROBOT, account_id=f"c{n}")
              for n in range(9)]
    found += [row(86_000 + n, item_id="film3", account_id="late") for n in range(5)]
    return [*found, row(11, item_id="film4", watched_ms=900)]


@pytest.fixture
def case(tmp_path: Path) -> Path:
    (tmp_path / "p1.toml").write_text(POLICY, "utf-8")
    decide(tmp_path, rows(), policy=str(tmp_path / "p1.toml"))
    return tmp_path / "case"


def policy(folder: Path, old: str, new: str) -> str:
    """Write the policy with one part of its text changed."""
    assert old in POLICY
    path = folder / "p2.toml"
    path.write_text(POLICY.replace(old, new), "utf-8")
    return str(path)


def appeal(folder: Path, withdraw: str) -> Path:
    """Write a decided appeal."""
    (folder / "letter.txt").write_text("our office", "utf-8")
    path = folder / "appeal.toml"
    path.write_text('id = "1"\nparty = "Studio"\ndecided_by = "Li"\ndecided_on = 2026-11-20\n'
                    f'why = "an office gateway"\nevidence = "letter.txt"\n[[withdraw]]\n{withdraw}',
                    "utf-8")
    return path


def counts(case: Path) -> list[Any]:
    """Read the cube and the unique items of a case, day by day."""
    return [pq.read_table(f).to_pylist() for name in ("cube", "unique")
            for f in sorted((case / "counts").glob(f"*-{name}.parquet"))]


LAST = ('\n[[criterion]]\ncode = "many-user-agents"\nstage = 3\n'
        "parameters = { least_user_agents = 2 }\n")
CHANGES = {
    "consequence": (ROBOTS, ROBOTS + 'consequence = "suspect"\n'),
    "not counted": (ROBOTS, ROBOTS + 'consequence = "not_counted"\n'),
    "order": ("[[criterion]]\n" + ROBOTS + '\n[[criterion]]\ncode = "short-play"\nstage = 1\n',
              '[[criterion]]\ncode = "short-play"\nstage = 1\n\n[[criterion]]\n' + ROBOTS),
    "the last criterion": (LAST, ""),
    "an early criterion": ("[[criterion]]\n" + ROBOTS, ""),
    "parameter": ('code = "double-click"\nstage = 2\n',
                  'code = "double-click"\nstage = 2\nparameters = { window_ms = 10000 }\n'),
    "corroboration": ('[["technical", "behaviour"]]', '[["technical", "identity"]]'),
    "minimum signals": ('[["watched_ms"]]', '[["watched_ms"], ["referrer"]]'),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_restatement_has_the_digest_and_counts_of_a_fresh_run(
        case: Path, tmp_path: Path, change: str) -> None:
    path = policy(tmp_path, *CHANGES[change])
    made = restate(case, Asked(policy=path))
    fresh = tmp_path / "fresh"
    run_case([str(tmp_path / "source.parquet")], fresh, policy=path)
    assert load_summary(made).digest == load_summary(fresh).digest
    assert counts(made) == counts(fresh)
    assert verdicts(made) == verdicts(fresh)


@pytest.mark.parametrize(("change", "again"), [
    ("consequence", False), ("order", False), ("corroboration", False),
    ("the last criterion", False), ("parameter", True), ("minimum signals", True),
    ("an early criterion", True)])
def test_criteria_run_again_only_where_reasons_can_differ(
        case: Path, tmp_path: Path, change: str, *, again: bool) -> None:
    made = restate(case, Asked(policy=policy(tmp_path, *CHANGES[change])))
    assert bool(compare(case, made).decided_again_because) is again


def test_the_old_decisions_stay_as_they_were(case: Path, tmp_path: Path) -> None:
    before = {p: p.read_bytes() for p in sorted(case.rglob("*")) if p.is_file()}
    restate(case, Asked(policy=policy(tmp_path, *CHANGES["parameter"])))
    assert {p: p.read_bytes() for p in before} == before


def test_days_on_which_nothing_changes_are_second_names_of_the_old_files(
        case: Path, tmp_path: Path) -> None:
    made = restate(case, Asked(policy=policy(tmp_path, 'title = "P1"', 'title = "P2"')))
    for old in [p for f in ("decisions", "counts") for p in sorted((case / f).iterdir())]:
        assert (made / old.relative_to(case)).samefile(old)
    assert load_summary(made).digest != load_summary(case).digest


def test_only_sessions_of_items_whose_events_moved_are_read_again(
        case: Path, tmp_path: Path) -> None:
    path = policy(tmp_path, *CHANGES["consequence"])
    (tmp_path / "source.parquet").rename(tmp_path / "away.parquet")
    table = pq.read_table(tmp_path / "away.parquet")
    keep = [r["item_id"] in ("film1", "film2") for r in table.to_pylist()]
    put = table.set_column(table.schema.get_field_index("session_id"), "session_id", pa.array(
        [s if k else "nobody" for s, k in zip(table["session_id"].to_pylist(), keep, strict=True)]))
    pq.write_table(put, tmp_path / "source.parquet")
    _forget_change(case, tmp_path / "source.parquet")
    made = restate(case, Asked(policy=path))
    (tmp_path / "source.parquet").unlink()
    (tmp_path / "away.parquet").rename(tmp_path / "source.parquet")
    fresh = tmp_path / "fresh"
    run_case([str(tmp_path / "source.parquet")], fresh, policy=path)
    assert counts(made) == counts(fresh)  # the robots are on film1 and film2: no other is looked at


def _forget_change(case: Path, source: Path) -> None:
    """Let the case take an altered source for the one it read."""
    manifest = json.loads((case / "manifest.json").read_text("utf-8"))
    at = source.stat()
    manifest["sources"][0] |= {"size": at.st_size, "mtime_ns": at.st_mtime_ns}
    (case / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def test_decisions_that_disagree_with_the_counts_are_not_restated(
        case: Path, tmp_path: Path) -> None:
    file = min((case / "decisions").iterdir())
    table = pq.read_table(file)
    place = table.schema.get_field_index("reasons")
    pq.write_table(table.set_column(place, "reasons", pa.array(
        [1 << 40] * table.num_rows, pa.int64())), file)
    with pytest.raises(CaseError, match="reasons that the counts do not"):
        restate(case, Asked(policy=policy(tmp_path, *CHANGES["not counted"])))


def test_a_restatement_is_made_once(case: Path, tmp_path: Path) -> None:
    asked = Asked(policy=policy(tmp_path, *CHANGES["consequence"]))
    made = restate(case, asked)
    written = (made / "manifest.json").stat().st_mtime_ns
    assert restate(case, asked) == made
    assert (made / "manifest.json").stat().st_mtime_ns == written


def test_moves_are_the_events_whose_verdict_changed(case: Path, tmp_path: Path) -> None:
    made = restate(case, Asked(policy=policy(tmp_path, *CHANGES["consequence"])))
    was, now = verdicts(case), verdicts(made)
    moved = sum(was[e][0] != now[e][0] for e in was)
    found = compare(case, made)
    assert sum(n for _, _, n in found.moves) == moved > 0
    assert found.after["total_net"] - found.before["total_net"] == sum(
        i.total_net_after - i.total_net_before for i in found.items)


def test_a_withdrawn_list_entry_gives_back_what_a_shorter_list_would_have_counted(
        case: Path, tmp_path: Path) -> None:
    path = appeal(tmp_path, "\n[[withdraw]]\n".join(
        f'list = "robots"\nentry = {json.dumps(p)}\n' for p in _patterns(ROBOT)))
    made = restate(case, Asked(appeals=(read_appeal(path),)))
    stored = json.loads((made / "manifest.json").read_text("utf-8"))["policy"]["text"]
    (made / "as-written.toml").write_text(stored, "utf-8")
    fresh = tmp_path / "fresh"
    run_case([str(tmp_path / "source.parquet")], fresh, policy=str(made / "as-written.toml"))
    assert "declared-robot" not in load_summary(made).reasons
    assert load_summary(made).digest == load_summary(fresh).digest
    assert counts(made) == counts(fresh)


def test_what_a_killed_restatement_left_is_written_over(case: Path, tmp_path: Path) -> None:
    left = tmp_path / "into" / "lists"
    left.mkdir(parents=True)
    (left / "robots.toml").write_text("half a li", "utf-8")
    path = appeal(tmp_path, f'list = "robots"\nentry = {json.dumps(_patterns(ROBOT)[0])}\n')
    made = restate(case, Asked(appeals=(read_appeal(path),)), into=tmp_path / "into")
    assert made == tmp_path / "into"
    assert "withdrawn = 2026-11-20" in (left / "robots.toml").read_text("utf-8")


def _patterns(user_agent: str) -> list[str]:
    """Take the patterns of the list of robots that a user agent falls under."""
    found = covering(resolve(read_policy("video", all_criteria()), Path())[1].frozen["robots"],
                     user_agent)
    return sorted({entry.value for entry in found})


def test_a_criterion_withdrawn_for_an_item_is_gone_there_alone(case: Path, tmp_path: Path) -> None:
    path = appeal(tmp_path, 'criterion = "declared-robot"\nitems = ["film2"]\n')
    made = restate(case, Asked(appeals=(read_appeal(path),)))
    found = compare(case, made)
    assert [i.item for i in found.items] == ["film2"]
    assert found.before["givt"] - found.after["givt"] == 9
    assert load_summary(made).reasons["declared-robot"] == 4


def test_events_of_nobody_known_are_restated_without_sessions(tmp_path: Path) -> None:
    (tmp_path / "p1.toml").write_text(POLICY, "utf-8")
    nobody = dict.fromkeys(("account_id", "cookie_id", "session_id", "device_id", "ip"))
    log = [row(n * 60, item_id="film2", user_agent=agent) | nobody
           for n, agent in enumerate([ROBOT] * 5 + ["Mozilla/5.0"] * 4)]
    decide(tmp_path, log, policy=str(tmp_path / "p1.toml"))
    path = appeal(tmp_path, 'criterion = "declared-robot"\nitems = ["film2"]\n')
    made = restate(tmp_path / "case", Asked(appeals=(read_appeal(path),)))
    after = load_summary(made)
    assert (after.givt, after.unique_items) == (0, 0)
    assert load_summary(tmp_path / "case").givt == 5


def test_a_criterion_withdrawn_for_addresses_is_gone_for_them_alone(
        case: Path, tmp_path: Path) -> None:
    for network, left in (("198.51.100.0/24", 4), ("192.0.2.0/24", 13), ("0.0.0.0/0", 0)):
        path = appeal(tmp_path, f'criterion = "declared-robot"\naddresses = ["{network}"]\n')
        made = restate(case, Asked(appeals=(read_appeal(path),)))
        assert load_summary(made).reasons.get("declared-robot", 0) == left


def test_an_appeal_outlives_the_next_policy(case: Path, tmp_path: Path) -> None:
    path = appeal(tmp_path, 'criterion = "declared-robot"\nitems = ["film2"]\n')
    made = restate(case, Asked(appeals=(read_appeal(path),)))
    again = restate(made, Asked(policy=policy(tmp_path, *CHANGES["parameter"])))
    assert load_summary(again).reasons["declared-robot"] == 4


def test_a_restatement_keeps_who_decided_an_appeal_and_on_what(case: Path, tmp_path: Path) -> None:
    path = appeal(tmp_path, 'criterion = "declared-robot"\nitems = ["film2"]\n')
    made = restate(case, Asked(appeals=(read_appeal(path),)))
    kept = compare(case, made).appeals[0]
    assert (kept["party"], kept["decided_by"], kept["decided_on"]) == ("Studio", "Li", "2026-11-20")
    assert kept["evidence_sha256"] == hashlib.sha256(b"our office").hexdigest()


@pytest.mark.parametrize(("withdraw", "said"), [
    ('list = "robots"\nentry = "no such pattern"\n', "not an entry in force"),
    ('list = "nothing"\nentry = "x"\n', "unknown list"),
    ('criterion = "no-such"\nitems = ["a"]\n', "not in the policy"),
    ('criterion = "double-click"\n', "criterion with items"),
    ('criterion = "double-click"\naddresses = ["hello"]\n', "a network such as")])
def test_an_appeal_that_names_what_is_not_there_is_refused(
        case: Path, tmp_path: Path, withdraw: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        restate(case, Asked(appeals=(read_appeal(appeal(tmp_path, withdraw)),)))


def test_a_restatement_takes_no_new_sources(case: Path, tmp_path: Path) -> None:
    made = restate(case, Asked(policy=policy(tmp_path, *CHANGES["consequence"])))
    more = write(tmp_path / "more.parquet", [row(5, user_agent=CHROME)])
    with pytest.raises(CaseError, match="takes no new sources"):
        run_case([str(more)], made)


def test_a_comparison_with_another_case_is_refused(case: Path, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="not a restatement of this case"):
        compare(case, case)
