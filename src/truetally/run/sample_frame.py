"""The frame of a sample: every event in gross, in strata of equal verdict."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.errors import InputError, problem
from truetally.events.schema import ROW_BITS, ROW_MASK
from truetally.run.case import inside
from truetally.run.ingest import known_of, ranked

Events = npt.NDArray[np.int64]
DEFINITION = ("all events in gross (decided, and not not_counted), in strata of equal verdict; an "
              "event that is valid and marked suspect is in a stratum of its own; with parts, each "
              "is cut into so many spans of local days with nearly equal days. A stratum's list is "
              "in the order of (source SHA-256, row). Draws: truetally.evidence.draw")
VOID = ("givt", "sivt")
NAMES = ("valid", "suspect", "undetermined", *VOID)


def strata(case: Path, manifest: Mapping[str, Any], parts: int) -> dict[str, Events]:
    """List the events in gross by stratum, each list in the order of (source SHA-256, row).

    Raises:
        InputError: more parts than the case has local days.
    """
    files = sorted(manifest["partitions"], key=lambda part: int(part["day"]))
    if not 1 <= parts <= max(len(files), 1):
        raise InputError(problem("number of parts", where="--parts", found=parts,
                                 expected=f"1 to {len(files)}, the case's local days"))
    found: dict[str, list[Events]] = {}
    for place, part in enumerate(files):
        span = f"/{place * parts // len(files) + 1}" if parts > 1 else ""
        rows = pq.read_table(inside(case, part["file"]),
                             columns=["event_id", "verdict", "suspect"])
        for name in NAMES:
            events = rows["event_id"].filter(_in(rows, name)).to_numpy()
            if len(events):
                found.setdefault(name + span, []).append(events)
    rank = _ranks(manifest)
    return {name: _ordered(np.concatenate(each), rank) for name, each in found.items()}


def _in(rows: pa.Table, name: str) -> Any:
    """Tell which rows are in a stratum: by verdict, suspect ones apart from other valid ones."""
    verdict = pc.equal(rows["verdict"].cast(pa.string()), "valid" if name == "suspect" else name)
    if name == "suspect":
        return pc.and_(verdict, rows["suspect"])
    return pc.and_(verdict, pc.invert(rows["suspect"])) if name == "valid" else verdict


def _ranks(manifest: Mapping[str, Any]) -> Events:
    known = known_of(manifest)
    rank = np.empty(len(known), dtype=np.int64)
    rank[[k.number for k in ranked(known)]] = np.arange(len(known))
    return rank


def _ordered(events: Events, rank: Events) -> Events:
    return events[np.lexsort((events & ROW_MASK, rank[events >> ROW_BITS]))]
