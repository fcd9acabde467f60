"""Masks by order id, beside a dictionary."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truetally.decisions.masks import Masks
from truetally.events.schema import ROW_BITS

FAR = st.tuples(st.integers(0, 3), st.integers(0, 30) | st.integers(0, 2**40 - 1))
NEAR = st.tuples(st.integers(0, 3), st.integers(1000, 1012))
EVENTS = st.one_of(*(st.dictionaries(at.map(lambda at: (at[0] << ROW_BITS) + at[1]),
                                     st.integers(0, 7), max_size=25, min_size=least)
                     for at, least in ((FAR, 0), (NEAR, 12))))


def held(events: dict[int, int]) -> Masks:
    """Put events in as a pass finds them: their bounds by source, then all in two batches."""
    by_source: dict[int, list[int]] = {}
    for event in events:
        by_source.setdefault(event >> ROW_BITS, []).append(event)
    masks = Masks([(min(ids), max(ids), len(ids)) for ids in by_source.values()])
    ids, values = whole(*events), whole(*events.values())
    half = len(ids) // 2
    masks.put([(ids[:half], values[:half]), (ids[half:], values[half:])])
    return masks


def whole(*values: int) -> "np.typing.NDArray[np.int64]":
    return np.array(values, dtype=np.int64)


@given(events=EVENTS, data=st.data())
def test_every_event_keeps_its_mask_and_gains_bits(events: dict[int, int],
                                                   data: st.DataObject) -> None:
    masks = held(events)
    hit = data.draw(st.lists(st.sampled_from(sorted(events)), unique=True)) if events else []
    masks.add(whole(*hit), 8)
    masks.add(whole(*hit), whole(*(16 for _ in hit)))
    expected = {event: mask | 24 * (event in hit) for event, mask in events.items()}
    assert masks.at(whole(*events)).tolist() == list(expected.values())
    assert masks.counts() == Counter(expected.values())


@given(events=EVENTS, wanted=st.sets(st.integers(0, 7)))
def test_events_are_named_by_their_masks(events: dict[int, int], wanted: set[int]) -> None:
    found = held(events).ids(wanted).tolist()
    assert found == sorted(event for event, mask in events.items() if mask in wanted)


def test_rows_that_are_no_events_are_not_counted() -> None:
    assert held({5: 1, 9: 1, 7: 2}).counts() == {1: 2, 2: 1}


def test_the_mask_of_every_event_is_found_where_sources_have_most_of_their_rows() -> None:
    events = {(source << ROW_BITS) + row: source + row for source in (0, 2, 3)
              for row in range(source, 9, 2)}
    masks = held(events)
    assert masks._ids is None  # noqa: SLF001 - which way is taken shows nowhere else
    assert masks.at(whole(*events)).tolist() == list(events.values())
    assert masks.ids({5, 6}).tolist() == sorted(e for e, mask in events.items() if mask in (5, 6))


def test_few_events_among_many_rows_take_no_room_for_the_rows() -> None:
    masks = held({0: 1, 2**40 - 1: 2})
    assert masks.counts() == {1: 1, 2: 1}
    assert masks.at(whole(2**40 - 1, 0)).tolist() == [2, 1]
