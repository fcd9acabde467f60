"""The literal evaluator itself against plain Python, and the planner's promises of a group."""

from collections import Counter
from collections.abc import Sequence

import ibis.expr.types as ir
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.criteria.evaluate import NOON, measured, verdicts

from truetally.criterion import (
    Count,
    Criterion,
    Distinct,
    Group,
    Largest,
    Max,
    Min,
    Page,
    Run,
    Sum,
    Total,
    Values,
)

NOTHING = Page(title="x", finds="x", shows="x", innocent="x")
DRAWS = st.lists(st.tuples(
    st.sampled_from(["a", "b", None]), st.sampled_from("ij"),
    st.none() | st.integers(-5, 5), st.integers(0, 90_000_000)), max_size=25)


def long(t: ir.Table, _: Values) -> ir.BooleanValue:
    return t.watched_ms > 0


def any_group(m: ir.Table, _: Values) -> ir.BooleanValue:
    return m.rows >= 2


def later(r: ir.Table, _: Values) -> ir.BooleanValue:
    return (r.time_ms - r.previous_ms == 0) | (r.next_ms - r.time_ms == 0)


ALL = Criterion(
    code="all-measures", revision=1, klass="GIVT", basis="statistical", family="timing",
    scope="day", citation="", reads=("device_id", "item_id", "watched_ms", "time_ms"),
    en=NOTHING, zh=NOTHING,
    shape=Group(keys=("device_id", "item_id"), flag=any_group, measures={
        "rows": Count(), "long": Count(where=long), "sum": Sum(column="watched_ms"),
        "min": Min(column="watched_ms"), "max": Max(column="watched_ms"),
        "kinds": Distinct(column="watched_ms"), "top": Largest(column="watched_ms"),
        "of_device": Total(of="rows", keys=("device_id",))}))
TIES = Criterion(
    code="ties", revision=1, klass="GIVT", basis="rule", family="timing", scope="day", citation="",
    reads=("device_id", "time_ms"), en=NOTHING, zh=NOTHING,
    shape=Run(keys=("device_id",), required=("device_id",), flag=later, carry=""))


def rows_of(draws: Sequence[tuple[str | None, str, int | None, int]]) -> list[dict[str, object]]:
    return [{"device_id": d, "item_id": i, "watched_ms": w, "time_ms": NOON + at}
            for d, i, w, at in draws]


def slow(draws: Sequence[tuple[str | None, str, int | None, int]]) -> list[dict[str, object]]:
    """Measure each group by going through all rows, as the definitions read."""
    noon_day = (NOON + 28_800_000) // 86_400_000
    day = {at: noon_day + (at >= 43_200_000) for *_, at in draws}
    groups = sorted({(day[at], d, i) for d, i, _, at in draws if d is not None})
    result = []
    for key in groups:
        mine = [w for d, i, w, at in draws if (day[at], d, i) == key]
        known = [w for w in mine if w is not None]
        result.append({
            "day": key[0], "device_id": key[1], "item_id": key[2], "rows": len(mine),
            "long": sum(w > 0 for w in known), "sum": sum(known) if known else None,
            "min": min(known, default=None), "max": max(known, default=None),
            "kinds": len(set(known)),
            "top": max(Counter(known).values(), default=None),
            "of_device": sum((day[at], d) == key[:2] for d, _, _, at in draws)})
    return result


@settings(max_examples=20)
@given(DRAWS)
def test_measures_agree_with_counting_by_hand(
        draws: Sequence[tuple[str | None, str, int | None, int]]) -> None:
    assert measured(ALL, rows_of(draws)) == slow(draws)


@settings(max_examples=15)
@given(DRAWS)
def test_the_order_of_rows_changes_nothing(
        draws: list[tuple[str | None, str, int | None, int]]) -> None:
    turned = draws[::-1]
    assert verdicts(ALL, rows_of(draws)) == verdicts(ALL, rows_of(turned))[::-1]
    assert measured(ALL, rows_of(draws)) == measured(ALL, rows_of(turned))


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 4)), max_size=20))
def test_neighbours_are_those_of_the_total_order(draws: Sequence[tuple[str, int]]) -> None:
    rows = [{"device_id": d, "time_ms": NOON + at} for d, at in draws]
    times = Counter(draws)
    assert [found is True for found in verdicts(TIES, rows)] == [times[draw] > 1 for draw in draws]
