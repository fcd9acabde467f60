"""A limit on the plays of one address in one hour: what most sites have."""

from typing import Any

from truetally.bench.log import F64, Flags, Log, nth, pair
from truetally.bench.rival import Rival


def score(log: Log, _: Any, __: Flags | None) -> F64:
    """Number the events of each address in each local hour: the first few pass, the rest do not."""
    return nth(pair(log.codes("ip"), log.hour)).astype(float)


RIVAL = Rival(name="rate-limit", title="Per-IP rate limit",
              citation="plays of one address in one local hour; the first so many pass",
              score=score)
