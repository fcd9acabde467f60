"""A case's log opened for attribution: distinct texts, the profile, a signature's codes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truetally.attribution.determination import (
    DEVICES,
    Layout,
    columns_of,
    distinct_texts,
    profile,
)
from truetally.engine import Engine
from truetally.events.derive import derive_urls
from truetally.run.case import read_manifest
from truetally.run.clock import Clock
from truetally.run.ingest import Known, event_columns, known_of, ranked
from truetally.run.reading import open_sources
from truetally.run.start import parse_offset
from truetally.signatures.signature import HOSTS, Signature, field_matches


@dataclass(slots=True, kw_only=True)
class Log:
    """A case's events in an engine. `texts` are the distinct values of a coded column, by code;
    `sources` the distinct texts of the log beside them."""

    case: Path
    manifest: Mapping[str, Any]
    known: list[Known]
    engine: Engine
    clock: Clock
    offset_ms: int
    device: str
    texts: dict[str, pa.Array] = field(default_factory=dict)
    sources: dict[str, pa.Table] = field(default_factory=dict)
    held: dict[tuple[int, str], set[int]] = field(default_factory=dict)

    @property
    def numbers(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Give the case's source number at each rank."""
        return np.array([k.number for k in ranked(self.known)], dtype=np.int64)

    @property
    def columns(self) -> frozenset[str]:
        """Name the columns that any source has."""
        return event_columns(self.known)


@contextmanager
def opened(case: Path, clock: Clock, *, memory: str = "", threads: int = 0) -> Iterator[Log]:
    """Open a case's sources in an engine of its own, closed at the end.

    Raises:
        CaseError: the folder is no case.
        InputError: a source is gone or has changed since the case was decided.
    """
    manifest = read_manifest(case)
    known = known_of(manifest)
    have = event_columns(known)
    with open_sources(case, known, memory=memory, threads=threads) as engine:
        yield Log(case=case, manifest=manifest, known=known, engine=engine, clock=clock,
                  offset_ms=parse_offset(manifest["offset"]),
                  device=next((c for c in DEVICES if c in have), ""))


def load_profile(log: Log, plan: Layout) -> int:
    """Make the tables ``text_<column>`` and `profile`; returns the profile's rows."""
    for column in plan.coded:
        with log.clock.stage(f"distinct {column}"):
            _load_texts(log, column)
    with log.clock.stage("profile"):
        return log.engine.create("profile", profile(plan))


def _load_texts(log: Log, column: str) -> None:
    found = log.engine.arrow(distinct_texts(column))["text"]
    texts = pc.take(found, pc.sort_indices(found)).combine_chunks().cast(pa.string())
    values = derive_urls(texts, column)[column].combine_chunks() if column in HOSTS else texts
    named = pc.unique(values.drop_null())
    named = pc.take(named, pc.sort_indices(named))
    codes = pc.index_in(values, value_set=named)
    log.texts[column] = named
    log.sources[column] = pa.table({"text": texts, "code": codes})
    log.engine.load(f"text_{column}", log.sources[column])


def load_signature(log: Log, number: int, signature: Signature) -> None:
    """Make ``held_<number>_<column>`` and ``words_<number>_<column>`` for a signature."""
    for column in columns_of(signature):
        fields = [f for f in signature.fields if f.column == column]
        codes = [code for code, text in enumerate(log.texts[column].to_pylist())
                 if all(field_matches(f, text) for f in fields)]
        log.held[number, column] = set(codes)
        chosen = pa.array(codes, pa.int32())
        log.engine.load(f"held_{number}_{column}", pa.table({"code": chosen}))
        source = log.sources[column]
        words = source.filter(pc.is_in(source["code"], value_set=chosen)).select(["text"])
        log.engine.load(f"words_{number}_{column}", words)


def load_flags(log: Log, name: str, held: Sequence[bool]) -> None:
    """Make ``trait_<name>``: for each code of a column whether it has a trait, in their order."""
    log.engine.load(f"trait_{name}", pa.table({
        "code": pa.array(range(len(held)), pa.int32()),
        "held": pa.array([int(h) for h in held], pa.int32())}))
