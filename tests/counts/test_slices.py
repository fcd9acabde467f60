"""The search for what sets events apart, beside a literal one that tries every combination."""

from itertools import combinations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truetally.counts.slices import Slice, slices

Rows = list[tuple[str | None, str | None, str | None, int, int]]
NAMES = ("plugins", "host", "terminal")


def searched(rows: Rows, **limits: int) -> tuple[Slice, ...]:
    columns = list(zip(*rows, strict=True))
    return slices(dict(zip(NAMES, columns[:3], strict=True)), np.array(columns[3], dtype=np.int64),
                  np.array(columns[4], dtype=np.int64), **limits)


def test_a_plugin_list_that_half_of_the_surge_has_explains_it() -> None:
    found, other = searched([("cef", None, "pc", 500, 5), ("bank", "a", "pc", 300, 600),
                            (None, "a", "h5", 200, 395)])
    # weighed alike: 500/1000 against 5/1000; with it 500/505, without it 500/1495
    assert (found.values, other.values) == ({"host": None}, {"plugins": "cef"})
    assert (found.test, found.control) == (500, 5)
    assert (found.support_permille, found.ratio_milli, found.beyond) == (500, 2960, 495)


def test_what_no_single_value_explains_a_pair_does() -> None:
    rows: Rows = [("cef", "a", "pc", 300, 10), ("cef", "b", "pc", 100, 290),
                  ("bank", "a", "pc", 100, 290), ("bank", "b", "pc", 500, 410)]
    assert [found.values for found in searched(rows)] == [{"plugins": "cef", "host": "a"}]


def test_a_surge_like_the_past_is_explained_by_nothing() -> None:
    assert searched([("cef", "a", "pc", 9000, 90), ("bank", "b", "h5", 9000, 91)]) == ()


def test_without_a_past_there_is_nothing_to_hold_the_surge_against() -> None:
    assert searched([("cef", "a", "pc", 100, 0)]) == ()


def test_a_surge_that_is_all_of_one_kind_is_explained_by_it() -> None:
    rows: Rows = [("cef", "a", "pc", 100, 10), ("bank", "a", "pc", 0, 90)]
    (found, *_) = searched(rows)
    assert (found.values, found.ratio_milli) == ({"plugins": "cef"}, None)


def literal(rows: Rows, support: int, ratio: int) -> set[frozenset[tuple[str, str | None]]]:
    """Try all combinations, shortest first."""
    passed: set[frozenset[tuple[str, str | None]]] = set()
    total, past = sum(r[3] for r in rows), sum(r[4] for r in rows)
    for size in (1, 2, 3):
        for places in combinations(range(3), size):
            for values in product(*({r[p] for r in rows} for p in places)):
                chosen = frozenset(zip((NAMES[p] for p in places), values, strict=True))
                held = [r for r in rows if all(r[p] == v for p, v in zip(places, values,
                                                                         strict=True))]
                a, b = sum(r[3] for r in held) * past, sum(r[4] for r in held) * total
                if any(one <= chosen for one in passed) or a == 0 or a * 1000 < (
                        total * past * support):
                    continue
                c, d = total * past - a, total * past - b
                if b * 2 < a if c == 0 else a * (c + d) * 1000 >= ratio * (a + b) * c:
                    passed.add(chosen)
    return passed


VALUE = st.sampled_from(["x", "y", None])


@given(st.lists(st.tuples(VALUE, VALUE, VALUE, st.integers(0, 60), st.integers(0, 60)),
                min_size=1, max_size=8), st.sampled_from([50, 200]), st.sampled_from([1200, 1800]))
def test_the_pruned_search_finds_what_the_literal_one_finds(rows: Rows, support: int,
                                                           ratio: int) -> None:
    found = searched(rows, support_permille=support, ratio_milli=ratio, most=1000)
    if sum(r[3] for r in rows) and sum(r[4] for r in rows):
        assert {frozenset(one.values.items()) for one in found} == literal(rows, support, ratio)
    else:
        assert found == ()
