"""Small sources that the tests of the readers share."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from truetally.events import mapping
from truetally.events.limits import Limits
from truetally.events.read import read
from truetally.events.source import Source

SHARED = Path(__file__).parents[2].parent / "shared"
LINE = (b'192.0.2.7 - - [10/Oct/2024:13:55:36 +0800] "GET /v/1.html?a=1 HTTP/1.1" 200 2326 '
        b'"http://ref.example/" "Mozilla/5.0 (X11; Linux x86_64)"')
LINE_MS = 1_728_539_736_000
CSV_HEAD = "time_ms,kind,item_id\n"


def shared(name: str) -> Path:
    """Return a public data file, or skip the test where it is absent."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"public data file {name} is not beside the project")
    return path


def write(folder: Path, data: bytes | str, name: str = "source") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def run(folder: Path, data: bytes | str, toml: str = "", **options: Any) -> Source:
    """Read `data` as a source in `folder`, with a mapping if one is given."""
    said = mapping.parse(toml.encode()) if toml else None
    return read(write(folder, data), folder / "case" / "events", mapping=said, **options)


def rows(source: Source) -> list[dict[str, Any]]:
    return pq.read_table(source.events_path).to_pylist()


def values(source: Source, name: str) -> list[Any]:
    return pq.read_table(source.events_path, columns=[name])[name].to_pylist()


def rejects(source: Source, folder: Path) -> list[dict[str, Any]]:
    path = folder / "case" / "rejects" / f"{source.sha256[:16]}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def parquet(folder: Path, columns: Mapping[str, Sequence[Any] | pa.Array]) -> Path:
    path = folder / "source.parquet"
    pq.write_table(pa.table(dict(columns)), path)
    return path


SMALL = Limits(record_bytes=1 << 12, block_bytes=1 << 12)
