"""Which criteria go wrong together is counted in devices; what one earns, by itself and missed."""

import numpy as np
from tests.decisions.policies import HEAD, line, policy

from truetally.bench.alone import earned
from truetally.bench.pairs import corroborates, pairs, together
from truetally.decisions.policy import Policy

CAUSE = '\n[common_causes]\n"a kiosk" = ["plugin-list-match", "round-the-clock"]\n'
POLICY = policy(line("plugin-list-match"), line("interval-heaping"), line("round-the-clock"),
                line("short-play"))
PLUGINS, GAPS, CLOCK, SHORT = 1, 2, 4, 8


def counted(*rows: tuple[int, int], under: Policy = POLICY) -> tuple[int, int, int, int]:
    """Give honest rows of (mask, device); return devices by the first, second, both, and chance."""
    mask, device = np.array(rows, dtype=np.int64).T
    log = together(mask, np.ones(len(rows), dtype=bool), device, under)
    (pair,) = pairs([log], ["plugin-list-match", "interval-heaping"])
    return pair.second, pair.first, pair.both, pair.chance_milli


def test_a_device_counts_once_however_many_events_it_has() -> None:
    assert counted(*[(PLUGINS | GAPS, 1)] * 9, (0, 2)) == (1, 1, 1, 500)


def test_two_flags_on_different_events_of_a_device_do_not_meet() -> None:
    assert counted((PLUGINS, 1), (GAPS, 1), (0, 2), (0, 3)) == (1, 1, 0, 333)


def test_what_says_what_a_play_is_and_fakes_are_left_out() -> None:
    mask = np.array([PLUGINS | SHORT, PLUGINS | GAPS], dtype=np.int64)
    log = together(mask, np.array([True, False]), np.array([1, 2]), POLICY)
    assert log.by == {"plugin-list-match": 1, "technical": 1}
    assert log.devices == 1


def test_logs_add_up_and_bounds_are_exact() -> None:
    mask, device = np.array([PLUGINS, GAPS, 0], dtype=np.int64), np.array([1, 2, 3])
    log = together(mask, np.ones(3, dtype=bool), device, POLICY)
    (pair,) = pairs([log] * 100, ["technical", "timing"])
    assert (pair.first, pair.second, pair.both, pair.devices) == (100, 100, 0, 300)
    assert pair.chance_milli == 100 * 333
    assert 12_000_000 < pair.upper_ppb < 12_300_000  # 1 - 0.025 ** (1 / 300)


def test_a_policy_says_which_pairs_confirm_each_other() -> None:
    kiosk = policy(line("plugin-list-match"), line("interval-heaping"), line("round-the-clock"),
                   head=HEAD + CAUSE)
    assert corroborates(kiosk, "technical", "timing") == "yes"
    assert corroborates(kiosk, "plugin-list-match", "interval-heaping") == "yes"
    assert corroborates(kiosk, "plugin-list-match", "round-the-clock") == "no: a kiosk"
    assert corroborates(kiosk, "interval-heaping", "round-the-clock") == "no: families"


def test_what_a_criterion_earns_is_what_is_lost_without_it_and_found_with_it_alone() -> None:
    mask = np.array([PLUGINS | GAPS, PLUGINS | GAPS | CLOCK, PLUGINS, 0], dtype=np.int64)
    found = earned(mask, np.array([True, True, True, False]), POLICY)
    assert found["plugin-list-match"] == (3, 2, 2)
    assert found["interval-heaping"] == (3, 1, 2)
    assert found["round-the-clock"] == (3, 0, 1)
