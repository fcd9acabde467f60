"""All campaigns of a window at once: placebos, suspects, and what may be picked afterwards."""

import numpy as np
import pyarrow as pa

from truetally.estimate.campaigns import EVERYTHING, SUSPECTS, bound_window, conformal
from truetally.estimate.history import ACCOUNT, ELSEWHERE, PAST
from truetally.estimate.snapshots import Snapshot, snapshot, surged
from truetally.estimate.windows import compare

ROWS = dict[str, tuple[int, int]]  # title -> plays on new devices, plays of regulars


def shot(titles: ROWS, hot: tuple[str, ...] = ()) -> Snapshot:
    """Make a window whose devices have one play each."""
    return snapshot(_table(titles), _pooled({t: titles[t] for t in hot if t in titles}),
                    _pooled(titles))


def _table(titles: ROWS) -> pa.Table:
    rows = [{"text": title, "half": half, "cell": cell, "plays": plays // 2,
             "squares": plays // 2}
            for title, (new, old) in titles.items() for half in (0, 1)
            for cell, plays in ((0, new), (PAST | ELSEWHERE | ACCOUNT, old))]
    return pa.Table.from_pylist(rows) if rows else pa.table({})


def _pooled(titles: ROWS) -> pa.Table:
    return _table({"": (sum(n for n, _ in titles.values()), sum(o for _, o in titles.values()))})


QUIET: ROWS = {f"t{n}": (40, 460) for n in range(30)}
ASKED = compare(7, 13, since=-7)


def test_the_attacked_title_is_found_and_no_other() -> None:
    now = QUIET | {"t0": (540, 460)}
    found = bound_window(ASKED, shot(now, ("t0",)), [shot(QUIET, ("t0",))])
    by = {one.item: one for one in found.items}
    assert by["t0"].surged
    assert 350 <= by["t0"].fakes <= 500
    assert [one.fakes for one in found.items if one.item != "t0"] == [0] * 29
    assert {one.item for one in found.pooled} == {SUSPECTS, EVERYTHING}
    assert found.fakes <= 500


def test_a_surge_of_the_usual_audience_is_bounded_by_nothing() -> None:
    now = QUIET | {"t0": (400, 4600)}
    found = bound_window(ASKED, shot(now, ("t0",)), [shot(QUIET, ("t0",))])
    assert found.fakes == 0


def test_a_title_without_a_past_is_compared_with_the_others() -> None:
    now = QUIET | {"new": (40, 460), "bought": (2000, 460)}
    found = bound_window(ASKED, shot(now, ("new", "bought")), [shot(QUIET)])
    by = {one.item: one for one in found.items}
    assert not by["new"].own_past
    assert by["new"].fakes == 0
    assert 0 < by["bought"].fakes <= 2000


def test_a_title_that_is_named_like_all_of_them_is_a_title() -> None:
    now = QUIET | {EVERYTHING: (540, 460)}
    found = bound_window(ASKED, shot(now, (EVERYTHING,)), [shot(now | {EVERYTHING: (40, 460)})])
    (named,) = (one for one in found.items if one.item == EVERYTHING)
    (every,) = (one for one in found.pooled if one.item == EVERYTHING)
    assert (named.plays, every.plays) == (1000, 16_000)


def test_without_a_reference_nothing_is_said() -> None:
    found = bound_window(compare(0, 6, since=0), shot({}), [])
    assert (found.reference_days, found.fakes, found.items) == (None, 0, ())


def test_more_titles_ask_for_more_spreads() -> None:
    few = bound_window(ASKED, shot(dict(list(QUIET.items())[:5])),
                       [shot(dict(list(QUIET.items())[:5]))])
    many = bound_window(ASKED, shot(QUIET), [shot(QUIET)])
    assert few.z_milli < many.z_milli


def test_the_conformal_rank_is_that_of_the_ceiling() -> None:
    scores = [float(n) for n in range(1, 20)]  # 19 placebos: 95 % is the largest of them
    assert conformal(scores, 950) == 19.0
    assert conformal([*scores, 20.0], 900) == 19.0  # ceil(21 x 0.9) = 19
    assert conformal([], 950) == 0.0


def test_half_as_much_again_and_beyond_chance_is_a_surge() -> None:
    past = {"a": 200, "b": 200, "c": 20}  # two windows: 100 usual, 150 allowed, + 3 sqrt(150) = 187
    assert surged({"a": 186, "b": 187, "c": 27, "d": 1}, past, 2) == {"b", "c", "d"}


def test_titles_that_were_hardly_played_before_are_not_blamed_for_their_small_past() -> None:
    """A class of 400 sees three titles that had 40 plays: of the same audience, drawn anew."""
    source = np.random.Generator(np.random.PCG64(9103))
    lessons, wrong = ("a", "b", "c"), 0
    for _ in range(40):
        past = QUIET | {t: _honest(source, 40) for t in lessons}
        now = QUIET | {t: _honest(source, 400) for t in lessons}
        found = bound_window(ASKED, shot(now, lessons), [shot(past, lessons)])
        wrong += any(one.fakes for one in (*found.items, *found.pooled))
    assert wrong <= 1


def _honest(source: np.random.Generator, plays: int) -> tuple[int, int]:
    new = int(source.binomial(plays // 2, 0.08))
    return 2 * new, plays - 2 * new
