"""Sums at every level at once, against a literal count row by row."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from truetally.counts.levels import SUMS, between, by_level
from truetally.decisions.verdict import VERDICTS, Verdict

ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None]), st.integers(0, 9),
                          st.integers(1, 50), st.integers(0, 10**6)), max_size=30)


def judge(mask: int) -> Verdict:
    """Give each mask some verdict."""
    name = VERDICTS[mask % len(VERDICTS)]
    return Verdict(verdict=name, primary="", suspect=name == "valid" and mask > 4)


def table(rows: list[tuple[int, str | None, int, int, int]]) -> pa.Table:
    """Make a small cube."""
    columns = list(zip(*rows, strict=True)) or [()] * 5
    types = (pa.int32(), pa.string(), pa.int64(), pa.int64(), pa.int64())
    names = ("day", "item_id", "mask", "events", "watched_ms")
    return pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)})


@given(ROWS)
def test_sums_by_item_are_those_of_a_count_by_hand(
        rows: list[tuple[int, str | None, int, int, int]]) -> None:
    found = {r["item_id"]: r for r in by_level(table(rows), judge, ("item_id",)).to_pylist()}
    for item in {r[1] for r in rows}:
        mine = [(judge(m), n, w) for _, i, m, n, w in rows if i == item]
        gross = [(v, n, w) for v, n, w in mine if v.verdict != "not_counted"]
        left = [(v, n, w) for v, n, w in gross if v.verdict in ("valid", "undetermined")]
        want = (sum(n for _, n, _ in mine), sum(n for _, n, _ in gross),
                sum(n for v, n, _ in gross if v.verdict != "givt"), sum(n for _, n, _ in left),
                sum(n for v, n, _ in left if v.verdict == "undetermined"),
                sum(n for v, n, _ in left if v.suspect), sum(n for _, n, _ in gross),
                sum(w for _, _, w in gross),
                sum(w for _, _, w in left))
        assert tuple(found[item][name] for name in SUMS) == want


def test_a_period_includes_both_ends() -> None:
    cube = table([(d, "a", 0, 1, 0) for d in range(4)])
    assert between(cube, 1, 2)["day"].to_pylist() == [1, 2]
    assert between(cube, None, None).num_rows == 4


@given(ROWS)
def test_texts_coded_in_dictionaries_give_the_same_sums(
        rows: list[tuple[int, str | None, int, int, int]]) -> None:
    plain = table(rows)
    place = plain.schema.get_field_index("item_id")
    coded = plain.set_column(place, "item_id", plain["item_id"].dictionary_encode())
    assert by_level(coded, judge, ("item_id",)).equals(by_level(plain, judge, ("item_id",)))
