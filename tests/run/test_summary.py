"""What a summary says of a case."""

import json
from pathlib import Path

import pytest
from tests.run.cases import decide, row, write

from truetally.errors import PolicyError
from truetally.run import run_case
from truetally.run.case import read_manifest
from truetally.run.summary import load_summary


def test_the_decision_rate_is_the_signed_share_of_gross_rounded_down(tmp_path: Path) -> None:
    rows = [row(100 * n, account_id=f"a{n}", device_id=f"d{n}") for n in range(2)]
    unsigned = row(300, watched_ms=None)
    summary = decide(tmp_path, [*rows, unsigned])
    assert (summary.gross, summary.undetermined) == (3, 1)
    assert summary.sivt_decision_rate_permille == 666


def test_without_gross_there_is_no_decision_rate(tmp_path: Path) -> None:
    assert decide(tmp_path, [row(status=404)]).sivt_decision_rate_permille is None


def grown_up(case: Path, code: str) -> None:
    """Say that a criterion had another revision when the case was decided."""
    manifest = read_manifest(case)
    manifest["policy"]["criteria"][code] += 1
    (case / "manifest.json").write_text(json.dumps(manifest))


def test_a_case_decided_under_other_revisions_takes_no_new_sources(tmp_path: Path) -> None:
    decide(tmp_path, [row()])
    grown_up(tmp_path / "case", "double-click")
    late = write(tmp_path / "late.parquet", [row(90)])
    with pytest.raises(PolicyError, match=r"criteria have changed.*double-click"):
        run_case([str(late)], tmp_path / "case")


def test_what_was_decided_stays_as_it_was_though_criteria_judge_otherwise(tmp_path: Path) -> None:
    decided = decide(tmp_path, [row(status=404), row(90)])
    case = tmp_path / "case"
    manifest = read_manifest(case)
    mask = next(m for m, said in manifest["verdicts"].items() if said[0] == "not_counted")
    manifest["verdicts"][mask] = ["givt", "http-status", False]  # as an older revision had it
    (case / "manifest.json").write_text(json.dumps(manifest))
    shown = load_summary(case)
    assert (decided.not_counted, shown.not_counted, shown.givt) == (1, 0, 1)
