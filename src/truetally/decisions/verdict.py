"""The verdict is a pure function of the reason mask: a judge can repeat it by hand.

1. Criteria count in the policy's order. A criterion whose basis is a rule decides alone.
2. A signature or statistical criterion decides only if a second one flagged the same event, of a
   family that the policy names as independent of the first's, and the policy names no innocent
   cause that can set off both criteria.
3. The first criterion that decides gives the verdict and is the primary reason.
4. If none decides: undetermined when the policy's minimum signals are missing, else valid; a valid
   event that any criterion flagged is marked suspect.
"""

from dataclasses import dataclass

from truetally.criterion import Criterion
from truetally.decisions.plan import UNSIGNED_BIT
from truetally.decisions.policy import Policy, Rule

VERDICTS = ("valid", "not_counted", "givt", "sivt", "undetermined")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a reason mask comes to. `primary` is the deciding code, "" if none decides."""

    verdict: str
    primary: str
    suspect: bool


def verdict(mask: int, policy: Policy) -> Verdict:
    """Decide one reason mask under a policy."""
    hit = [rule for rule in policy.rules if mask >> rule.bit & 1]
    for rule in hit:
        if rule.consequence != "suspect" and (rule.certain or corroborated(rule, hit, policy)):
            return Verdict(verdict=rule.consequence, primary=rule.criterion.code, suspect=False)
    if mask >> UNSIGNED_BIT & 1:
        return Verdict(verdict="undetermined", primary="", suspect=False)
    return Verdict(verdict="valid", primary="", suspect=bool(hit))


def corroborated(rule: Rule, hit: list[Rule], policy: Policy) -> bool:
    """Tell whether another flagged criterion of an independent family supports this one.

    What merely falls outside the metric's definition (not_counted) is no evidence of anything.
    """
    return any(_witnesses(rule.criterion, other.criterion, policy) for other in hit
               if other is not rule and other.consequence != "not_counted")


def _witnesses(one: Criterion, other: Criterion, policy: Policy) -> bool:
    independent = frozenset((one.family, other.family)) in policy.independent
    return independent and not any({one.code, other.code} <= codes
                                   for codes in policy.common_causes.values())


def codes(mask: int, policy: Policy) -> tuple[str, ...]:
    """List the reason codes of a mask, in policy order."""
    return tuple(r.criterion.code for r in policy.rules if mask >> r.bit & 1)
