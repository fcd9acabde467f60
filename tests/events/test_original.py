"""The way back from a row to its bytes, for every kind of source."""

import gzip
import json
from pathlib import Path

import pytest
from tests.events.sources_for_tests import CSV_HEAD, LINE, parquet, run, values, write

from truetally.errors import InputError
from truetally.events import mapping
from truetally.events.limits import Limits
from truetally.events.original import original
from truetally.events.row_json import canonical_json

T = 1_700_000_000_000
SMALL = Limits(block_bytes=64)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_line_comes_back_without_its_line_end(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    path = write(tmp_path, pack(b"\n".join([LINE, b"bad \xff", LINE + b"x\r", b""])))
    assert [original(path, "access-log", i, limits=SMALL) for i in range(3)] == [
        LINE, b"bad \xff", LINE + b"x"]


def test_a_csv_record_comes_back_with_its_inner_line_ends(tmp_path: Path) -> None:
    text = f'{CSV_HEAD}{T},play,a\n{T},play,"b\r\nc"\r\n{T},play\n{T},play,d'
    source = run(tmp_path, text)
    records = [original(source.path, "csv", i, limits=SMALL).decode() for i in range(4)]
    assert records == [f"{T},play,a", f'{T},play,"b\r\nc"', f"{T},play", f"{T},play,d"]
    assert values(source, "row") == [0, 1, 3]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le"])
def test_other_encodings_come_back_in_theirs(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, f"a,b\n花,{T}\n".encode(encoding))
    said = mapping.parse(f'encoding = "{encoding}"'.encode())
    assert original(path, "csv", 0, mapping=said) == f"花,{T}".encode(encoding)


def test_a_columnar_row_comes_back_as_canonical_json(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"b": [1.0, 2.5], "a": ["é", None], "n": [2**60, 3]})
    assert original(path, "parquet", 0) == '{"a":"é","b":1,"n":1152921504606846976}'.encode()
    assert json.loads(original(path, "parquet", 1)) == {"a": None, "b": 2.5, "n": 3}


@pytest.mark.parametrize("kind", ["access-log", "csv", "parquet"])
def test_a_row_beyond_the_end_and_a_changed_file_are_refused(tmp_path: Path, kind: str) -> None:
    path = parquet(tmp_path, {"a": [1]}) if kind == "parquet" \
        else write(tmp_path, f"{CSV_HEAD}1,2,3\n")
    for row in (-1, 10**9):
        with pytest.raises(InputError, match=r"no such (row|record)"):
            original(path, kind, row)
    with pytest.raises(InputError, match="not the one that was read"):
        original(path, kind, 0, sha256="0" * 64)
    with pytest.raises(InputError, match="no such file"):
        original(tmp_path / "gone", kind, 0)


def test_canonical_json_has_no_room_for_choice() -> None:
    row = {"é": float("nan"), "b": b"\1", "a": [True, {"z": 1, "y": None}],
           "c": [1e21, 1e-7, 0.00001, -0.0, 1e16, 0.1]}
    assert canonical_json(row) == (
        '{"a":[true,{"y":null,"z":1}],"b":"01",'
        '"c":[1e+21,1e-7,0.00001,0,10000000000000000,0.1],"é":"nan"}').encode()


def test_bytes_of_an_unstated_encoding_come_back_as_they_are(tmp_path: Path) -> None:
    data = f'a,b\n花,"{T}\n"\n'.encode("gb18030")
    assert original(write(tmp_path, data), "csv", 0) == data[4:-1]
