"""How figures are written: shares with their intervals, counts, money. Rounded away from praise."""

from truetally.bench.figures import Money
from truetally.bench.share import Share
from truetally.intervals import PPB, Bounds

NONE = "–"
_PERCENT = PPB // 1000  # a tenth of a percent
_MILLION = PPB // 1_000_000
FEN = 100


def percent(ppb: int) -> str:
    """Write a share in percent with one decimal, rounded down."""
    tenths = ppb // _PERCENT
    return f"{tenths // 10}.{tenths % 10}"


def ppm(ppb: int) -> str:
    """Write a share in parts per million, rounded up."""
    return f"{-(-ppb // _MILLION):,}"


def recall(share: Share) -> str:
    """Write what was found of the fakes in percent, with the interval that devices support."""
    if not share.n:
        return NONE
    bounds = share.of_events()
    return f"{percent(share.found * PPB // share.n)} % [{percent(bounds.lower)}, {_up(bounds)}]"


def short(share: Share) -> str:
    """Write what was found of the fakes in percent alone, for wide tables."""
    return percent(share.found * PPB // share.n) if share.n else NONE


def wrong(share: Share) -> str:
    """Write what was wrongly voided in parts per million of honest events, with the interval."""
    if not share.n:
        return NONE
    bounds = share.of_events()
    found = ppm(share.found * PPB // share.n)
    return f"{found} [{bounds.lower // _MILLION:,}, {ppm(bounds.upper)}]"


def devices(share: Share) -> str:
    """Write wrongly voided devices of all honest devices, with the exact upper bound in ppm."""
    if not share.devices:
        return NONE
    return f"{share.devices_found:,} of {share.devices:,} (≤ {ppm(share.of_devices().upper)} ppm)"


def of(part: int, whole: int) -> str:
    """Write so many of so many."""
    return f"{part:,} of {whole:,}" if whole else NONE


def yuan(fen: int) -> str:
    """Write fen as yuan."""
    return f"{fen // FEN:,}"


def overpaid(money: Money | None) -> str:
    """Write what fakes were paid, and in percent of what is due."""
    return NONE if money is None else _money(money.overpaid_fen, money.due_fen)


def withheld(money: Money | None) -> str:
    """Write what was kept back from the honest, and in percent of what is due."""
    return NONE if money is None else _money(money.withheld_fen, money.due_fen)


def tau(value: int | None) -> str:
    """Write Kendall's tau with four decimals."""
    if value is None:
        return NONE
    return f"{'-' if value < 0 else ''}{abs(value) // 10_000}.{abs(value) % 10_000:04d}"


def rate(ppb: int) -> str:
    """Write a target rate as 1e-4 and so on."""
    return f"1e-{len(str(PPB // ppb)) - 1}"


def _money(fen: int, due: int) -> str:
    share = -(-fen * 1000 // due) if due else 0
    return f"{yuan(fen)} ({share // 10}.{share % 10} %)"


def _up(bounds: Bounds) -> str:
    tenths = -(-bounds.upper // _PERCENT)
    return f"{tenths // 10}.{tenths % 10}"
