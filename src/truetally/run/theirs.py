"""Read the other counter: counts by day (and item) as CSV, or its raw events; and its rules."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.counts.causes import Rules
from truetally.errors import InputError, problem
from truetally.events.good import row_faults
from truetally.events.schema import DAY_MS, LARGEST
from truetally.run.custody import file_sha256
from truetally.run.period import day_number
from truetally.run.start import parse_offset

_NAMES: Mapping[str, tuple[str, ...]] = {
    "day": ("day", "date", "日期", "日"),
    "item": ("item", "item_id", "id", "项目", "内容"),
    "count": ("count", "events", "plays", "clicks", "views", "downloads", "次数", "播放量",
              "点击量", "数量")}
REMOVES: Mapping[str, str] = {
    "removes_undefined": "definition", "removes_duplicates": "duplicates",
    "removes_robots": "robots", "removes_prefetch": "prefetch", "removes_invalid": "invalid"}
_TOP = {"name", "offset", "window_s", "keep", "loss_permille", *REMOVES}
_LONGEST_WINDOW_S = 86_400
Key = tuple[int, str | None]  # local day of the other counter; item, None where it names none


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """What the other counter counted. `raw` says that its events were counted here."""

    name: str
    sha256: str
    raw: bool
    counts: Mapping[Key, int]


def read_theirs(path: Path, offset_ms: int) -> Theirs:
    """Read the other counter's counts; `offset_ms` makes its local days where events are given.

    Raises:
        InputError: the file cannot be read, or a line of it says no count.
    """
    if not path.is_file():
        raise InputError(problem("no such file", where=path, then="correct --theirs"))
    digest = file_sha256(path)
    columns = _header(path)
    if columns is None:
        return Theirs(name=path.name, sha256=digest, raw=True, counts=_events(path, offset_ms))
    return Theirs(name=path.name, sha256=digest, raw=False, counts=_counts(path, columns))


def _header(path: Path) -> dict[str, int] | None:
    """Find the columns of a CSV of counts; None if it is something else: raw events."""
    if path.suffix.lower() != ".csv":
        return None
    first = next(_lines(path), (1, []))[1]
    names = [name.strip().lower() for name in first]
    found = {key: names.index(name) for key, known in _NAMES.items()
             for name in known if name in names}
    return found if {"day", "count"} <= set(found) else None


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for row in reader:
                yield reader.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(problem("the counts cannot be read", where=path, expected="CSV in UTF-8",
                                 found=str(error)[:200], then="correct the file")) from error


def _counts(path: Path, columns: Mapping[str, int]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for number, row in list(_lines(path))[1:]:
        if not any(cell.strip() for cell in row):
            continue
        where = f"{path}, line {number}"
        if len(row) <= max(columns.values()):
            raise InputError(problem("a line is too short", where=where, found=repr(row)[:200]))
        day = day_number(row[columns["day"]].strip(), where)
        item = row[columns["item"]] if "item" in columns else None
        found[day, item] = found.get((day, item), 0) + _whole(row[columns["count"]], where)
    if not found:
        raise InputError(problem("no counts", where=path, then="correct --theirs"))
    return found


def _whole(text: str, where: str) -> int:
    bare = text.strip().replace(",", "")
    if not (bare.isascii() and bare.isdigit() and int(bare[:20]) <= LARGEST and len(bare) < 20):
        raise InputError(problem("not a count", where=where, expected="a whole number from 0",
                                 found=repr(text[:40]), then="correct the file"))
    return int(bare)


def _events(path: Path, offset_ms: int) -> dict[Key, int]:
    """Count raw events by their local day and item."""
    from truetally.events.read import read

    found: dict[Key, int] = {}
    with TemporaryDirectory(prefix="truetally-") as temp:
        source = read(path, Path(temp) / "events")
        for batch in pq.ParquetFile(source.events_path).iter_batches(
                columns=["time_ms", "kind", "item_id"]):
            good = row_faults(batch["time_ms"], batch["kind"], batch["item_id"]) == 0
            kept = batch.filter(pa.array(good))
            days = (kept["time_ms"].to_numpy() + offset_ms) // DAY_MS
            for day in np.unique(days):
                here = kept["item_id"].filter(pa.array(days == day)).value_counts()
                for entry in here.to_pylist():
                    key = (int(day), str(entry["values"]))
                    found[key] = found.get(key, 0) + int(entry["counts"])
    return found


def read_rules(path: Path) -> Rules:
    """Read how the other counter counts, as its operator declares it (docs/reconcile.md).

    Raises:
        InputError: the key, what was expected, what was found.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(problem("the rules cannot be read", where=path, expected="a TOML file",
                                 found=str(error)[:200], then="correct the file")) from error
    _need(set(raw) <= _TOP, "unknown key", path, ", ".join(sorted(_TOP)), sorted(set(raw) - _TOP))
    removes = {cause: raw[key] for key, cause in REMOVES.items() if key in raw}
    _need(all(isinstance(v, bool) for v in removes.values()), "a key removes_…", path,
          "true or false", removes)
    name, keep = raw.get("name", path.stem), raw.get("keep", "last")
    _need(isinstance(name, str) and name, "key name", path, "a text", name)
    _need(keep in ("first", "last"), "key keep", path, '"first" or "last"', keep)
    _need(isinstance(raw.get("offset", ""), str), "key offset", path, '"+08:00"', raw.get("offset"))
    window = _number(raw, "window_s", _LONGEST_WINDOW_S, path)
    return Rules(name=name, removes=removes, keep=keep,
                 offset_ms=parse_offset(raw["offset"]) if "offset" in raw else None,
                 window_ms=None if window is None else window * 1000,
                 loss_permille=_number(raw, "loss_permille", 1000, path))


def _number(raw: Mapping[str, Any], key: str, most: int, where: Path) -> int | None:
    value = raw.get(key)
    good = value is None or (isinstance(value, int) and not isinstance(value, bool)
                             and 0 <= value <= most)
    _need(good, f"key {key}", where, f"a whole number from 0 to {most}", value)
    return value


def _need(good: object, what: str, where: object, expected: str, found: object) -> None:
    if not good:
        raise InputError(problem(f"{what} in the other counter's rules", where=where,
                                 expected=expected, found=repr(found)[:200],
                                 then="correct the file"))

