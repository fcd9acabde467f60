"""Times of any declared unit into UTC milliseconds; what is not stated is not guessed.

Numbers are exact decimals, never floats; text is read by its format and a fixed offset, so no
session time zone, locale or zone database can move a time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.errors import InputError, problem
from truetally.events import clock
from truetally.events.column_map import TimePick
from truetally.events.numbers import scaled
from truetally.events.schema import EARLIEST_MS, LATEST_MS, MOST_OFFSET_MS

SCALE: Mapping[str, tuple[int, int]] = {
    "s": (1_000, 1), "ms": (1, 1), "us": (1, 1_000), "ns": (1, 1_000_000)}
ISO = (r"^(?P<Y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})[Tt ](?P<H>[0-9]{2}):(?P<M>[0-9]{2})"
       r"(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?(?P<z>Z|z|[+-][0-9]{2}:?[0-9]{2}|)$")
_DIRECTIVES: Mapping[str, str] = {
    "%Y": "(?P<Y>[0-9]{4})", "%m": "(?P<m>[0-9]{2})", "%d": "(?P<d>[0-9]{2})",
    "%H": "(?P<H>[0-9]{2})", "%M": "(?P<M>[0-9]{2})", "%S": "(?P<S>[0-9]{2})",
    "%f": "(?P<f>[0-9]{1,9})", "%b": f"(?P<b>{'|'.join(clock.MONTHS)})",
    "%z": "(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})", "%%": "%"}
_SAMPLE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a time column is read, settled: a `scale` for numbers, or a `pattern` for text."""

    scale: tuple[int, int] | None = None
    pattern: str = ""
    zone_s: int | None = None


def settle(pick: TimePick, column: pa.Array, where: str) -> Clock:
    """Decide how the column is read, from what the mapping states and its first values.

    Raises:
        InputError: unit or zone is neither stated nor certain, or most times fall out of range.
    """
    chosen = _chosen(pick, column.slice(0, _SAMPLE), where)
    times = to_ms(column, chosen)
    known = times.drop_null()
    far = known.filter(pc.invert(pc.and_(pc.greater_equal(known, EARLIEST_MS),
                                         pc.less_equal(known, LATEST_MS))))
    if 2 * len(far) > len(known):
        raise InputError(problem(
            f"most times of column {pick.column!r} are out of range", where=where,
            expected=f"years {clock.year_of(EARLIEST_MS)} to {clock.year_of(LATEST_MS)}",
            found=f"year {clock.year_of(far[0].as_py())} for {column[_first(times)].as_py()!r}",
            then="set time.unit in the mapping to the unit the source counts in"))
    return chosen


def to_ms(column: pa.Array, chosen: Clock) -> pa.Array:
    """Return UTC milliseconds, null where the value is null or cannot be read that way."""
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return _arrow_ms(column, chosen.zone_s or 0)
    if chosen.scale:
        return scaled(column, *chosen.scale)
    return _text_ms(column.cast(pa.string()), chosen)


def _first(times: pa.Array) -> int:
    outside = [i for i, t in enumerate(times.to_pylist())
               if t is not None and not EARLIEST_MS <= t <= LATEST_MS]
    return outside[0]


def _chosen(pick: TimePick, sample: pa.Array, where: str) -> Clock:
    kind = sample.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        if getattr(kind, "tz", None) is None and pick.zone_s is None:
            raise _missing(pick, "time.zone", f"type {kind} without a zone", where)
        return Clock(zone_s=None if getattr(kind, "tz", None) else pick.zone_s)
    if pick.unit in SCALE:
        return Clock(scale=SCALE[pick.unit])
    if pick.unit == "text":
        pattern = _pattern(pick, where)
        if "(?P<z>" not in pattern and pick.zone_s is None:
            raise _missing(pick, "time.zone", f"format {pick.format!r} without %z", where)
        return Clock(pattern=pattern, zone_s=pick.zone_s)
    return _by_values(pick, sample, where)


def _by_values(pick: TimePick, sample: pa.Array, where: str) -> Clock:
    """Take a unit from the values only where they allow no other."""
    known = sample.drop_null()
    shown = repr(known[0].as_py()) if len(known) else "no value"
    units = [unit for unit, scale in SCALE.items() if _all_in_range(known, scale)]
    if not pick.unit and len(known) and len(units) == 1:
        return Clock(scale=SCALE[units[0]])
    if not (pa.types.is_string(sample.type) or pa.types.is_large_string(sample.type)):
        raise _missing(pick, "time.unit", shown, where)
    found = pc.extract_regex(known.cast(pa.string()), ISO)
    if not pick.unit and len(known) and found.null_count * 2 > len(known):
        raise _missing(pick, "time.unit (and time.format)", shown, where)
    zones = pc.struct_field(found, "z").drop_null()
    if pick.zone_s is None and pc.any(pc.equal(zones, "")).as_py():
        raise _missing(pick, "time.zone", f"{shown} without a zone", where)
    if not pick.unit and not len(known):
        raise _missing(pick, "time.unit", shown, where)
    return Clock(pattern=ISO, zone_s=pick.zone_s)


def _all_in_range(known: pa.Array, scale: tuple[int, int]) -> bool:
    times = scaled(known, *scale)
    inside = pc.and_(pc.greater_equal(times, EARLIEST_MS), pc.less_equal(times, LATEST_MS))
    return times.null_count == 0 and bool(pc.all(inside).as_py())


def _missing(pick: TimePick, key: str, found: str, where: str) -> InputError:
    return InputError(problem(
        f"the times of column {pick.column!r} can be read in more than one way", where=where,
        expected=f"{key} in the mapping", found=found, then=f"set {key}"))


def _pattern(pick: TimePick, where: str) -> str:
    parts = re.findall(r"%.|[^%]+|%$", pick.format)
    unknown = [p for p in parts if p.startswith("%") and p not in _DIRECTIVES]
    used = [p for p in parts if p.startswith("%")]
    if unknown or len(used) != len(set(used)) or not {"%Y", "%d"} <= set(used) \
            or ("%m" in used) == ("%b" in used):
        raise InputError(problem("time.format cannot be read", where=where,
                                 expected=f"%Y, %m or %b, %d, and of {', '.join(_DIRECTIVES)}",
                                 found=repr(pick.format), then="correct the mapping"))
    return "^" + "".join(_DIRECTIVES.get(p) or re.escape(p) for p in parts) + "$"


def _text_ms(texts: pa.Array, chosen: Clock) -> pa.Array:
    found = pc.extract_regex(texts, chosen.pattern)
    names = {found.type.field(i).name for i in range(found.type.num_fields)}
    part = {n: pc.struct_field(found, n) for n in names}
    number = {n: _number(part[n]) for n in "YmdHMS" if n in names}
    zero = np.zeros(len(texts), dtype=np.int64)
    if "b" in names:
        number["m"] = _number(pc.add(pc.index_in(part["b"], pa.array(clock.MONTHS)), 1))
    year, month, day = number["Y"], number["m"], number["d"]
    hour, minute, second = (number.get(n, zero) for n in "HMS")
    millis = zero
    if "f" in names:
        millis = _number(pc.utf8_slice_codeunits(pc.utf8_rpad(part["f"], 3, "0"), 0, 3))
    offset, zoned = _offsets(part.get("z"), chosen.zone_s, zero)
    good = clock.is_civil(year, month, day) & clock.is_time_of_day(hour, minute, second) & zoned
    good &= found.is_valid().to_numpy(zero_copy_only=False)
    date = (year, np.where(good, month, 1), np.where(good, day, 1))
    times = clock.epoch_ms(date, (hour, minute, second), millis, offset)
    return pa.array(times, mask=~good)


def _number(texts: pa.Array) -> clock.Ints:
    if pa.types.is_string(texts.type):
        texts = pc.if_else(pc.equal(texts, ""), None, texts)
    values: clock.Ints = pc.fill_null(texts.cast(pa.int64()), 0).to_numpy()
    return values


def _offsets(zones: pa.Array | None, zone_s: int | None, zero: clock.Ints,
             ) -> tuple[clock.Ints, clock.Flags]:
    """Return seconds east of UTC, and where they are known: the text's own, else the stated."""
    stated = zero + (zone_s or 0)
    if zones is None:
        return stated, np.full(len(zero), zone_s is not None)
    codes = zones.dictionary_encode()
    texts = codes.dictionary.to_pylist()
    own = np.array([_zone_s(t) for t in texts] + [0], dtype=np.int64)
    good = np.array([t != "" and abs(_zone_s(t)) * 1000 <= MOST_OFFSET_MS
                     for t in texts] + [False])
    index = pc.fill_null(codes.indices, len(texts)).to_numpy()
    empty = np.array([t == "" for t in texts] + [True])[index]
    return np.where(empty, stated, own[index]), good[index] | (empty & (zone_s is not None))


def _zone_s(text: str) -> int:
    if text in ("", "Z", "z"):
        return 0
    digits = text[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if text[0] == "-" else seconds


def _arrow_ms(column: pa.Array, zone_s: int) -> pa.Array:
    if pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("ms"))
    divisor = {"s": 1, "ms": 1, "us": 1_000, "ns": 1_000_000}[column.type.unit]
    number = column.cast(pa.int64())
    known = number.is_valid().to_numpy(zero_copy_only=False)
    ticks = pc.fill_null(number, 0).to_numpy()
    if column.type.unit == "s":
        known &= np.abs(ticks) < 1 << 50
        ticks = np.where(known, ticks, 0) * 1000
    return pa.array(ticks // divisor - zone_s * 1000, mask=~known)
