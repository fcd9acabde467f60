"""Stored bytes: what is parsed is what was hashed, and nothing unpacks without bound."""

import gzip
import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pytest
from tests.events.sources_for_tests import LINE, rows, run, values, write

from truetally.errors import InputError
from truetally.events.limits import Limits
from truetally.events.read import read

DATA = b"".join(LINE.replace(b"2326", str(i).encode()) + b"\n" for i in range(2_000))


def zstd(data: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(data, asbytes=True))


@pytest.mark.parametrize("pack", [
    gzip.compress, zstd, lambda d: gzip.compress(d[:9]) + gzip.compress(d[9:]),
    lambda d: zstd(d[:9]) + zstd(d[9:])])
def test_packed_sources_give_the_rows_of_plain_ones(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    packed = pack(DATA)
    source = run(tmp_path, packed)
    assert source.sha256 == hashlib.sha256(packed).hexdigest()
    assert source.size == len(packed)
    assert rows(source) == rows(run(tmp_path, DATA))


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_a_cut_packed_source_is_refused(tmp_path: Path, pack: object, keep: float) -> None:
    assert callable(pack)
    packed = pack(os.urandom(3_000).hex().encode() + DATA)
    with pytest.raises(InputError, match=r"cut off or damaged.*copy the file again"):
        run(tmp_path, packed[:int(len(packed) * keep)])
    assert [p for p in (tmp_path / "case").rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_a_bomb_is_refused_early(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    bomb = pack((LINE + b"\n") * 200_000)
    with pytest.raises(InputError, match="unpacks to more than the limits allow"):
        run(tmp_path, bomb, limits=Limits(ratio=50, ratio_after_bytes=1 << 20))
    with pytest.raises(InputError, match="unpacks to more than the limits allow"):
        run(tmp_path, bomb, limits=Limits(decompressed_bytes=1 << 20))


@pytest.mark.parametrize("data", [b"", gzip.compress(b"", mtime=0)])
def test_an_empty_source_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="the file is empty"):
        run(tmp_path, data)


@pytest.mark.parametrize("data", [b"\0\1\2\3", b"hello\n", b"\n\n", b"PK\3\4zip"])
def test_bytes_of_no_known_kind_are_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="of no kind that can be read"):
        run(tmp_path, data)


def test_a_missing_source_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match="no such file"):
            read(path, tmp_path / "case" / "events")


def test_a_source_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, DATA)

    def grow(done: int, whole: int) -> None:
        with path.open("ab") as file:
            file.write(LINE + b"\n")

    with pytest.raises(InputError, match="changed while it was being read"):
        read(path, tmp_path / "case" / "events", progress=grow)
    assert [p for p in (tmp_path / "case").rglob("*") if p.is_file()] == []


def test_a_source_that_is_replaced_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, DATA)

    def replace(done: int, whole: int) -> None:
        write(tmp_path, DATA, "other").replace(path)

    with pytest.raises(InputError, match="changed while it was being read"):
        read(path, tmp_path / "case" / "events", progress=replace)


def test_all_rows_bad_is_an_error_that_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not one good row.*3 x kind is none of"):
        run(tmp_path, "time_ms,kind,item_id\n" + "1700000000000,x,a\n" * 3)


def test_reading_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first = run(tmp_path, DATA)
    bytes_before = first.events_path.read_bytes()
    assert run(tmp_path, DATA) == first
    assert first.events_path.read_bytes() == bytes_before
    assert values(first, "row") == list(range(2_000))
