"""Forward determination against a slow literal reference, on a small log with unknown values."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.run.cases import decide, row

from truetally.run.attribute import attribute
from truetally.run.attribute_options import Options
from truetally.signatures.signature import Signature, matches, read_signature

ROWS, DAYS = 400, 6
TEXT = """
name = "{name}"
revision = 1
title = "t"
frozen_at = 2017-01-01T00:00:00Z
source = "a test"
extent = "{extent}"
first_day = 2017-09-02
last_day = 2017-09-05
[[field]]
column = "plugins"
condition = "set"
values = ["P1", "p2"]
normalise = ["lower"]
source = "a test"
[[field]]
column = "referrer_host"
condition = "suffix"
values = [".bad.example"]
source = "a test"
[[normalisation]]
name = "lower"
reason = "a test"
"""


def log(seed: int) -> list[dict[str, Any]]:
    """Rows with few values of everything, unknown ones among them."""
    source = random.Random(seed)  # noqa: S311 - no secret
    def one() -> dict[str, Any]:
        host = source.choice(["a.bad.example", "b.BAD.example", "good.example", None])
        return row(source.randrange(DAYS * 86_400), item_id=source.choice("xyz"),
                   device_id=source.choice(["d1", "d2", "d3", "d4", "d5", None]),
                   plugins=source.choice(["P1", "p1", "P2", "P3", "P4", None]),
                   referrer=host and f"http://{host}/{source.randrange(3)}",
                   language=source.choice(["zh-CN", None]))
    return [one() for _ in range(ROWS)]


def literal(rows: Sequence[Mapping[str, Any]], signature: Signature) -> list[int]:
    """Say which rows are attributed, reading the definition word by word."""
    start = 1_504_281_600_000  # 2017-09-02 00:00 at +08:00
    inside = [start <= r["time_ms"] < start + 4 * 86_400_000 for r in rows]
    def bears(r: Mapping[str, Any]) -> bool:
        url = r["referrer"]
        host = None if url is None else url.split("/")[2].lower()
        return matches(signature, {**r, "referrer_host": host}) is True
    own = [i and bears(r) for i, r in zip(inside, rows, strict=True)]
    if signature.extent == "events":
        return [n for n, mine in enumerate(own) if mine]
    devices = {r["device_id"] for r, mine in zip(rows, own, strict=True) if mine} - {None}
    return [n for n, r in enumerate(rows) if inside[n] and (r["device_id"] in devices or own[n])]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_sets_are_those_of_the_definition(tmp_path: Path, seed: int) -> None:
    rows = log(seed)
    decide(tmp_path, rows)
    (tmp_path / "client").mkdir()
    (tmp_path / "client" / "list.txt").write_text("nothing\n", "utf-8")
    names = []
    for extent in ("devices", "events"):
        names.append(str(tmp_path / f"{extent}.toml"))
        Path(names[-1]).write_text(TEXT.format(name=extent, extent=extent), "utf-8")
    results = attribute(tmp_path / "case", Options(
        artefacts=tmp_path / "client", signatures=tuple(names)))
    wanted = [literal(rows, read_signature(Path(name))) for name in names]
    for signature, expected in zip(results["signatures"], wanted, strict=True):
        written = pq.read_table(tmp_path / "case" / "attribution" / signature["files"][0])
        assert written["event_id"].to_pylist() == expected
        assert signature["sets"]["events"] == len(expected) > 0
    assert results["events"] == len({*wanted[0], *wanted[1]})
    assert results["items"] == len({rows[n]["item_id"] for n in (*wanted[0], *wanted[1])})
    assert results["devices"] == len({rows[n]["device_id"] for n in wanted[0]} - {None})
