"""What the past of other titles says of one: a Gamma for its share of plays in a set of cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Siblings:
    """Plays of several titles by half of the devices and cell, and the sums of the squares of each
    device's plays: both arrays have the shape (titles, 2, cells)."""

    plays: I64
    squares: I64


def said(sizes: F64, inside: F64, apart: float) -> tuple[float, float]:
    """Give shape and rate of the Gamma that a further title's share inside is drawn from.

    `sizes` and `inside` are independent plays by title: all, and those in the set. Three doubts add
    up, as relative variances:

    - the chance of the siblings' own count x, 1 / (x + 1): an exact upper limit of a Poisson count
      is a quantile of Gamma(x + 1) (Garwood, Biometrika 1936);
    - how far titles differ, by moments (DerSimonian and Laird, Controlled Clinical Trials 1986),
      and at least `apart` (relative, declared);
    - the latter once more for the mean of so few titles, times the sum of their squared weights.

    Without siblings it is (1, 0), which makes of a title's own count that exact limit.
    """
    whole = float(sizes.sum())
    if not whole:
        return 1.0, 0.0
    counted = float(inside.sum()) + 1
    expected = sizes * counted / whole
    beyond = float(((inside - expected) ** 2).sum()) - float(expected.sum())
    between = max(beyond / float((expected**2).sum()), apart**2)
    shape = 1 / (1 / counted + between * (1 + float((sizes**2).sum()) / whole**2))
    return shape, shape * whole / counted
