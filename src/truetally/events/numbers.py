"""Exact integers from columns of text, integers, decimals or floats; what is none is null."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WHOLE = r"^-?(?:[0-9]{1,18}|[1-8][0-9]{18})$"
_DECIMAL = r"^(?P<sign>-?)(?P<whole>[0-9]{1,18}|[1-8][0-9]{18})(?:\.(?P<part>[0-9]{1,30}))?$"
_LARGEST = (1 << 63) - 1
_EXACT_FLOAT = 1 << 53


def whole(column: pa.Array) -> pa.Array:
    """Return int64, null where the value is null or is not a whole number.

    "12.5", "1e3", "+1" and " 1" are not whole numbers; a float or decimal column is taken where its
    value has no fraction.
    """
    kind = column.type
    if pa.types.is_uint64(kind):
        column = pc.if_else(pc.greater(column, pa.scalar(_LARGEST, pa.uint64())), None, column)
    if pa.types.is_integer(kind):
        return column.cast(pa.int64())
    if pa.types.is_floating(kind):
        return _whole_floats(column)
    if pa.types.is_decimal(kind):
        return _decimals(column.cast(pa.string()), 1, 1, exact=True)
    texts = column.cast(pa.string())
    good = pc.match_substring_regex(texts, _WHOLE)
    return pc.if_else(good, texts, None).cast(pa.int64())


def scaled(column: pa.Array, times: int, divided_by: int) -> pa.Array:
    """Return value * `times` / `divided_by` as int64, the rest cut off toward zero.

    Decimal text is exact to any number of places. A float is taken as the shortest decimal that
    denotes it. Null where the value is null, not a number, or too large.
    """
    if pa.types.is_integer(column.type) and not pa.types.is_uint64(column.type):
        return _scaled_integers(column.cast(pa.int64()), times, divided_by)
    if pa.types.is_floating(column.type):
        texts = [None if v is None else _plain(v) for v in column.to_pylist()]
        return _decimals(pa.array(texts, pa.string()), times, divided_by)
    return _decimals(column.cast(pa.string()), times, divided_by)


def _plain(value: float) -> str:
    """Write a float as the shortest decimal without an exponent."""
    return np.format_float_positional(value, trim="-") if np.isfinite(value) else ""


def _whole_floats(column: pa.Array) -> pa.Array:
    values = pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        good = np.isfinite(values) & (np.abs(values) <= _EXACT_FLOAT) & (values == np.trunc(values))
    return pa.array(np.where(good, values, 0).astype(np.int64), mask=~good)


def _scaled_integers(column: pa.Array, times: int, divided_by: int) -> pa.Array:
    values = pc.fill_null(column, 0).to_numpy()
    good = column.is_valid().to_numpy(zero_copy_only=False)
    good &= (values > -(_LARGEST // times)) & (values < _LARGEST // times)
    safe = np.where(good, values, 0)
    result = np.abs(safe) * times // divided_by * np.sign(safe)
    return pa.array(result, mask=~good)


def _decimals(texts: pa.Array, times: int, divided_by: int, *, exact: bool = False) -> pa.Array:
    found = pc.extract_regex(texts, _DECIMAL)
    part = pc.fill_null(pc.struct_field(found, "part"), "")
    if exact:
        found = pc.if_else(pc.match_substring_regex(part, "[1-9]"), None, found)
    number = pc.struct_field(found, "whole").cast(pa.int64())
    values = pc.fill_null(number, 0).to_numpy()
    good = number.is_valid().to_numpy(zero_copy_only=False)
    good &= values < _LARGEST // times - 1
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(part, 9, "0"), 0, 9).cast(pa.int64()).to_numpy()
    rest = digits * times // 1_000_000_000
    result = (np.where(good, values, 0) * times + rest) // divided_by
    minus = pc.fill_null(pc.equal(pc.struct_field(found, "sign"), "-"), False)
    sign = np.where(minus.to_numpy(zero_copy_only=False), -1, 1)
    return pa.array(result * sign, mask=~good)
