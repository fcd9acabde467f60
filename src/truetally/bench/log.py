"""A simulated log as the rivals see it, without labels; and the labels apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from truetally.events.schema import EVENT

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Flags = NDArray[np.bool_]
OFFSET_MS = 28_800_000
HOUR_MS = 3_600_000
HOURS = 24
_WHO = ("device_id", "cookie_id", "session_id", "ip")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Log:
    """Events in the order of their files. All columns of the schema; what a log lacks is null.

    `device` numbers the devices as the log shows them, `item` the items, `hour` local hours since
    1970.
    """

    kind: str
    events: pa.Table
    device: I64
    item: I64
    hour: I64

    @property
    def day(self) -> I64:
        """Local days since 1970."""
        return self.hour // HOURS

    def codes(self, column: str) -> I64:
        """Number the distinct values of a column; unknown is the number after the last."""
        return self.texts(column)[0]

    def texts(self, column: str) -> tuple[I64, pa.Array]:
        """Number the distinct values of a column, and list them; unknown is the number after."""
        coded = pc.dictionary_encode(self.events[column].combine_chunks())
        return _plain(coded.indices, len(coded.dictionary)), coded.dictionary

    def shortened(self, column: str, pattern: str, replacement: str) -> I64:
        """Number what a text column's values come to after replacing a pattern in each."""
        codes, texts = self.texts(column)
        short = pc.replace_substring_regex(texts, pattern, replacement)
        numbers = pc.dictionary_encode(pa.concat_arrays([short, pa.array([""])]))
        return _plain(numbers.indices, -1)[codes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What each row truly is. `device` is the true device, `fleet` an index in `fleets`, or -1."""

    fake: Flags
    device: I64
    fleet: I64
    fleets: tuple[str, ...]


def read_log(files: Sequence[Path], kind: str) -> Log:
    """Read the Parquet files of a simulation, in their order; texts stay numbered."""
    texts = [name for name, form in EVENT.items() if pa.types.is_string(form)]
    events = pa.concat_tables([pq.read_table(file, read_dictionary=texts) for file in files])
    for name, form in EVENT.items():
        if name not in events.column_names:
            events = events.append_column(name, pa.nulls(events.num_rows, form))
    events = events.unify_dictionaries().combine_chunks()
    hour = (events["time_ms"].to_numpy() + OFFSET_MS) // HOUR_MS
    log = Log(kind=kind, events=events, device=hour, item=hour, hour=hour)
    return replace(log, device=_who(log), item=log.codes("item_id"))


def _who(log: Log) -> I64:
    """Number devices by the first identity that is known of each event."""
    who, first = np.zeros(len(log.hour), dtype=np.int64), 1
    known = np.zeros(len(log.hour), dtype=bool)
    for name in _WHO:
        codes, texts = log.texts(name)
        who = np.where(~known & (codes < len(texts)), first + codes, who)
        known |= codes < len(texts)
        first += len(texts)
    numbers: I64 = np.unique(who, return_inverse=True)[1].astype(np.int64)
    return numbers


def read_truth(labels: Path) -> Truth:
    """Read the labels, in the order of the files' rows."""
    table = pq.read_table(labels, columns=["label", "fleet", "device"])
    fleet = pc.dictionary_encode(table["fleet"].combine_chunks().cast(pa.string()))
    return Truth(fake=pc.equal(table["label"].cast(pa.string()), "fake").to_numpy(),
                 device=table["device"].to_numpy(), fleet=_plain(fleet.indices, -1),
                 fleets=tuple(fleet.dictionary.to_pylist()))


def _plain(indices: pa.Array, unknown: int) -> I64:
    numbers: I64 = indices.fill_null(unknown).to_numpy().astype(np.int64)
    return numbers


def nth(key: I64) -> I64:
    """Number the rows of each key 1, 2, 3, ... in their order."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    begins = np.append(True, ordered[1:] != ordered[:-1])
    first = np.maximum.accumulate(np.where(begins, np.arange(len(key)), 0))
    number = np.empty(len(key), dtype=np.int64)
    number[order] = np.arange(len(key)) - first + 1
    return number


def pair(one: I64, other: I64) -> I64:
    """Number pairs of two keys, densely."""
    both = one * (int(other.max(initial=0)) + 1) + other
    numbers: I64 = np.unique(both, return_inverse=True)[1].astype(np.int64)
    return numbers
