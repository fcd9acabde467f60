"""Threads and the borders of blocks change no byte; an interruption leaves nothing behind."""

import gzip
import threading
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.events.reference_access_log import read_line
from tests.events.sources_for_tests import CSV_HEAD, LINE, rejects, rows, run, write

from truetally.events.limits import Limits
from truetally.events.read import read
from truetally.events.source import Source

T = 1_700_000_000_000
ODD = (b"", b"bad", b'"', LINE.replace(b"X11", b'\\"'), LINE.replace(b"GET ", b"GET http://h"),
       LINE.replace(b"2024", b"2100"), LINE[:LINE.index(b' "http://ref')], LINE + b' "10.0.0.1"',
       LINE.replace(b"X11", b"\xff"), LINE.replace(b"X11", "中".encode()))


def lines(count: int) -> list[bytes]:
    draw = Random(7)  # noqa: S311 a made source, not a secret
    usual = [LINE.replace(b"36 +", b"%02d +" % (i % 60)).replace(b"2326", b"%d" % (i * 37))
             for i in range(count)]
    return [draw.choice(ODD) if draw.random() < 0.05 else line for line in usual]


def sources() -> dict[str, bytes]:
    log = b"\n".join(lines(3_000))
    csv = CSV_HEAD + "".join(f'{T + i},play,"t{i % 9}"\n' for i in range(3_000))
    objects = "".join(f'{{"time_ms":{T + i},"kind":"play","item_id":"t{i % 9}"}}\n{{\n'
                      for i in range(1_500))
    return {"access-log": log, "gz": gzip.compress(log, mtime=0), "csv": csv.encode(),
            "json-lines": objects.encode()}


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (folder / "case").rglob("*") if p.is_file()}


@pytest.mark.parametrize("kind", sources())
def test_any_number_of_threads_writes_the_same_bytes(tmp_path: Path, kind: str) -> None:
    found = []
    for threads in (1, 2, 3):
        folder = tmp_path / str(threads)
        folder.mkdir()
        run(folder, sources()[kind], limits=Limits(threads=threads, block_bytes=1 << 14))
        found.append(contents(folder))
    assert len(found[0]) == 2
    assert found[0] == found[1] == found[2]


def accepted(data: bytes) -> list[int]:
    """Number the lines that the literal reader takes and whose year is not out of range."""
    return [number for number, line in enumerate(data.split(b"\n"))
            if read_line(line) and b"/2100:" not in line]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([LINE, *ODD]), min_size=1, max_size=30), st.integers(1, 1_500),
       st.integers(1, 3))
def test_a_block_may_end_anywhere(tmp_path_factory: pytest.TempPathFactory, found: list[bytes],
                                  size: int, threads: int) -> None:
    data = b"\n".join([LINE, *found, b"x"])
    folders = [tmp_path_factory.mktemp("f") for _ in range(2)]
    whole = run(folders[0], data)
    parts = run(folders[1], data, limits=Limits(block_bytes=size, threads=threads))
    assert rows(parts) == rows(whole)
    assert [row["row"] for row in rows(whole)] == accepted(data)
    assert rejects(parts, folders[1]) == rejects(whole, folders[0])


def test_one_thread_starts_no_other(tmp_path: Path) -> None:
    before = threading.active_count()
    seen = []

    def look(done: int, whole: int) -> None:
        seen.append(threading.active_count())

    read(write(tmp_path, b"\n".join(lines(500))), tmp_path / "case" / "events",
         limits=Limits(threads=1, block_bytes=1 << 12), progress=look)
    assert set(seen) == {before}


def test_an_interruption_leaves_no_file_and_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()

    def interrupt(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(write(tmp_path, b"\n".join(lines(2_000))), tmp_path / "case" / "events",
             limits=Limits(threads=2, block_bytes=1 << 14), progress=interrupt)
    assert contents(tmp_path) == {}
    assert threading.active_count() == before


def texts_stored(source: Source) -> bytes:
    """Return every byte of the file's columns, unpacked."""
    table = pq.read_table(source.events_path, read_dictionary=["referrer"])
    return b"".join(buffer.to_pybytes() for chunk in table["referrer"].chunks
                    for buffer in chunk.dictionary.buffers() if buffer)


def test_texts_of_rejected_rows_are_not_in_the_file(tmp_path: Path) -> None:
    secret = LINE.replace(b"2024", b"2100").replace(b"ref.example", b"secret.example")
    source = run(tmp_path, b"\n".join([LINE, secret, LINE]))
    assert (source.rows, source.rejected) == (2, 1)
    assert b"ref.example" in texts_stored(source)
    assert b"secret.example" not in texts_stored(source)


def test_texts_that_never_repeat_are_stored_without_a_dictionary(tmp_path: Path) -> None:
    data = CSV_HEAD.replace("item_id", "item_id,session_id") + "".join(
        f"{T},play,a,s{i}\n" for i in range(100))
    source = run(tmp_path, data)
    assert len({row["session_id"] for row in rows(source)}) == 100
    group = pq.ParquetFile(source.events_path).metadata.row_group(0)
    stored = {group.column(i).path_in_schema: group.column(i).has_dictionary_page
              for i in range(group.num_columns)}
    assert (stored["item_id"], stored["session_id"]) == (True, False)
