"""FLOCK-like: when plays start and how long they stay, against how all plays do.

Shah: FLOCK, Combating Astroturfing on Livestreaming Platforms, WWW 2017: a broadcast is the joint
histogram of its views' starts and stays; one that departs from the model of all broadcasts is
botted, and the views in its overfull cells are the bots. Here a broadcast is an item's local day, a
start the hour, a stay the watched share of the length in tenths.
"""

from typing import Any

import numpy as np

from truetally.bench.log import F64, HOURS, I64, Flags, Log, pair
from truetally.bench.rival import Rival

_STAYS = 12  # ten tenths, played to the end or beyond, unknown


def excess(broadcast: I64, cell: I64, cells: int) -> F64:
    """Give each view the standardised excess of its cell in its broadcast.

    ``(n - e) / sqrt(e)`` with `e` what the broadcast's size and the histogram of all views let
    expect; 0 where the cell is not overfull.
    """
    whole = np.bincount(cell, minlength=cells) / max(len(cell), 1)
    size = np.bincount(broadcast).astype(float)
    place = broadcast * cells + cell
    held, where, counts = np.unique(place, return_inverse=True, return_counts=True)
    expected = size[held // cells] * whole[held % cells]
    over: F64 = np.maximum((counts - expected) / np.sqrt(expected), 0.0)
    return over[where]


def score(log: Log, _: Any, __: Flags | None) -> F64:
    """Score views by the excess of their (start, stay) cell in their item's day."""
    watched = log.events["watched_ms"].fill_null(-1).to_numpy()
    length = log.events["length_ms"].fill_null(-1).to_numpy()
    known = (watched >= 0) & (length > 0)
    tenth = np.minimum(watched * 10 // np.maximum(length, 1), 10)
    stay = np.where(known, tenth, _STAYS - 1)
    return excess(pair(log.item, log.day), log.hour % HOURS * _STAYS + stay, HOURS * _STAYS)


RIVAL = Rival(name="flock", title="FLOCK-like",
              citation="Shah, WWW 2017: joint histogram of start and stay", score=score)
