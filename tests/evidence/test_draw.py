"""The draw: anyone can repeat it by hand, nobody can steer it, and every event has its chance."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.evidence.draw import (
    LEAST,
    RANGE,
    allocate,
    commitment,
    draw,
    frame_root,
    list_digest,
    make_seed,
    order,
)
from truetally.evidence.errors import EvidenceError

SIZES = st.dictionaries(st.sampled_from(["givt", "sivt", "suspect", "valid", "valid/2"]),
                        st.integers(1, 10_000), min_size=1)


def by_hand(seed: str, stratum: str, population: int, size: int) -> list[int]:
    """Draw as the documentation tells a reader with a spreadsheet to."""
    found: list[int] = []
    line = 0
    while len(found) < size:
        x = int(hashlib.sha256(f"{seed}:{stratum}:{line}".encode()).hexdigest()[:8], 16)
        line += 1
        if x >= population * (2**32 // population):
            continue
        if x % population not in found:
            found.append(x % population)
    return found


@given(st.text(max_size=8), st.integers(1, 300), st.data())
def test_the_draw_is_the_one_made_by_hand(seed: str, population: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, population))
    found = draw(seed, "sivt", population, size)
    assert found == by_hand(seed, "sivt", population, size)
    assert len(set(found)) == size
    assert all(0 <= each < population for each in found)


def test_a_known_draw_stays_what_it_is() -> None:
    assert draw("seed", "sivt", 1000, 5) == by_hand("seed", "sivt", 1000, 5)
    assert draw("seed", "sivt", 1000, 3) == draw("seed", "sivt", 1000, 5)[:3]


def test_every_event_has_the_same_chance() -> None:
    drawn = [0] * 20
    for seed in range(2000):
        for place in draw(str(seed), "valid", 20, 5):
            drawn[place] += 1
    assert all(400 < each < 600 for each in drawn)  # 500 expected, five standard errors


def test_more_than_there_is_cannot_be_drawn() -> None:
    with pytest.raises(EvidenceError, match="cannot draw 4 of 3"):
        draw("s", "valid", 3, 4)
    with pytest.raises(EvidenceError):
        draw("s", "valid", RANGE, 1)


@given(SIZES, st.integers(1, 5000))
def test_an_allocation_gives_out_the_whole_sample_and_never_more_than_there_is(
        sizes: dict[str, int], size: int) -> None:
    least = sum(min(LEAST, each) for each in sizes.values())
    if size < least:
        with pytest.raises(EvidenceError, match=f"at least {least}"):
            allocate(sizes, size)
        return
    for expected in (None, {"sivt": 10, "valid": 300}):
        taken = allocate(sizes, size, expected)
        assert sum(taken.values()) == min(size, sum(sizes.values()))
        assert all(min(LEAST, sizes[k]) <= taken[k] <= sizes[k] for k in sizes)


def test_a_proportional_allocation_is_in_proportion() -> None:
    assert allocate({"a": 1000, "b": 3000}, 404) == {"a": 102, "b": 302}


def test_neyman_draws_more_where_errors_are_likely() -> None:
    flat = allocate({"a": 1000, "b": 1000}, 200)
    steep = allocate({"a": 1000, "b": 1000}, 200, {"a": 500, "b": 10})
    assert flat["a"] == flat["b"]
    assert steep["a"] > 3 * steep["b"]


def test_a_seed_depends_on_the_frame_and_on_every_contribution_in_order() -> None:
    seeds = {make_seed(frame, texts, ()) for frame in ("f", "g")
             for texts in (["a", "b"], ["b", "a"], ["a"], ["ab"])}
    assert len(seeds) == 8


def test_a_contribution_that_was_not_committed_to_is_refused() -> None:
    committed = [commitment("ours"), commitment("theirs")]
    assert make_seed("f", ["ours", "theirs"], committed)
    for texts in (["ours", "other"], ["theirs", "ours"], ["ours"], ["ours", " "]):
        with pytest.raises(EvidenceError):
            make_seed("f", texts, committed)


def test_a_frame_with_another_list_has_another_root() -> None:
    def frame(events: list[int]) -> str:
        return frame_root([{"stratum": "valid", "events": len(events),
                            "sha256": list_digest(events)}])

    assert frame([1, 2, 3]) == frame([1, 2, 3])
    assert len({frame([1, 2, 3]), frame([1, 3, 2]), frame([12, 3]), frame([1, 2])}) == 4


def test_a_list_digest_is_that_of_the_lines() -> None:
    assert list_digest([7, 10]) == hashlib.sha256(b"7\n10\n").hexdigest()


def test_two_examiners_get_the_same_events_in_other_orders() -> None:
    one, other = order("s", "A", range(50)), order("s", "B", range(50))
    assert sorted(one) == sorted(other) == list(range(50))
    assert one != other != list(range(50))
