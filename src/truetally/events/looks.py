"""What values look like: an address, a user agent, a link, a time and its unit."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from truetally.events.addresses import canonical
from truetally.events.column_names import KIND_WORDS, TERMINAL_WORDS
from truetally.events.schema import EARLIEST_MS, LATEST_MS

_LOOKED_AT = 500
_MOST_PERMILLE = 900
_NUMBER = re.compile(r"[0-9]{1,19}(?:\.[0-9]+)?")
_USER_AGENT = re.compile(r"(?:Mozilla|Opera|Dalvik|okhttp|curl)/[0-9]", re.IGNORECASE)
_LINK = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_PLUGINS = re.compile(r"::|shockwave|pdf viewer|application/x-", re.IGNORECASE)
_ISO_ZONED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.,]{5,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})")
_FORMATS: Mapping[str, re.Pattern[str]] = {
    "iso8601": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"
                          r"(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"),
    "%Y/%m/%d %H:%M:%S": re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"),
    "%Y%m%d%H%M%S": re.compile(r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9][0-2][0-9](?:[0-5][0-9]){2}"),
    "%Y%m%d %H:%M:%S": re.compile(r"[0-9]{8} [0-9]{2}:[0-9]{2}:[0-9]{2}"),
    "%d/%b/%Y:%H:%M:%S %z": re.compile(r"[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} [+-][0-9]{4}"),
    "%Y年%m月%d日 %H:%M:%S": re.compile(r"[0-9]{4}年[0-9]{2}月[0-9]{2}日 [0-9:]{8}"),
}
_UNITS = (("s", 1), ("ms", 1_000), ("us", 1_000_000), ("ns", 1_000_000_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLook:
    """What is to be said of a time column: a unit, a format, whether a zone must be stated."""

    unit: str = ""
    format: str = ""
    needs_zone: bool = False
    unknown: bool = False


def time_look(values: Sequence[str], kind: str = "") -> TimeLook:
    """Tell how times are written. `kind` is the Arrow type of a typed column."""
    if kind.startswith(("timestamp", "date")):
        return TimeLook(needs_zone="tz=" not in kind)
    for name, pattern in _FORMATS.items():
        if _most(values, partial(_is_all, pattern)):
            return TimeLook(unit="iso8601", needs_zone=True) if name == "iso8601" else \
                TimeLook(unit="text", format=name, needs_zone="%z" not in name)
    unit = _epoch_unit(values)
    if unit:
        return TimeLook(unit=unit)
    if _most(values, lambda v: bool(_ISO_ZONED.fullmatch(v))):
        return TimeLook(unit="iso8601")
    return TimeLook(unknown=True)


def _epoch_unit(values: Sequence[str]) -> str:
    for unit, per_second in _UNITS:
        low, high = EARLIEST_MS // 1000 * per_second, LATEST_MS // 1000 * per_second
        if _most(values, partial(_is_between, low, high)):
            return unit
    return ""


def _is_all(pattern: re.Pattern[str], value: str) -> bool:
    return bool(pattern.fullmatch(value))


def _is_between(low: int, high: int, value: str) -> bool:
    return bool(_NUMBER.fullmatch(value)) and low <= int(value.partition(".")[0]) <= high


def _most(values: Sequence[str], test: Callable[[str], bool]) -> bool:
    shown = values[:_LOOKED_AT]
    return bool(shown) and sum(map(test, shown)) * 1000 >= _MOST_PERMILLE * len(shown)


def _is_time(values: Sequence[str]) -> bool:
    return not time_look(values).unknown


def _whole(values: Sequence[str]) -> bool:
    return _most(values, lambda v: bool(_NUMBER.fullmatch(v.removeprefix("-"))))


def _flag(values: Sequence[str]) -> bool:
    return _most(values, lambda v: v.lower() in ("true", "false", "0", "1", "yes", "no"))


_TESTS: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "time_ms": _is_time,
    "ip": lambda values: _most(values, lambda v: canonical(v) is not None),
    "user_agent": lambda values: _most(values, lambda v: bool(_USER_AGENT.match(v))),
    "plugins": lambda values: _most(values, lambda v: bool(_PLUGINS.search(v))),
    "kind": lambda values: _most(values, lambda v: v.strip().lower() in KIND_WORDS),
    "terminal": lambda values: _most(values, lambda v: v.strip().lower() in TERMINAL_WORDS),
    **dict.fromkeys(("watched_ms", "length_ms", "duration_ms", "visible_permille", "status",
                     "bytes_sent", "range_start", "range_end", "placement_w", "placement_h"),
                    _whole),
    **dict.fromkeys(("interacted", "automation", "prefetch", "paid"), _flag),
}
_DECISIVE = ("time_ms", "ip", "status", "bytes_sent", "watched_ms", "length_ms", "duration_ms",
             "visible_permille", "interacted", "automation", "prefetch", "paid", "kind")


def fits(target: str, values: Sequence[str]) -> bool | None:
    """Tell whether values look like a column: None if its values have no look, or there are none.

    False is only said where the look decides: an address that is none, a count that is no number.
    """
    test = _TESTS.get(target)
    if test is None or not values:
        return None
    if test(values):
        return True
    return False if target in _DECISIVE else None


def known_by_values(values: Sequence[str]) -> str:
    """Name the column that values alone give away, or ""."""
    if _TESTS["ip"](values) and not _whole(values):
        return "ip"
    for target in ("user_agent", "plugins"):
        if _TESTS[target](values):
            return target
    if _most(values, lambda v: bool(_LINK.match(v))):
        return "page_url"
    return "time_ms" if _is_time(values) else ""
