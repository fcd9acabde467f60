"""The cube's masks are added up into the levels that the standards name."""

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.counts.literal import tally
from tests.decisions.policies import line, policy

from truetally.counts.breakdown import narrow, reasons
from truetally.counts.levels import SUMS, by_level
from truetally.decisions.plan import UNSIGNED_BIT
from truetally.decisions.verdict import Verdict, verdict

POLICY = policy(line("http-status"), line("declared-robot"), line("impossible-watch"),
                line("plugin-list-match", 2), line("interval-heaping", 2))
STATUS, ROBOT, WATCH, PLUGINS, GAPS = (1 << n for n in range(5))
UNSIGNED = 1 << UNSIGNED_BIT
Cell = tuple[int, str, str | None, int, int, int]  # day, item, terminal, mask, events, watched_ms
CELLS = st.lists(st.tuples(
    st.integers(17_000, 17_002), st.sampled_from(["a", "b"]), st.sampled_from([None, "pc"]),
    st.sampled_from([0, STATUS, ROBOT, WATCH, PLUGINS, PLUGINS | GAPS, UNSIGNED, UNSIGNED | GAPS]),
    st.integers(1, 9), st.integers(0, 99)), min_size=1, max_size=30)


def judge(mask: int) -> Verdict:
    return verdict(mask, POLICY)


def cube(cells: Sequence[Cell]) -> pa.Table:
    names = ("day", "item_id", "terminal", "mask", "events", "watched_ms")
    return pa.Table.from_pylist([dict(zip(names, cell, strict=True)) for cell in cells])


def whole(*cells: tuple[int, int, int]) -> dict[str, int]:
    """Add up cells of (mask, events, watched_ms)."""
    found: list[dict[str, int]] = by_level(
        cube([(17_000, "a", "pc", *cell) for cell in cells]), judge, ()).to_pylist()
    return found[0]


def test_gross_net_and_total_net_leave_out_one_verdict_more_each() -> None:
    found = whole((STATUS, 3, 0), (ROBOT, 5, 0), (WATCH, 7, 0), (UNSIGNED, 11, 0), (0, 13, 0))
    assert [found[n] for n in ("events", "gross", "net", "total_net")] == [39, 36, 31, 24]
    assert found["undetermined"] == 11  # stated apart, and still in the totals


def test_watch_time_counts_within_gross_and_within_total_net() -> None:
    found = whole((STATUS, 1, 1000), (ROBOT, 1, 200), (0, 1, 30))
    assert (found["watched_gross_ms"], found["watched_ms"]) == (230, 30)


def test_a_suspect_event_is_counted_and_marked() -> None:
    found = whole((PLUGINS, 4, 0), (PLUGINS | GAPS, 2, 0))
    assert (found["suspect"], found["total_net"], found["net"]) == (4, 4, 6)


def test_bit_61_alone_says_that_signals_are_missing() -> None:
    assert UNSIGNED_BIT == 61
    found = whole((1 << 61 | ROBOT, 1, 0), (ROBOT, 1, 0), (UNSIGNED | STATUS, 9, 0))
    assert (found["gross"], found["net"], found["signed"]) == (2, 0, 1)  # decided alike, one signed


def test_reasons_count_an_event_under_every_code_it_carries() -> None:
    masks = [(STATUS | ROBOT | GAPS, 2, 0), (ROBOT, 3, 0), (UNSIGNED | GAPS, 5, 0), (0, 7, 0)]
    found = reasons(cube([(17_000, "a", None, *cell) for cell in masks]), POLICY.reason_codes)
    assert found == {"http-status": 2, "declared-robot": 5, "impossible-watch": 0,
                     "plugin-list-match": 0, "interval-heaping": 7}


def test_the_mark_of_missing_signals_is_no_reason() -> None:
    assert set(reasons(cube([(17_000, "a", None, UNSIGNED, 5, 0)]),
                       POLICY.reason_codes).values()) == {0}


@given(CELLS)
def test_narrowing_adds_up_and_keeps_an_unknown_key_apart(cells: list[Cell]) -> None:
    found = narrow(cube(cells), ("terminal",))
    events: Counter[tuple[str | None, int]] = Counter()
    watched: Counter[tuple[str | None, int]] = Counter()
    for _, _, terminal, mask, n, ms in cells:
        events[terminal, mask] += n
        watched[terminal, mask] += ms
    assert found.column_names == ["terminal", "mask", "events", "watched_ms"]
    rows = {(r["terminal"], r["mask"]): r for r in found.to_pylist()}
    assert {key: r["events"] for key, r in rows.items()} == dict(events)
    assert {key: r["watched_ms"] for key, r in rows.items()} == dict(watched)


@given(CELLS)
def test_every_sum_is_what_adding_row_by_row_gives(cells: list[Cell]) -> None:
    for columns in ((), ("day",), ("item_id",), ("terminal",), ("day", "terminal")):
        slow = tally(cube(cells), judge, lambda row, c=columns: tuple(row[n] for n in c))
        fast = {tuple(r[c] for c in columns): [r[n] for n in SUMS]
                for r in by_level(cube(cells), judge, columns).to_pylist()}
        assert fast == {key: [getattr(t, n) for n in SUMS] for key, t in slow.items()}
