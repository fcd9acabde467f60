"""MIDAS-like: bursts of an edge, of its source or of its target, against their own past.

Bhatia, Hooi, Yoon, Shin, Faloutsos: MIDAS, Microcluster-Based Detector of Anomalies in Edge
Streams, AAAI 2020, section 4. Edges go from a network (/24, or IPv6 /64) to an item; a tick is an
hour. Counts are exact where the paper's are sketched, and there is no decay: at this size nothing
needs to be forgotten.
"""

from typing import Any

import numpy as np

from truetally.bench.log import F64, I64, Flags, Log, nth, pair
from truetally.bench.rival import Rival

NETWORK = r"^((?:[0-9]+\.){2}[0-9]+)\.[0-9]+$|^((?:[0-9a-f]+:){3}[0-9a-f]+):.*$"


def chi_squared(now: F64, total: F64, tick: F64) -> F64:
    """Give the paper's statistic of a key seen `now` times in this tick, `total` in ticks 1..t.

    ``(a - s / t)**2 * t**2 / (s * (t - 1))``; 0 in the first tick, which has no past.
    """
    past = np.maximum(tick - 1, 1)
    statistic: F64 = (now - total / tick) ** 2 * tick**2 / (total * past)
    return np.where(tick > 1, statistic, 0.0)


def burst(key: I64, tick: I64) -> F64:
    """Score each event, in order of time, by its key's count so far in this tick and in all."""
    now, total = nth(pair(key, tick)), nth(key)
    value: F64 = chi_squared(now.astype(float), total.astype(float), tick.astype(float))
    bursting: F64 = np.where(now * tick > total, value, 0.0)  # a lull is no burst
    return bursting


def score(log: Log, _: Any, __: Flags | None) -> F64:
    """Take the largest of edge, source and target, as MIDAS-R does."""
    source = log.shortened("ip", NETWORK, r"\1\2")
    tick = log.hour - log.hour.min() + 1
    keys = (pair(source, log.item), source, log.item)
    return np.asarray(np.max(np.stack([burst(key, tick) for key in keys]), axis=0))


RIVAL = Rival(name="midas", title="MIDAS-like",
              citation="Bhatia et al., AAAI 2020: chi-squared of edge, source and target bursts",
              score=score)
