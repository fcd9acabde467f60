"""Damage a clean log as real logs are damaged, and keep the labels with their rows."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from truetally.errors import InputError, problem
from truetally.events.schema import REQUIRED
from truetally.simulate.columns import Drawn
from truetally.simulate.seeds import I64, generator, mix, words
from truetally.simulate.tables import DAY_MS

DAMAGE = ("missing", "lost", "duplicated", "shuffled", "skew", "mixed")
_MISSING = ("plugins", "device_id", "visible_permille", "bytes_sent", "screen")
_STREAM = (1 << 23) - 1  # after the streams of all crowds and campaigns
_PER_TEN_THOUSAND = {"lost": 100, "duplicated": 100, "skew": 500}
_SKEW_MS = 6 * 3_600_000


def damages(names: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of damage asked for, each once; ("all",) is all of them.

    missing: columns left out; lost: 1 % of rows; duplicated: 1 % of rows written twice; shuffled:
    rows out of order; skew: 5 % of rows with a clock up to six hours off; mixed: files of several
    formats. Raises `InputError` for an unknown kind.
    """
    chosen = DAMAGE if tuple(names) == ("all",) else tuple(dict.fromkeys(names))
    unknown = [n for n in chosen if n not in DAMAGE]
    if unknown:
        raise InputError(problem("unknown kind of damage", found=", ".join(unknown),
                                 expected="all, or some of " + ", ".join(DAMAGE)))
    return chosen


def damage(drawn: Drawn, kinds: Sequence[str], seed: int, block: int) -> Drawn:
    """Damage one block. The same rows of events and labels stay in step."""
    rows = np.arange(drawn.events.num_rows, dtype=np.int64)
    source = generator(seed, _STREAM, block)
    for kind in ("lost", "duplicated", "shuffled"):
        if kind in kinds:
            rows = _rows(kind, rows, source)
    taken = pa.array(rows)
    events, labels = drawn.events.take(taken), drawn.labels.take(taken)
    if "skew" in kinds:
        events = _skewed(events, source)
    if "missing" in kinds:
        gone = [n for n in _MISSING if n in events.column_names and n not in REQUIRED]
        events = events.drop_columns(gone)
    return Drawn(events=events, labels=labels)


def _chance(kind: str, count: int, source: np.random.Generator) -> I64:
    drawn = words(source, count // 4 + 1).ravel()[:count].astype(np.int64) * 10_000 >> 16
    return np.flatnonzero(drawn < _PER_TEN_THOUSAND[kind])


def _rows(kind: str, rows: I64, source: np.random.Generator) -> I64:
    if kind == "lost":
        return np.delete(rows, _chance(kind, len(rows), source))
    if kind == "duplicated":
        again = _chance(kind, len(rows), source)
        return np.insert(rows, again, rows[again])
    salt = int(words(source, 1)[0, 0])
    return rows[np.argsort(mix(np.arange(len(rows)), salt), kind="stable")]


def _skewed(events: pa.Table, source: np.random.Generator) -> pa.Table:
    time_ms = events.column("time_ms").to_numpy().copy()
    wrong = _chance("skew", len(time_ms), source)
    shift = words(source, len(wrong))[:, 0].astype(np.int64) * 2 * _SKEW_MS // 65_536 - _SKEW_MS
    time_ms[wrong] += np.where(shift == 0, DAY_MS, shift)
    place = events.column_names.index("time_ms")
    return events.set_column(place, "time_ms", pa.array(time_ms))
