"""Thresholds for rivals that only score, and how small a false-positive rate n supports.

A threshold is the lowest one at which no more than the target share of honest events lies above. It
is set on the honest events that are then scored, which flatters the rival; ours has none to set.
"""

from collections.abc import Sequence

import numpy as np

from truetally.bench.log import F64
from truetally.intervals import PPB

TARGETS_PPB = (100_000, 10_000, 1_000)  # event false-positive rates of 1e-4, 1e-5, 1e-6
WIDER_PPB = (1_000_000, 10_000_000, 100_000_000)  # only where not even 1e-4 is supported
RULE_OF_THREE = 3  # 0 in n independent devices bounds a rate by 3 / n


def supported(target_ppb: int, devices: int) -> bool:
    """Tell whether so many independent honest devices can support a claim of this rate."""
    return devices * target_ppb >= RULE_OF_THREE * PPB


def operating(devices: int) -> int:
    """Choose the rate at which rivals are compared: 1e-4, or the smallest that is supported."""
    return next((t for t in (TARGETS_PPB[0], *WIDER_PPB) if supported(t, devices)), WIDER_PPB[-1])


def most_above(target_ppb: int, honest: int) -> int:
    """Say how many of so many honest events may lie above the threshold."""
    return honest * target_ppb // PPB


def threshold(highest: Sequence[F64], honest: int, target_ppb: int) -> float:
    """Find the threshold from the highest honest scores of every log: void what is above it."""
    ordered = np.sort(np.concatenate([np.asarray(scores) for scores in highest]))[::-1]
    place = most_above(target_ppb, honest)
    return float(ordered[place]) if place < len(ordered) else float("-inf")


def highest(scores: F64, keep: int) -> F64:
    """Keep the highest scores of a log, in no order."""
    if len(scores) <= keep:
        return scores
    return np.asarray(np.partition(scores, len(scores) - keep)[len(scores) - keep:])
