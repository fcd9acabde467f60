"""The patterns by which software that says it is not a person is known."""

from collections.abc import Sequence
from functools import cache

from truetally.signatures.lists import FrozenList, ListRef, freeze

ROBOTS = ListRef(name="robots", kind="patterns",
                 items=("builtin:robots", "package:crawler-user-agents"))
AT_ONCE = 50  # more alternatives at once cost RE2 its deterministic automaton, and much time


@cache
def robot_patterns() -> FrozenList:
    """Return our general rules and the patterns of crawler-user-agents, as RE2, any case.

    A user agent is a declared robot if any entry matches somewhere in it without regard to case
    (COUNTER Code of Practice R5.1; MRC invalid-traffic standards, GIVT: bots and spiders).
    """
    return freeze(ROBOTS)


def alternations(patterns: Sequence[str], at_once: int = AT_ONCE) -> tuple[str, ...]:
    """Join patterns into few: a text matches one of the results if it matches one of `patterns`."""
    groups = [patterns[start:start + at_once] for start in range(0, len(patterns), at_once)]
    return tuple("|".join(f"(?:{pattern})" for pattern in group) for group in groups)
