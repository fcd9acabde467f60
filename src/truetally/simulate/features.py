"""One plain value a row and column, to compare honest and fake plays column by column.

Identities say only whether they are known, addresses only their first number, times the local
hour: what is left is what one column shows by itself, without any past or any other column.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from truetally.errors import InputError, problem
from truetally.simulate.seeds import mix
from truetally.simulate.tables import DAY_MS, HOUR_MS

BINS = 24
UNKNOWN = "unknown"
OTHER = "other"
_MOST_TEXTS = 400
_MOST_DAYS = 100_000
_KNOWN_ONLY = ("account_id", "session_id", "cookie_id", "device_id")
_LEFT_OUT = ("kind", "item_id", "method")  # the same for both, by the choice of rows
_OFFSET_MS = 28_800_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Honest and fake plays of the same items on the same days.

    `columns` holds for each column a number a row, an index in its `names`. `half` says which rows
    are for learning; both halves have devices of their own.
    """

    columns: Mapping[str, NDArray[np.int64]]
    names: Mapping[str, tuple[str, ...]]
    fake: NDArray[np.bool_]
    half: NDArray[np.bool_]
    fleet: tuple[str | None, ...]


def compared(folder: Path) -> Compared:
    """Read a simulation and keep the fakes, and the honest plays of their items in their days.

    Raises `InputError` if the simulation has no fakes or no honest plays beside them.
    """
    files = sorted((folder / "events").glob("*.parquet"))
    events = pa.concat_tables([pq.read_table(f) for f in files])
    labels = pq.read_table(folder / "labels.parquet")
    fake = pc.equal(labels["label"], "fake").to_numpy()
    day = (events["time_ms"].to_numpy() + _OFFSET_MS) // DAY_MS
    item = np.asarray(events["item_id"].combine_chunks().dictionary_encode().indices)
    cell = item.astype(np.int64) * _MOST_DAYS + day
    held = np.flatnonzero(np.isin(cell, np.unique(cell[fake])))
    if not 0 < fake[held].sum() < len(held):
        raise InputError(problem("nothing to compare", where=folder,
                                 expected="fakes, and honest plays of the same items"))
    rows = events.take(pa.array(held))
    texts = {name: _simple(name, rows[name].combine_chunks()) for name in rows.column_names
             if name not in _LEFT_OUT}
    coded = {name: _coded(values) for name, values in texts.items()}
    return Compared(
        columns={n: c for n, (c, _) in coded.items()}, names={n: t for n, (_, t) in coded.items()},
        fake=fake[held], half=mix(labels["device"].to_numpy()[held], 1) % np.uint64(2) == 0,
        fleet=tuple(labels["fleet"].take(pa.array(held)).to_pylist()))


def _simple(name: str, column: pa.Array) -> pa.Array:
    if name == "time_ms":
        return pa.array((column.to_numpy() + _OFFSET_MS) % DAY_MS // HOUR_MS)
    if name in _KNOWN_ONLY:
        return pc.if_else(column.is_valid(), "known", UNKNOWN)
    make = _SHORTER.get(name)
    return column if make is None else make(column)


def _coded(column: pa.Array) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Number the values: texts by how common they are, numbers by quantile bins."""
    number = pa.types.is_int64(column.type)
    if number and pc.count_distinct(column).as_py() > BINS:
        return _binned(column)
    text = column.cast(pa.string()).fill_null(UNKNOWN)
    counts = [(int(c["counts"]), str(c["values"])) for c in pc.value_counts(text).to_pylist()]
    order = sorted(counts, key=lambda c: (len(c[1]), c[1]) if number else (-c[0], c[1]))
    names = [name for _, name in order[:_MOST_TEXTS]]
    found = pc.index_in(text, pa.array(names)).fill_null(len(names))
    return found.to_numpy().astype(np.int64), (*names, OTHER)


def _binned(column: pa.Array) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    known = column.is_valid().to_numpy(zero_copy_only=False)
    values = column.fill_null(0).to_numpy()
    ordered = np.sort(values[known])
    edges = np.unique(ordered[np.arange(1, BINS) * len(ordered) // BINS])
    codes = np.where(known, np.searchsorted(edges, values, side="right"), len(edges) + 1)
    names = [f"under {edges[0]:,}", *(f"from {e:,}" for e in edges), UNKNOWN]
    return codes.astype(np.int64), tuple(names)


def _first_number(column: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(column, r"[.:].*$", "")


def _site(column: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(column, r"^(https?://)(?:[a-z]*[0-9]+\.)?([^/]*).*$", r"\2")


_SHORTER: Mapping[str, Callable[[pa.Array], pa.Array]] = {
    "ip": _first_number, "page_url": _site, "referrer": _site}
