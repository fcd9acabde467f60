"""What a summary says of a case."""

from pathlib import Path

from tests.run.cases import decide, row


def test_the_decision_rate_is_the_signed_share_of_gross_rounded_down(tmp_path: Path) -> None:
    rows = [row(100 * n, account_id=f"a{n}", device_id=f"d{n}") for n in range(2)]
    unsigned = row(300, watched_ms=None)
    summary = decide(tmp_path, [*rows, unsigned])
    assert (summary.gross, summary.undetermined) == (3, 1)
    assert summary.sivt_decision_rate_permille == 666


def test_without_gross_there_is_no_decision_rate(tmp_path: Path) -> None:
    assert decide(tmp_path, [row(status=404)]).sivt_decision_rate_permille is None
