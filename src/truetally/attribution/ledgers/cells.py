"""From the cell of a ledger to a number, an amount in fen, or a moment."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from truetally.events.schema import DAY_MS, EARLIEST_MS, LATEST_MS

_LARGEST = 10 ** 15
_WHOLE = re.compile(r"\d{1,3}(?:[,，]\d{3})+|\d{1,15}", re.ASCII)
_UNITS = re.compile(r"(?:秒|毫秒|次|个|元|分|ms|s|yuan|fen|rmb|cny)$", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)
_DAY = r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?"
_MOMENT = re.compile(_DAY + r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?"
                     r" ?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def whole(text: str) -> int | None:
    """Return a whole number: "1,000", "60秒" or "60"; None if it is none."""
    bare = _UNITS.sub("", text.strip().lstrip("¥￥")).strip()
    bare = bare.removesuffix(".0").removesuffix(".00")
    if not _WHOLE.fullmatch(bare):
        return None
    return int(bare.replace(",", "").replace("，", ""))


def fen_of_yuan(text: str) -> int | None:
    """Return an amount in yuan as whole fen; None if it is none, or has parts of a fen."""
    bare = _UNITS.sub("", text.strip().lstrip("¥￥")).strip().replace(",", "").replace("，", "")
    if not _AMOUNT.fullmatch(bare):
        return None
    fen = Decimal(bare) * 100
    return int(fen) if fen == fen.to_integral_value() else None


def seconds_of_ms(text: str) -> int | None:
    """Return milliseconds as whole seconds, cut down; None if it is no whole number."""
    number = whole(text)
    return None if number is None else number // 1000


def moment_ms(text: str, zone_s: int, *, end: bool = False) -> int | None:
    """Return a moment as UTC milliseconds; None if it is none, or lies outside 2000 to 2099.

    Text without a zone is read `zone_s` seconds east of UTC. A day alone is its first moment, or
    with `end` the first moment of the day after. A number is Unix time in s or ms by its size.
    """
    bare = text.strip()
    found = _MOMENT.fullmatch(bare)
    if found:
        made = _civil_ms(found, zone_s)
        if made is not None and end and not found[4]:
            made += DAY_MS
    else:
        number = whole(bare)
        made = None if number is None else number if number >= EARLIEST_MS else number * 1000
    return made if made is not None and EARLIEST_MS <= made <= LATEST_MS else None


def _civil_ms(found: re.Match[str], zone_s: int) -> int | None:
    parts = [int(found[n] or 0) for n in range(1, 7)]
    try:
        moment = datetime(parts[0], parts[1], parts[2], tzinfo=UTC) + timedelta(
            hours=_below(parts[3], 25), minutes=_below(parts[4], 60), seconds=_below(parts[5], 60))
    except (ValueError, OverflowError):
        return None
    fraction = int((found[7] or "0").ljust(3, "0")[:3])
    east = _zone_s(found[8]) if found[8] else zone_s
    return (moment - _EPOCH) // timedelta(milliseconds=1) + fraction - east * 1000


def _below(number: int, limit: int) -> int:
    if number >= limit:
        raise ValueError
    return number


def _zone_s(text: str) -> int:
    if text == "Z":
        return 0
    digits = text[1:].replace(":", "")
    return (int(digits[:2]) * 3600 + int(digits[2:]) * 60) * (-1 if text[0] == "-" else 1)
