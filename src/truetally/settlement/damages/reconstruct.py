"""Recover a count from a filter's ratio: (before - after) / (before - normal)."""

from dataclasses import dataclass

HALF_WIDTH_PERMILLE = 5  # "about 89 %": what rounds to it

@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The counts before filtering that a range of ratios allows, and at the stated ratio."""

    low: int
    stated: int
    high: int


def before_filter(after: int, normal: int, stated_permille: int, *,
                  half_width_permille: int = HALF_WIDTH_PERMILLE) -> Before:
    """Recover the count before a filter from what it left, a normal day and its ratio.

    "About 89 %" means 88.5 to 89.5: a half-width of 5 permille. With r the ratio,
    before = (after - r normal) / (1 - r). Rounded down below, up above, half up at the ratio.
    The ratio must stay below 1000 permille, and more must be left than on a normal day.
    """
    least, most = stated_permille - half_width_permille, stated_permille + half_width_permille

    def parts(permille: int) -> tuple[int, int]:
        return after * 1000 - permille * normal, 1000 - permille

    low, by = parts(least)
    high, over = parts(most)
    middle, under = parts(stated_permille)
    return Before(low=low // by, stated=(2 * middle + under) // (2 * under), high=-(-high // over))
