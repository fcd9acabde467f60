"""Whether an event's reasons are the same under another policy, and where their bits then stand."""

from collections.abc import Mapping
from typing import Any

from truetally.criterion import Run
from truetally.decisions.plan import UNSIGNED_BIT
from truetally.decisions.policy import Policy


def needs_deciding(old: Policy, new: Policy, revisions: Mapping[str, int], old_lists: Any,
                   new_lists: Any) -> str:
    """Say why the new policy asks for deciding again; "" if judging the old reasons again will do.

    The reasons of an event depend on the criteria, their revisions, parameters and lists, on the
    minimum signals, and on which criteria come in a stage before a criterion that looks at
    neighbours. Consequences, order and what corroborates what only say what reasons come to.
    """
    had = {rule.criterion.code: rule for rule in old.rules}
    for rule in new.rules:
        code = rule.criterion.code
        if code not in had:
            return f"criterion {code} is new"
        if revisions.get(code) != rule.criterion.revision:
            return f"criterion {code} has another revision"
        if dict(had[code].values) != dict(rule.values):
            return f"criterion {code} has other parameters"
        if isinstance(rule.criterion.shape, Run) and _before(old, code) != _before(new, code):
            return f"other criteria come before {code}"
    if sorted(map(sorted, old.minimum_signals)) != sorted(map(sorted, new.minimum_signals)):
        return "the minimum signals differ"
    hashes = [{e["name"]: e["sha256"] for e in lists} for lists in (old_lists, new_lists)]
    return "" if hashes[0] == hashes[1] else "a list has other entries"


def _before(policy: Policy, code: str) -> set[str]:
    stage = next(r.stage for r in policy.rules if r.criterion.code == code)
    return {r.criterion.code for r in policy.rules if r.stage < stage}


def moved_bits(mask: int, old: Policy, new: Policy) -> int:
    """Put the reasons of a mask at their places under the new policy; drop what it has not."""
    place = {r.criterion.code: r.bit for r in new.rules}
    found = mask & (1 << UNSIGNED_BIT)
    for rule in old.rules:
        if mask >> rule.bit & 1 and rule.criterion.code in place:
            found |= 1 << place[rule.criterion.code]
    return found
