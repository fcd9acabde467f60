"""Small shares and ratios as a reader wants them, from whole numbers by whole numbers."""

_PERCENT = 10_000_000  # parts per billion in one percent


def share(ppb: int | None) -> str:
    """Write a share in parts per billion as a percentage with three digits that count.

    1_402_000 is ``0.140 %``; nothing is ``0 %``, unknown is a dash.
    """
    if ppb is None:
        return "–"
    if ppb in (0, 100 * _PERCENT):
        return f"{ppb // _PERCENT} %"
    places = _places(ppb)
    scaled = (ppb * 10**places * 2 + _PERCENT) // (2 * _PERCENT)
    whole, rest = divmod(scaled, 10**places)
    return f"{whole}.{rest:0{places}} %" if places else f"{whole} %"


def _places(ppb: int) -> int:
    """Choose decimals so that three digits count, at most seven."""
    return min(7, next(p for p in range(12) if ppb * 10**p >= 100 * _PERCENT)) if ppb else 0


def ratio(thousandths: int | None, unbounded: str) -> str:
    """Write a ratio in thousandths: whole from ten on, else two decimals; None is unbounded."""
    if thousandths is None:
        return unbounded
    if thousandths >= 10_000:
        return f"{thousandths // 1000:,}"
    return f"{thousandths // 1000}.{thousandths % 1000 // 10:02}"
