"""What criteria of groups found, as the case keeps it."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.run.cases import decide, row

from truetally.decisions.policy import Policy
from truetally.decisions.verdict import Verdict
from truetally.run import results
from truetally.run.case import read_manifest
from truetally.run.store import verdict_table


def test_a_criterion_that_found_nothing_keeps_a_table_of_the_same_columns(tmp_path: Path) -> None:
    tables = []
    for name, rows in (("some", [row(n * 31, watched_ms=30_000) for n in range(40)]),
                       ("none", [row(0)])):
        (tmp_path / name).mkdir()
        decide(tmp_path / name, rows)
        case = tmp_path / name / "case"
        file = read_manifest(case)["findings"]["interval-heaping"]
        tables.append(pq.read_table(case / file))
    some, none = tables
    assert (some.num_rows, none.num_rows) == (1, 0)
    assert some.schema.types == none.schema.types
    assert some.column_names == none.column_names


def test_every_distinct_mask_is_judged_once_however_many_events_have_it(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []

    def counted(masks: Sequence[int], policy: Policy) -> dict[int, Verdict]:
        judged.extend(masks)
        return verdict_table(masks, policy)

    monkeypatch.setattr(results, "verdict_table", counted)
    decide(tmp_path, [row(n * 90) for n in range(50)])
    assert len(judged) == len(set(judged)) == 1
