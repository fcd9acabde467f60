"""The rows of one flow in one block, before they become text.

`visit` has one value a visit, `event` one value an event; ``event["visit"]`` joins them. Numbers
are codes into the world's tables; -1 is unknown (0 for the hashed identities).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]
VISIT = ("device", "cookie", "account", "session", "ip", "ua", "plugins", "terminal", "region",
         "screen", "language", "truth", "flow", "order")
EVENT = ("visit", "time_ms", "item", "part", "watched", "length", "visible", "interacted",
         "status", "bytes", "referrer", "page", "value", "paid", "prefetch", "placement", "kept")
PC = 0
APPS_FROM = 2  # android, ios, tv: terminals without pages, referrers and plugins
TV = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Columns by name, all of `VISIT` and all of `EVENT`."""

    visit: Mapping[str, Ints]
    event: Mapping[str, Ints]

    def __len__(self) -> int:
        """Count the events."""
        return len(self.event["visit"])


def together(parts: Sequence[Rows]) -> Rows:
    """Put the rows of several flows one after another."""
    shift = np.cumsum([0] + [len(p.visit["flow"]) for p in parts])
    event = {name: np.concatenate([p.event[name] for p in parts]) for name in EVENT}
    event["visit"] = np.concatenate(
        [p.event["visit"] + s for p, s in zip(parts, shift, strict=False)])
    return Rows(visit={name: np.concatenate([p.visit[name] for p in parts]) for name in VISIT},
                event=event)


def in_flow(rows: Rows, number: int) -> Rows:
    """Say which crowd or campaign the rows belong to."""
    flow = np.full(len(rows.visit["flow"]), number)
    return Rows(visit={**rows.visit, "flow": flow}, event=rows.event)
