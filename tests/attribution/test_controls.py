from hypothesis import given
from hypothesis import strategies as st

from truetally.attribution.controls import LEAST_DEVICES, crossed, drawn


def combinations(sizes: list[int]) -> list[dict[str, int]]:
    return [{"plugins": n, "devices": size} for n, size in enumerate(sizes)]


def test_devices_are_crossed_by_both_families() -> None:
    found = crossed([{"bears": 1, "listed": 1, "devices": 5}, {"bears": 0, "listed": 1,
                    "devices": 2}, {"bears": 0, "listed": 0, "devices": 90},
                    {"bears": 1, "listed": 1, "devices": 1}])
    assert (found.bearing_listed, found.bearing, found.other_listed, found.others) == (6, 6, 2, 92)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=80), st.integers(0, 9),
       st.integers(1, 3))
def test_decoys_are_never_the_signature_and_never_overlap(
        sizes: list[int], seed: int, own: int) -> None:
    mine = [n < own for n in range(len(sizes))]
    decoys = drawn(combinations(sizes), mine, seed)
    used = [place for decoy in decoys for place in decoy]
    assert len(used) == len(set(used))
    assert not any(mine[place] for place in used)
    assert all(len(decoy) == max(1, sum(mine)) for decoy in decoys)


def test_a_seed_draws_the_same_decoys_and_another_seed_others() -> None:
    pool, mine = combinations([9] * 60), [False] * 60
    assert drawn(pool, mine, 1) == drawn(pool, mine, 1)
    assert drawn(pool, mine, 1) != drawn(pool, mine, 2)


def test_single_devices_are_no_decoys_where_there_are_larger_ones() -> None:
    pool = combinations([1] * 40 + [LEAST_DEVICES] * 25)
    assert min(p[0] for p in drawn(pool, [False] * 65, 3)) >= 40


def test_a_log_with_no_other_value_has_no_decoys() -> None:
    assert drawn(combinations([7]), [True], 1) == []
