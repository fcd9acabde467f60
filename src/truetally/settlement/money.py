"""Exact money: whole nano-units (1e-9) of a currency, rounded to fen by a rule that has a name.

A price may be finer than a fen (1.5 yuan a thousand plays is 1,500,000 nano-yuan a play), so
amounts stay in nano-units until the contract says that they are rounded. Nothing here is a float.
"""

import re
from typing import Literal

Rounding = Literal["half-up", "half-even"]

NANO_PER_UNIT = 10**9  # nano-units of 1 yuan
NANO_PER_FEN = 10**7
FEN_PER_UNIT = 100
_MONEY = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,9}))?")


def parse_nano(text: str, *, decimals: int) -> int | None:
    """Read money written as digits with at most `decimals` places, such as "1.5", in nano-units.

    Returns None for anything else: signs, exponents, separators, other digits, more places.
    """
    match = _MONEY.fullmatch(text)
    if match is None or len(match[2] or "") > decimals:
        return None
    return int(match[1]) * NANO_PER_UNIT + int((match[2] or "").ljust(9, "0"))


def divide(number: int, by: int, rounding: Rounding) -> int:
    """Divide by a positive number and round to the nearest whole; `rounding` settles a tie.

    half-up goes away from zero, as invoices do; half-even goes to the even neighbour.
    """
    whole, rest = divmod(abs(number), by)
    if 2 * rest > by or (2 * rest == by and (rounding == "half-up" or whole % 2)):
        whole += 1
    return whole if number >= 0 else -whole


def to_fen(nano: int, rounding: Rounding) -> int:
    """Round an amount in nano-units to whole fen."""
    return divide(nano, NANO_PER_FEN, rounding)


def yuan(fen: int) -> str:
    """Write fen as a decimal text with two places: "485315.78"."""
    whole, rest = divmod(abs(fen), FEN_PER_UNIT)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def exact(nano: int) -> str:
    """Write nano-units as a decimal text with at least two places and no idle zeros after them."""
    whole, rest = divmod(abs(nano), NANO_PER_UNIT)
    places = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{'-' if nano < 0 else ''}{whole}.{places}"
