"""The labels: what each row truly is. A file of its own, that no detector reads."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.simulate.columns import LABELS
from truetally.simulate.sinks import parquet_writer

_FIELDS = pa.schema([("file", pa.dictionary(pa.int32(), pa.string())), ("row", pa.int64())])


class LabelFile:
    """One open label file, in step with the event files. `close` finishes it."""

    def __init__(self, path: Path, mark: Mapping[str, str]) -> None:
        """Start the label file at `path`."""
        fields = [*_FIELDS, *(f if f.name in ("order_id", "device", "kept") else
                              pa.field(f.name, _FIELDS.field("file").type) for f in LABELS)]
        self._writer: pq.ParquetWriter = parquet_writer(path, pa.schema(fields), mark)
        self._stem, self._row = "", 0

    def next_file(self, stem: str) -> None:
        """Go on to the next event file; its rows count from 0."""
        self._stem, self._row = stem, 0

    def write(self, labels: pa.Table) -> None:
        """Append the labels of one block: file (without suffix), row, and the truth."""
        count = labels.num_rows
        file = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)),
                                              pa.array([self._stem]))
        row = pa.array(np.arange(self._row, self._row + count))
        table = pa.Table.from_arrays([file, row, *labels.columns],
                                     names=[*_FIELDS.names, *labels.column_names])
        self._writer.write_table(table)
        self._row += count

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
