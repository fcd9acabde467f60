"""A share with its clusters: how much of what, and how many devices stand behind it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from truetally.bench.log import I64, Flags
from truetally.intervals import Bounds, clopper_pearson, cluster_bootstrap

_SEED = 1934
_RESAMPLES = 1000
_FEW = 30  # fewer clusters than this, and a bootstrap says less than it promises


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`found` of `n` events; `clusters` counts devices by (their events found, their events)."""

    found: int
    n: int
    clusters: Counter[tuple[int, int]]

    @property
    def devices(self) -> int:
        """Devices with at least one event: the number of independent observations."""
        return self.clusters.total()

    @property
    def devices_found(self) -> int:
        """Devices with at least one event found."""
        return sum(times for (part, _), times in self.clusters.items() if part)

    def of_events(self) -> Bounds:
        """Bound the share of events in parts per billion, 95 %, drawing whole devices.

        Where all or none is found, or there are too few devices to draw from, devices are counted
        instead, exactly: those found to the last event for the lower bound, those with any event
        found for the upper.
        """
        if self.found in {0, self.n} or self.devices < _FEW:
            every = sum(times for (part, whole), times in self.clusters.items() if part == whole)
            return Bounds(lower=clopper_pearson(every, self.devices).lower,
                          upper=self.of_devices().upper)
        return _drawn(tuple(sorted(self.clusters.items())))

    def of_devices(self) -> Bounds:
        """Bound the share of devices with an event found, in parts per billion, 95 %, exactly."""
        return clopper_pearson(self.devices_found, self.devices)

    def as_json(self) -> dict[str, Any]:
        """Give whole numbers and both intervals."""
        events, devices = self.of_events(), self.of_devices()
        return {"found": self.found, "n": self.n, "devices_found": self.devices_found,
                "devices": self.devices, "lower_ppb": events.lower, "upper_ppb": events.upper,
                "devices_lower_ppb": devices.lower, "devices_upper_ppb": devices.upper}


@cache
def _drawn(clusters: tuple[tuple[tuple[int, int], int], ...]) -> Bounds:
    kinds = np.array([kind for kind, _ in clusters], dtype=np.int64)
    counts = np.array([times for _, times in clusters], dtype=np.int64)
    return cluster_bootstrap(kinds[:, 0], kinds[:, 1], counts, seed=_SEED, resamples=_RESAMPLES)


def share(hit: Flags, base: Flags, device: I64) -> Share:
    """Count `hit` among the rows of `base`, by device (dense numbers)."""
    whole = np.bincount(device[base])
    part = np.bincount(device[base & hit], minlength=len(whole))
    held = whole > 0
    most = int(whole.max(initial=0)) + 1
    keys, times = np.unique(part[held] * most + whole[held], return_counts=True)
    clusters = Counter({(int(key) // most, int(key) % most): int(count)
                        for key, count in zip(keys, times, strict=True)})
    return Share(found=int(part.sum()), n=int(whole.sum()), clusters=clusters)


def together(shares: Iterable[Share]) -> Share:
    """Add up shares of independent logs: no device is in two of them."""
    listed = list(shares)
    clusters: Counter[tuple[int, int]] = Counter()
    for one in listed:
        clusters.update(one.clusters)
    return Share(found=sum(s.found for s in listed), n=sum(s.n for s in listed),
                 clusters=clusters)
