"""Access-log lines of the expected shape, cut by array operations.

Combined log format (Apache httpd 2.4, mod_log_config; nginx log_format "combined"), optionally
with the quoted X-Forwarded-For that nginx's sample "main" format adds; common log format:

    host ident user [dd/Mon/yyyy:HH:MM:SS +zzzz] "METHOD target HTTP/n.n" status bytes "ref" "ua"

A line is taken only if every fixed place holds what it must; `access_line` has the last word on
all others. Offsets are called after the byte they point at.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truetally.events import clock
from truetally.events.block import OK, Block, Bytes, Ints
from truetally.events.texts import Flags, cut, dash, window

QUOTES = (6, 8, 2)  # combined; with X-Forwarded-For; common
_HEAD = 34  # the least before the first quote: a host, " - ", a user, the time in brackets
_TIME = 26  # dd/Mon/yyyy:HH:MM:SS +zzzz
_DIGITS_AT = (0, 1, 7, 8, 9, 10, 12, 13, 15, 16, 18, 19, 22, 23, 24, 25)
_SIGNS_AT = ((2, "/"), (6, "/"), (11, ":"), (14, ":"), (17, ":"), (20, " "))
_MONTH_CODES = np.array([int.from_bytes(m.encode(), "big") for m in clock.MONTHS])
_MONTH_ORDER = np.argsort(_MONTH_CODES)
_COUNT_DIGITS = 15


@dataclass(frozen=True, slots=True)
class _Spans:
    """Where the fields of the lines still in the running lie; `kept` are their line numbers."""

    kept: Ints
    line: Ints
    end: Ints
    quotes: npt.NDArray[np.int64]  # shape (number of quotes, lines)

    def only(self, good: Flags) -> "_Spans":
        return _Spans(self.kept[good], self.line[good], self.end[good], self.quotes[:, good])


def read(block: Block) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the numbers of the lines that were read, and their fields as columns.

    `time_ms`, `status` and `bytes_sent` are int64, the rest strings; null is unknown.
    """
    spans = _shape(block)
    data = block.data
    spans, time_ms = _times(data, spans)
    spans, time_ms, host, user = _head(data, spans, time_ms)
    spans, time_ms, host, user, method, target = _request(data, spans, time_ms, host, user)
    after = spans.quotes[1]
    status, good = _status(data, after)
    has_more = len(spans.quotes) > 2
    stop = spans.quotes[2] - 1 if has_more else spans.end
    count, unknown, fits = _count(data, after + 6, stop)
    good &= fits & ((data[stop] == 32) | (not has_more))
    for one, two in zip(spans.quotes[3:-1:2], spans.quotes[4::2], strict=True):
        good &= (two == one + 2) & (data[one + 1] == 32)
    good &= (spans.quotes[-1] + 1 == spans.end) | (not has_more)
    if not good.all():
        spans, time_ms, status = spans.only(good), time_ms[good], status[good]
        count, unknown, host = count[good], unknown[good], host[good]
        user, method, target = user[good], method[good], (target[0][good], target[1][good])
    columns = _texts(data, spans, host, user, method, target)
    columns |= {"time_ms": pa.array(time_ms), "status": pa.array(status),
                "bytes_sent": pa.array(count, mask=unknown)}
    return spans.kept, columns


def _shape(block: Block) -> _Spans:
    """Keep the sound lines with the block's commonest number of quotes and no backslash."""
    quotes = np.flatnonzero(block.data == 34)
    first = np.searchsorted(quotes, block.starts)
    number = np.searchsorted(quotes, block.ends) - first
    count = max(QUOTES, key=lambda n: int((number == n).sum()))
    good = (number == count) & (block.fault == OK)
    slashes = np.flatnonzero(block.data == 92)
    good[np.searchsorted(block.ends, slashes)] = False
    kept = np.flatnonzero(good)
    places = quotes[first[kept] + np.arange(count)[:, None]] if len(kept) else \
        np.empty((count, 0), dtype=np.int64)
    spans = _Spans(kept, block.starts[kept], block.ends[kept], places)
    return spans.only(spans.quotes[0] - spans.line >= _HEAD)


def _times(data: Bytes, spans: _Spans) -> tuple[_Spans, Ints]:
    quote = spans.quotes[0]
    good = (data[quote - 1] == 32) & (data[quote - 2] == 93) & (data[quote - 29] == 91)
    good &= data[quote - 30] == 32
    text = window(data, quote - 28, _TIME)
    for place, sign in _SIGNS_AT:
        good &= text[place] == ord(sign)
    good &= (text[21] == 43) | (text[21] == 45)
    digit = {place: text[place] - np.uint8(48) for place in _DIGITS_AT}
    for values in digit.values():
        good &= values <= 9
    pair = {place: digit[place].astype(np.int64) * 10 + digit[place + 1]
            for place in (0, 7, 9, 12, 15, 18, 22, 24)}
    name = (text[3].astype(np.int64) << 16) | (text[4].astype(np.int64) << 8) | text[5]
    at = np.searchsorted(_MONTH_CODES, name, sorter=_MONTH_ORDER) % 12
    month = _MONTH_ORDER[at] + 1
    year = pair[7] * 100 + pair[9]
    good &= (_MONTH_CODES[month - 1] == name) & clock.is_civil(year, month, pair[0])
    good &= clock.is_time_of_day(pair[12], pair[15], pair[18]) & (pair[24] <= 59)
    offset = (pair[22] * 3600 + pair[24] * 60) * np.where(text[21] == 45, -1, 1)
    time_ms = clock.epoch_ms((year, month, pair[0]), (pair[12], pair[15], pair[18]), 0, offset)
    return (spans, time_ms) if good.all() else (spans.only(good), time_ms[good])


def _head(data: Bytes, spans: _Spans, time_ms: Ints) -> tuple[_Spans, Ints, Ints, Ints]:
    """Find the end of the host and the start of the user, which follow ident "-"."""
    host = _space(data, spans.line, 16)
    far = np.flatnonzero(host < 0)
    host[far] = _space(data, spans.line[far], 48)
    good = (host > spans.line) & (host + 3 < spans.quotes[0] - 30)
    good &= (data[host + 1] == 45) & (data[host + 2] == 32)
    if good.all():
        return spans, time_ms, host, host + 3
    return spans.only(good), time_ms[good], host[good], host[good] + 3


def _space(data: Bytes, starts: Ints, width: int) -> Ints:
    """Return where the first space within `width` bytes of each start is, or -1."""
    is_space = window(data, starts, width) == 32
    found = np.where(is_space.any(axis=0), starts + is_space.argmax(axis=0), -1)
    places: Ints = found.astype(np.int64)
    return places


def _request(data: Bytes, spans: _Spans, time_ms: Ints, host: Ints, user: Ints,
             ) -> tuple[_Spans, Ints, Ints, Ints, Ints, tuple[Ints, Ints]]:
    """Cut the request into method, target and version; the target begins with a slash."""
    start, end = spans.quotes[0] + 1, spans.quotes[1]
    method = _space(data, start, 16)
    short = data[end - 7] == 32
    target = (method + 1, np.where(short, end - 7, end - 9))
    good = (method > start) & (target[1] > target[0]) & (data[method + 1] == 47)
    for place, sign in enumerate(b" HTTP/"):
        good &= data[target[1] + place] == sign
    good &= (data[end - 1] - np.uint8(48)) <= 9
    good &= short | ((data[end - 2] == 46) & ((data[end - 3] - np.uint8(48)) <= 9))
    if good.all():
        return spans, time_ms, host, user, method, target
    return (spans.only(good), time_ms[good], host[good], user[good], method[good],
            (target[0][good], target[1][good]))


def _status(data: Bytes, after: Ints) -> tuple[Ints, Flags]:
    text = window(data, after, 6)
    digits = text[2:5] - np.uint8(48)
    good = (text[1] == 32) & (text[5] == 32) & (digits <= 9).all(axis=0)
    status = digits[0].astype(np.int64) * 100 + digits[1] * np.int64(10) + digits[2]
    return status, good


def _count(data: Bytes, start: Ints, stop: Ints) -> tuple[Ints, Flags, Flags]:
    """Read the byte count: its value, where it is "-", and where it is a count at all."""
    length = stop - start
    unknown = (length == 1) & (data[start] == 45)
    good = (length >= 1) & (length <= _COUNT_DIGITS)
    value = np.zeros(len(start), dtype=np.int64)
    text = window(data, start, _COUNT_DIGITS) - np.uint8(48)
    for place in range(int(length[good].max(initial=0))):
        inside = place < length
        value = np.where(inside, value * 10 + text[place], value)
        good &= ~inside | (text[place] <= 9) | unknown
    return value, unknown, good


def _texts(data: Bytes, spans: _Spans, host: Ints, user: Ints, method: Ints,
           target: tuple[Ints, Ints]) -> dict[str, pa.Array]:
    quotes = spans.quotes
    marks = np.flatnonzero((data == 63) | (data == 35))  # "?" and "#" end the path
    nearest = np.append(marks, len(data))[np.searchsorted(marks, target[0])]
    columns = {
        "ip": cut(data, spans.line, host),
        "account_id": _known(data, user, quotes[0] - 30),
        "method": cut(data, quotes[0] + 1, method),
        "page_url": cut(data, *target),
        "item_id": cut(data, target[0], np.minimum(nearest, target[1])),
    }
    for name, place in (("referrer", 2), ("user_agent", 4), ("x_forwarded_for", 6)):
        if len(quotes) > place:
            columns[name] = _known(data, quotes[place] + 1, quotes[place + 1])
    return columns


def _known(data: Bytes, starts: Ints, ends: Ints) -> pa.Array:
    return cut(data, starts, ends, unknown=dash(data, starts, ends))
