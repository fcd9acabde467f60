"""Podcast downloads under each window type, so that whichever a publisher disclosed can be checked.

IAB Podcast Technical Measurement v2.3: requests of one listener for one episode within the window
are one download; the window type is disclosed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DAY_MS = 86_400_000
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloads:
    """Downloads of the same requests under three window types."""

    calendar: int
    first_touch: int
    last_touch: int


def downloads(group: Whole, time_ms: Whole, day: Whole, window_ms: int = DAY_MS) -> Downloads:
    """Count downloads of requests ordered by (group, time); a group is a listener and an episode.

    calendar: one a local day. last_touch: a request within `window_ms` of the one before is the
    same download. first_touch: a request within `window_ms` of the download's first is the same.
    """
    if not len(group):
        return Downloads(calendar=0, first_touch=0, last_touch=0)
    begins = np.concatenate(([True], group[1:] != group[:-1]))
    new_day = np.concatenate(([True], day[1:] != day[:-1]))
    gap = np.concatenate(([window_ms], np.diff(time_ms)))
    return Downloads(calendar=int(np.sum(begins | new_day)),
                     first_touch=_first_touch(begins, time_ms, window_ms),
                     last_touch=int(np.sum(begins | (gap >= window_ms))))


def _first_touch(begins: npt.NDArray[np.bool_], time_ms: Whole, window_ms: int) -> int:
    """Step all groups from window to window at once: as many steps as the busiest has windows.
    Times are shifted so that every group has its own stretch of one ascending axis; the first
    request outside a window is then found by one search.
    """
    starts = np.flatnonzero(begins)
    group = np.cumsum(begins) - 1
    span = int(time_ms.max() - time_ms.min()) + window_ms + 1
    axis = time_ms - time_ms.min() + group * span
    ends = np.append(starts[1:], len(time_ms))
    total, at, until = 0, starts, ends
    while len(at):
        total += len(at)
        following = np.searchsorted(axis, axis[at] + window_ms, side="left")
        inside = following < until
        at, until = following[inside], until[inside]
    return total
