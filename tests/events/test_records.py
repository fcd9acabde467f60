"""All records of a source, as `original` gives each of them."""

from pathlib import Path

import pytest
from tests.events.sources_for_tests import CSV_HEAD, LINE, parquet, write

from truetally.events import mapping
from truetally.events.limits import Limits
from truetally.events.original import original
from truetally.events.records import records, table_at, tables
from truetally.events.row_json import canonical_json

SMALL = Limits(block_bytes=64)
T = 1_700_000_000_000


@pytest.mark.parametrize(("kind", "data", "toml"), [
    ("access-log", b"\n".join([LINE, b"bad \xff", b"", LINE + b"x\r", b"\0"]), ""),
    ("json-lines", b'\xef\xbb\xbf{"a":1}\n{"a":2}\n\n{"b', ""),
    ("csv", f'{CSV_HEAD}{T},play,a\n{T},play,"b\r\nc"\r\n{T},play\n\n{T},play,d'.encode(), ""),
    ("csv", f"a,b\n花,{T}\n木,{T}\n".encode("gb18030"), 'encoding = "gb18030"'),
    ("csv", f"a,b\n花,{T}\n".encode("utf-16"), 'encoding = "utf-16"'),
    ("csv", f'a,b\n花,"{T}\n"\n'.encode("gb18030"), "")])
def test_every_record_is_the_one_that_the_way_back_gives(tmp_path: Path, kind: str, data: bytes,
                                                         toml: str) -> None:
    path = write(tmp_path, data)
    said = mapping.parse(toml.encode()) if toml else None
    found = [bytes(row) for block in records(path, kind, said, SMALL) for row in block.to_pylist()]
    assert found
    assert found == [original(path, kind, n, mapping=said, limits=SMALL)
                     for n in range(len(found))]


def test_rows_of_a_columnar_source_come_in_order_and_some_of_them_alone(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"a": list(range(10)), "b": ["x"] * 10})
    rows = [row for table in tables(path, 3) for row in table.to_pylist()]
    assert [canonical_json(r) for r in rows] == [original(path, "parquet", n) for n in range(10)]
    assert table_at(path, 4, 3).to_pylist() == rows[4:7]
