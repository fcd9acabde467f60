"""What the page shows of a case: the items that lost the most, and sums of all of them."""

from pathlib import Path

from tests.run.cases import DAY_MS, row, write

from truetally.run import run_case
from truetally.run.report_data import report_data
from truetally.run.summary import lines_by, load_counts, load_summary, most_moved, summary_of
from truetally.run.totals import totals, unique_of


def _case(folder: Path) -> Path:
    """Decide plays of twelve titles over two days, of which title n has 20 n and some too short."""
    rows = [row(n * 90, item_id=f"t{item:02d}", device_id=f"d{n}", watched_ms=90_000)
            | {"time_ms": row(n * 90)["time_ms"] + (n % 2) * DAY_MS}
            for item in range(12) for n in range(item * 5)]
    rows += [row(n, item_id="t03", user_agent="Googlebot/2.1") for n in range(9)]
    run_case([str(write(folder / "s.parquet", rows))], folder / "case", policy="video")
    return folder / "case"


def test_the_items_shown_are_those_that_lost_the_most_then_the_largest(tmp_path: Path) -> None:
    case = _case(tmp_path)
    c = load_counts(case)
    every = sorted(lines_by(c, "item"), key=lambda e: (e.total_net - e.gross, -e.gross, e.key))
    days = c.manifest["partitions"]
    shown, in_all = most_moved(totals(case, days, c.decide).items, 5,
                               lambda names: unique_of(case, days, names))
    assert (shown, in_all) == (every[:5], len(every))
    assert shown[0].key == "t03"


def test_the_page_says_the_same_as_the_counts_by_themselves(tmp_path: Path) -> None:
    case = _case(tmp_path)
    c, data = load_counts(case), report_data(case)
    assert data.by_day == tuple(lines_by(c, "day"))
    assert data.by_reason == tuple(lines_by(c, "reason"))
    assert data.by_terminal == tuple(lines_by(c, "terminal"))
    assert data.by_region == tuple(lines_by(c, "region"))
    assert data.items_in_all == len(lines_by(c, "item"))
    assert data.summary == load_summary(case) == summary_of(case.name, c)
