"""The bracketed times of access logs (strftime %d/%b/%Y:%H:%M:%S %z), in bulk.

Neighbouring lines mostly share their second: a time is read once for each run of lines in which the
bytes around it are the same.
"""

import numpy as np

from truetally.events import clock
from truetally.events.block import Bytes, Ints
from truetally.events.swar import Flags
from truetally.events.texts import windows

AROUND = 30  # bytes from the space before "[" to the quote after "] "
_WINDOW = 32  # from two bytes before "[" to the quote, whole words
_SIGNS_AT = ((1, " "), (2, "["), (5, "/"), (9, "/"), (14, ":"), (17, ":"), (20, ":"), (23, " "),
             (29, "]"), (30, " "))
_DIGITS_AT = (0, 1, 7, 8, 9, 10, 12, 13, 15, 16, 18, 19, 22, 23, 24, 25)
_MONTH_CODES = np.array([int.from_bytes(m.encode(), "big") for m in clock.MONTHS])
_MONTH_ORDER = np.argsort(_MONTH_CODES)


def read_times(data: Bytes, quote: Ints) -> tuple[Ints, Flags]:
    """Return the times before each first quote as UTC milliseconds, and where they are times."""
    around = windows(data, quote - _WINDOW + 1, _WINDOW)
    words = around.view("<u8")
    differs = words[1:] ^ words[:-1]
    changes = np.append(0, 1 + np.flatnonzero(
        differs[:, 0] | differs[:, 1] | differs[:, 2] | differs[:, 3]))[:len(quote)]
    time_ms, good = _parsed(np.ascontiguousarray(around[changes].T))
    lengths = np.diff(changes, append=len(quote))
    return np.repeat(time_ms, lengths), np.repeat(good, lengths)


def _parsed(text: Bytes) -> tuple[Ints, Flags]:
    good = np.ones(text.shape[1], dtype=np.bool_)
    for place, sign in _SIGNS_AT:
        good &= text[place] == ord(sign)
    text = text[3:29]
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
    return time_ms, good
