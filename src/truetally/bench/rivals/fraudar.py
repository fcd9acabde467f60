"""FRAUDAR-like: the densest block of devices and items, however well it is camouflaged.

Hooi, Song, Beutel, Shah, Shin, Faloutsos: FRAUDAR, Bounding Graph Fraud in the Face of Camouflage,
KDD 2016: edges to popular items weigh less, ``1 / log(degree + 5)``; whatever contributes least is
peeled off, and the rest that was densest on average is the block.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

from truetally.bench.log import F64, I64, Flags, Log, pair
from truetally.bench.rival import Rival

_CAMOUFLAGE = 5


def peel(left: I64, right: I64, times: I64) -> tuple[I64, int]:
    """Peel a bipartite graph of edges seen `times`. Right nodes are numbered after the left ones.

    Returns the place at which each node was peeled off (0 is first), and the number of nodes that
    were gone when the rest was densest: the block is the nodes with a place from that on.
    """
    first = int(left.max()) + 1
    count = first + int(right.max()) + 1
    degree = np.bincount(right, times, count - first)
    weight = times / np.log(degree[right] + _CAMOUFLAGE)
    near, edges, starts = _neighbours(left, right + first, weight, count)
    load = np.bincount(left, weight, count) + np.bincount(right + first, weight, count)
    return _order(near, edges, starts, load.tolist(), float(weight.sum()))


def _neighbours(left: I64, right: I64, weight: F64, count: int) -> tuple[Any, Any, Any]:
    ends = np.concatenate([left, right])
    order = np.argsort(ends, kind="stable")
    starts = np.searchsorted(ends[order], np.arange(count + 1))
    others = np.concatenate([right, left])[order]
    return others.tolist(), np.concatenate([weight, weight])[order].tolist(), starts.tolist()


def _order(near: Sequence[int], edges: Sequence[float], starts: Sequence[int],
           load: list[float], whole: float) -> tuple[I64, int]:
    heap = [(value, node) for node, value in enumerate(load)]
    heapify(heap)
    place = np.full(len(load), -1, dtype=np.int64)
    best, gone, removed = whole / len(load), 0, 0
    while heap:
        value, node = heappop(heap)
        if place[node] >= 0 or value != load[node]:
            continue
        place[node] = removed
        removed += 1
        whole -= value
        for at in range(starts[node], starts[node + 1]):
            other = near[at]
            if place[other] < 0:
                load[other] -= edges[at]
                heappush(heap, (load[other], other))
        if removed < len(load) and whole / (len(load) - removed) > best:
            best, gone = whole / (len(load) - removed), removed
    return place, gone


def score(log: Log, _: Any, __: Flags | None) -> F64:
    """Score an event by when the first end of its edge was peeled off; block edges come last."""
    edge = pair(log.device, log.item)
    _, one, times = np.unique(edge, return_index=True, return_counts=True)
    left = np.unique(log.device[one], return_inverse=True)[1]
    right = np.unique(log.item[one], return_inverse=True)[1]
    place, _gone = peel(left, right, times)
    held = np.minimum(place[left], place[right + int(left.max()) + 1])
    return held[edge].astype(float)


RIVAL = Rival(name="fraudar", title="FRAUDAR-like",
              citation="Hooi et al., KDD 2016: greedy densest block of devices and items",
              score=score)
