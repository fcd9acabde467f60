"""Our own verdicts on a simulated log, row by row beside its labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from numpy.typing import NDArray

from truetally.bench.log import I64
from truetally.events.schema import ROW_BITS, ROW_MASK
from truetally.run import run_case
from truetally.run.case import inside, read_manifest

REJECTED = -1  # no decision: the row could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The reason mask of each labelled row (`REJECTED` where there is none), and the manifest."""

    mask: I64
    manifest: Mapping[str, Any]


def decide(files: Sequence[Path], labels: Path, case: Path, policy: str) -> Decided:
    """Run a policy over the files of a simulation and line the masks up with its labels."""
    run_case([str(file) for file in files], case, policy=policy, threads=1)
    manifest = read_manifest(case)
    starts, rows = _places(labels)
    mask = np.full(rows, REJECTED, dtype=np.int64)
    parts = [inside(case, part["file"]) for part in manifest["partitions"]]
    found = ds.dataset(parts, format="parquet").to_table(columns=["event_id", "reasons"])
    number, row = _split(found["event_id"].to_numpy())
    begin = np.array([starts[PurePath(source["name"]).stem] for source in manifest["sources"]])
    mask[begin[number] + row] = found["reasons"].to_numpy()
    return Decided(mask=mask, manifest=manifest)


def _split(event_id: I64) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return event_id >> ROW_BITS, event_id & ROW_MASK


def _places(labels: Path) -> tuple[dict[str, int], int]:
    """Tell where each file's rows begin in the label file, and how many rows it has."""
    table = pq.read_table(labels, columns=["file"])
    names = table["file"].combine_chunks().dictionary_encode()
    codes = names.indices.to_numpy()
    return ({name: int(np.searchsorted(codes, code)) for code, name in
             enumerate(names.dictionary.to_pylist())}, table.num_rows)
