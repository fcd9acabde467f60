"""The arithmetic of the table, on labels made by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.bench.cost import measured
from truetally.bench.figures import Labelled, claimed, figures, kendall, money
from truetally.bench.share import share, together
from truetally.bench.threshold import (
    TARGETS_PPB,
    WIDER_PPB,
    highest,
    operating,
    supported,
    threshold,
)
from truetally.bench.variants import GIVT, KEPT, SIVT, SUSPECT
from truetally.intervals import clopper_pearson

# Ten events: devices 0 and 1 fake, 2 to 4 honest; the last event is no play at all.
FAKE = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 1], dtype=bool)
DEVICE = np.array([0, 0, 1, 1, 2, 2, 3, 4, 4, 0])
CODES = np.array([SIVT, SIVT, GIVT, SUSPECT, KEPT, GIVT, KEPT, SIVT, KEPT, SIVT], dtype=np.int8)
LABELLED = Labelled(
    fake=FAKE, device=DEVICE, countable=np.arange(10) < 9, fleet=np.where(FAKE, DEVICE, -1),
    fleets=("A", "B"), item=np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 0]), cef=DEVICE == 4,
    titles=np.array([0, 2]), paid=True)


def test_recall_counts_voided_fakes_among_those_that_are_plays() -> None:
    found = figures(LABELLED, CODES)
    assert (found.recall.found, found.recall.n, found.recall.devices) == (3, 4, 2)
    assert (found.recall_sivt.found, found.recall_suspect.found) == (2, 4)
    assert {name: (s.found, s.n) for name, s in found.fleets.items()} == {"A": (2, 2), "B": (1, 2)}


def test_what_is_wrongly_voided_is_counted_in_events_and_in_devices() -> None:
    found = figures(LABELLED, CODES)
    assert (found.wrong.found, found.wrong.n) == (2, 5)
    assert (found.wrong.devices_found, found.wrong.devices) == (2, 3)
    assert (found.wrong_sivt.found, found.wrong_sivt.devices_found) == (1, 1)
    assert (found.cef_wrong.devices, found.cef_wrong_sivt.devices_found) == (1, 1)
    assert (found.flagged_fake, found.flagged_devices) == (2, 4)


def test_royalties_are_two_yuan_a_play_in_whole_fen() -> None:
    found = figures(LABELLED, CODES).money
    assert found is not None
    assert (found.due_fen, found.overpaid_fen, found.withheld_fen) == (1000, 200, 400)
    nobody = money(np.zeros(3, dtype=bool), np.zeros(3, dtype=bool), np.ones(3, dtype=bool))
    assert (nobody.due_fen, nobody.overpaid_fen, nobody.withheld_fen) == (0, 0, 0)


def test_a_claim_needs_more_than_two_percent_and_three_plays_voided() -> None:
    item = np.repeat(np.arange(4), [100, 150, 151, 100])
    made = Labelled(fake=item < 0, device=np.arange(501), countable=item >= 0, fleet=item * 0 - 1,
                    fleets=(), item=item, cef=item < 0, titles=np.arange(4), paid=False)
    voided = np.zeros(501, dtype=bool)
    voided[[0, 1, 2, 100, 101, 102, 250, 251, 252, 253, 401, 402]] = True
    assert claimed(made, voided) == (2, 4)  # 3 of 100 and 4 of 151; not 3 of 150, not 2 of 100


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=12))
def test_tau_b_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    stats = pytest.importorskip("scipy.stats")
    one, other = (np.array(side) for side in zip(*pairs, strict=True))
    expected = stats.kendalltau(one, other).statistic
    found = kendall(one, other)
    assert (found is None) == np.isnan(expected)
    assert found is None or found == pytest.approx(expected * 10_000, abs=0.51)


def test_the_ranks_of_restated_counts_are_compared_with_those_of_honest_plays() -> None:
    assert figures(LABELLED, CODES).tau is not None
    assert kendall(np.array([3, 2, 1]), np.array([30, 20, 10])) == 10_000
    assert kendall(np.array([3, 2, 1]), np.array([1, 2, 3])) == -10_000


def test_shares_of_two_logs_add_up_and_no_device_is_in_both() -> None:
    one = share(FAKE, np.ones(10, dtype=bool), DEVICE)
    both = together([one, one])
    assert (both.found, both.n, both.devices) == (2 * one.found, 20, 10)
    assert both.devices_found == 2 * one.devices_found == 4
    assert both.of_devices() == clopper_pearson(4, 10)


def test_none_found_is_bounded_by_the_number_of_devices_not_of_events() -> None:
    none = share(np.zeros(300, dtype=bool), np.ones(300, dtype=bool), np.arange(300) // 100)
    assert none.of_events() == clopper_pearson(0, 3)


def test_few_devices_are_counted_and_many_are_drawn() -> None:
    device = np.arange(200) // 2
    half = np.arange(200) % 4 < 2
    many = share(half, np.ones(200, dtype=bool), device).of_events()
    few = share(half[:8], np.ones(8, dtype=bool), device[:8]).of_events()
    assert few == clopper_pearson(2, 4)
    assert 380_000_000 < many.lower < 500_000_000 < many.upper < 620_000_000


@given(st.lists(st.integers(0, 50), min_size=30, max_size=200))
def test_no_more_than_the_target_lie_above_a_threshold(scores: list[int]) -> None:
    values = np.array(scores, dtype=float)
    for target in WIDER_PPB:
        above = threshold([values[:20], values[20:]], len(values), target)
        allowed = len(values) * target // 10**9
        assert (values > above).sum() <= allowed
        assert (values >= above).sum() > allowed


def test_the_highest_scores_of_a_log_are_enough_for_its_threshold() -> None:
    values = np.random.Generator(np.random.PCG64(1)).permutation(10_000).astype(float)
    kept = highest(values, 120)
    assert len(kept) == 120
    assert threshold([kept], 10_000, 10_000_000) == threshold([values], 10_000, 10_000_000) == 9899


def test_a_rate_is_supported_by_three_over_rate_devices() -> None:
    assert [supported(TARGETS_PPB[0], n) for n in (29_999, 30_000)] == [False, True]
    assert supported(TARGETS_PPB[2], 3_000_000)
    assert [operating(n) for n in (10**6, 30_000, 29_999, 10)] == [
        TARGETS_PPB[0], TARGETS_PPB[0], WIDER_PPB[0], WIDER_PPB[-1]]


def test_the_cost_of_work_is_measured() -> None:
    made, cost = measured(lambda: sum(bytearray(32 << 20)))
    assert made == 0
    assert cost.wall_ms > 0
    assert cost.peak_kb is None or cost.peak_kb > 32 << 10
