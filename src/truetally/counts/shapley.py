"""Divide a difference among its causes so that no order of telling them matters.

Each cause gets the mean, over all orders in which the causes could be brought in, of what it
changes when its turn comes (L. S. Shapley, "A Value for n-Person Games", 1953). The parts add up to
the whole change exactly: they are fractions, not floats.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial

MOST_CAUSES = 12  # 2^12 counts of a small table; an auditor can still repeat it


def shapley(causes: Sequence[str], value: Callable[[frozenset[str]], Fraction | int],
            ) -> dict[str, Fraction]:
    """Divide value(all causes) - value(none) among the causes.

    `value` is asked once for every set of causes.

    Raises:
        ValueError: more than 12 causes, or one named twice.
    """
    k = len(causes)
    if k > MOST_CAUSES or len(set(causes)) != k:
        raise ValueError(f"at most {MOST_CAUSES} different causes")
    values = [Fraction(value(frozenset(c for i, c in enumerate(causes) if s >> i & 1)))
              for s in range(1 << k)]
    weights = [Fraction(factorial(n) * factorial(k - n - 1), factorial(k)) for n in range(k)]
    return {cause: sum((weights[s.bit_count()] * (values[s | 1 << i] - values[s])
                        for s in range(1 << k) if not s >> i & 1), Fraction(0))
            for i, cause in enumerate(causes)}


def rounded(parts: Sequence[Fraction]) -> list[int]:
    """Round parts, whose sum is whole, to whole numbers of the same sum, by largest remainders.

    Of equal remainders the earlier part is rounded up.

    Raises:
        ValueError: the sum is not whole.
    """
    whole = sum(parts, Fraction(0))
    if whole.denominator != 1:
        raise ValueError("the parts do not add up to a whole number")
    floors = [part.numerator // part.denominator for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i], i))
    for i in order[:int(whole) - sum(floors)]:
        floors[i] += 1
    return floors
