"""Small sources and cases for the tests of `run`: rows as dicts, written as canonical Parquet."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from truetally.events.schema import EVENT
from truetally.report.data import Summary
from truetally.run import run_case

CHROME = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/60.0.3112.101 Safari/537.36")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:55.0) Gecko/20100101 Firefox/55.0"
NOON_MS = 1_504_238_400_000  # 2017-09-01 12:00 at +08:00
MIDNIGHT_MS = 1_504_281_600_000  # 2017-09-02 00:00 at +08:00
DAY_MS = 86_400_000


def row(at_s: int = 0, **columns: Any) -> dict[str, Any]:
    """One honest play, `at_s` seconds after noon, with some columns set otherwise."""
    return {"time_ms": NOON_MS + at_s * 1000, "kind": "play", "item_id": "film",
            "account_id": "ann", "device_id": "d1", "ip": "203.0.113.9", "user_agent": CHROME,
            "terminal": "pc", "region": "110000", "watched_ms": 600_000,
            "length_ms": 2_700_000} | columns


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows as a canonical source."""
    names = [c for c in EVENT if any(c in r for r in rows)]
    table = pa.table({c: pa.array([r.get(c) for r in rows], EVENT[c]) for c in names})
    pq.write_table(table, path)
    return path


def decide(folder: Path, rows: Sequence[Mapping[str, Any]], policy: str = "video",
           **options: Any) -> Summary:
    """Write rows as one source and decide them in a case beside it."""
    source = write(folder / "source.parquet", rows)
    return run_case([str(source)], folder / "case", policy=policy, **options)


def verdicts(case: Path) -> dict[int, tuple[str, str, bool]]:
    """Read (verdict, primary reason, suspect) of every event of a case."""
    found = {}
    for path in sorted((case / "decisions").glob("*.parquet")):
        for r in pq.read_table(path).to_pylist():
            found[r["event_id"]] = (r["verdict"], r["primary"], r["suspect"])
    return found
