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

from truetally.events import swar
from truetally.events.access_time import AROUND, read_times
from truetally.events.block import OK, Block, Bytes, Ints
from truetally.events.swar import WORD, Flags
from truetally.events.texts import cut, dash

QUOTES = (6, 8, 2)  # combined; with X-Forwarded-For; common
_HEAD = 34  # the least before the first quote: a host, " - ", a user, the time in brackets
_HOST = 48  # the longest address as text has 45 bytes
_METHOD = 16
_VERSIONS = tuple(swar.word(text) for text in (b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0"))
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

    `time_ms`, `status` and `bytes_sent` are int64, the rest strings; null is unknown. There is no
    item: it follows from `page_url`.
    """
    spans = _shape(block)
    data = block.data
    time_ms, good = read_times(data, spans.quotes[0])
    host, sound = _host(data, spans)
    good &= sound
    method, target, sound = _request(data, spans)
    good &= sound
    status, sound = _status(data, spans.quotes[1])
    good &= sound
    count, unknown, sound = _count(data, spans)
    good &= sound
    for one, two in zip(spans.quotes[3:-1:2], spans.quotes[4::2], strict=True):
        good &= (two == one + 2) & (data[one + 1] == 32)
    if len(spans.quotes) > 2:
        good &= spans.quotes[-1] + 1 == spans.end
    if not good.all():
        spans, host, time_ms, status = spans.only(good), host[good], time_ms[good], status[good]
        method, target, count, unknown = method[good], target[good], count[good], unknown[good]
    columns = {"time_ms": pa.array(time_ms), "status": pa.array(status),
               "bytes_sent": pa.array(count, mask=unknown)}
    return spans.kept, columns | _texts(data, spans, host, method, target)


def _shape(block: Block) -> _Spans:
    """Keep the sound lines with the block's commonest number of quotes and no backslash."""
    if not len(block.starts):
        none = np.empty(0, dtype=np.int64)
        return _Spans(none, none, none, np.empty((2, 0), dtype=np.int64))
    low, high = int(block.starts[0]), int(block.ends[-1])
    quotes = np.flatnonzero(block.data[low:high] == 34) + low
    count, whole = divmod(len(quotes), len(block.starts))
    places = quotes.reshape(-1, count).T if count in QUOTES and not whole else None
    slashes = np.flatnonzero(block.data[low:high] == 92) + low
    if (places is not None and not len(slashes) and not block.fault.any()
            and (places[0] >= block.starts).all() and (places[-1] < block.ends).all()):
        spans = _Spans(np.arange(len(block.starts)), block.starts, block.ends,
                       np.ascontiguousarray(places))
    else:
        spans = _commonest(block, quotes, slashes)
    room = spans.quotes[0] - spans.line >= _HEAD
    return spans if room.all() else spans.only(room)


def _commonest(block: Block, quotes: Ints, slashes: Ints) -> _Spans:
    first = np.searchsorted(quotes, block.starts)
    number = np.searchsorted(quotes, block.ends) - first
    count = max(QUOTES, key=lambda n: int((number == n).sum()))
    good = (number == count) & (block.fault == OK)
    good[np.searchsorted(block.ends, slashes)] = False
    kept = np.flatnonzero(good)
    places = quotes[first[kept] + np.arange(count)[:, None]] if len(kept) else \
        np.empty((count, 0), dtype=np.int64)
    return _Spans(kept, block.starts[kept], block.ends[kept], places)


def _host(data: Bytes, spans: _Spans) -> tuple[Ints, Flags]:
    """Find the end of the host, which ident "-" follows, and then a user of a byte or more."""
    length = swar.first(data, spans.line, " ", 2 * WORD)
    far = np.flatnonzero(length == 2 * WORD)
    if len(far):
        length[far] = swar.first(data, spans.line[far], " ", _HOST)
    host = spans.line + length
    good = (length > 0) & (length < _HOST) & (host + 3 < spans.quotes[0] - AROUND)
    good &= (data[host + 1] == 45) & (data[host + 2] == 32)
    return host, good


def _request(data: Bytes, spans: _Spans) -> tuple[Ints, Ints, Flags]:
    """Find the ends of the method and of the target, which begins with a slash."""
    start, end = spans.quotes[0] + 1, spans.quotes[1]
    length = swar.first(data, start, " ", _METHOD)
    method = start + length
    version = swar.words(data, end - WORD)
    usual = (version == _VERSIONS[0]) | (version == _VERSIONS[1]) | (version == _VERSIONS[2])
    target = end - WORD - 1
    odd = np.flatnonzero(~usual)
    if len(odd):
        target[odd], usual[odd] = _version(data, end[odd])
    good = usual & (length > 0) & (length < _METHOD)
    good &= (target > method + 1) & (data[method + 1] == 47) & (data[target] == 32)
    return method, target, good


def _version(data: Bytes, end: Ints) -> tuple[Ints, Flags]:
    """Find the space before HTTP/n or HTTP/n.n at the end of a request."""
    short = data[end - 7] == 32
    space = np.where(short, end - 7, end - 9)
    good = (data[end - 1] - np.uint8(48)) <= 9
    good &= short | ((data[end - 2] == 46) & ((data[end - 3] - np.uint8(48)) <= 9))
    for place, sign in enumerate(b" HTTP/"):
        good &= data[space + place] == sign
    return space, good


def _status(data: Bytes, after: Ints) -> tuple[Ints, Flags]:
    """Read three digits between spaces after the request's closing quote."""
    good = (data[after + 1] == 32) & (data[after + 5] == 32)
    status, digits = swar.number(swar.words(data, after + 2), np.full(len(after), 3))
    return status, good & digits


def _count(data: Bytes, spans: _Spans) -> tuple[Ints, Flags, Flags]:
    """Read the byte count: its value, where it is "-", and where it is a count at all."""
    start = spans.quotes[1] + 6
    if len(spans.quotes) > 2:
        stop = spans.quotes[2] - 1
        good = data[stop] == 32
    else:
        stop = spans.end
        good = np.ones(len(stop), dtype=np.bool_)
    length = stop - start
    unknown = (length == 1) & (data[start] == 45)
    value, digits = swar.number(swar.words(data, start), np.clip(length, 1, WORD))
    long = np.flatnonzero(length > WORD)
    if len(long):
        more = np.clip(length[long] - WORD, 1, WORD)
        low, fine = swar.number(swar.words(data, start[long] + more), np.full(len(long), WORD))
        high, also = swar.number(swar.words(data, start[long]), more)
        value[long] = high * 10 ** WORD + low
        digits[long] = fine & also
    good &= (length >= 1) & (length <= _COUNT_DIGITS) & (digits | unknown)
    return value, unknown, good


def _texts(data: Bytes, spans: _Spans, host: Ints, method: Ints, target: Ints,
           ) -> dict[str, pa.Array]:
    quotes = spans.quotes
    columns = {
        "ip": cut(data, spans.line, host),
        "account_id": _known(data, host + 3, quotes[0] - AROUND),
        "method": cut(data, quotes[0] + 1, method),
        "page_url": cut(data, method + 1, target),
    }
    for name, place in (("referrer", 2), ("user_agent", 4), ("x_forwarded_for", 6)):
        if len(quotes) > place:
            columns[name] = _known(data, quotes[place] + 1, quotes[place + 1])
    return columns


def _known(data: Bytes, starts: Ints, ends: Ints) -> pa.Array:
    unknown = dash(data, starts, ends)
    if unknown.all():
        return pa.nulls(len(starts), pa.string())
    return cut(data, starts, ends, unknown=unknown)
