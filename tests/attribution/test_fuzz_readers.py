"""Damaged inputs by the thousand: every reader ends, soon, without a crash and within its memory.

Seeds are valid files; each input is a seed with some of its bytes changed, by a generator whose
draws are the same everywhere. `make test` runs 100,000 inputs over all readers, `make soak` more.
"""

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attribution.artefacts import specimen
from tests.attribution.captures import wire
from tests.attribution.ledgers import test_ledgers as ledgers

from truetally.attribution.artefacts.archives import Spent, member, opened_zip
from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.content import Content, NotReadError
from truetally.attribution.artefacts.databases import database_says
from truetally.attribution.artefacts.kinds import kind_of
from truetally.attribution.artefacts.notes import text_says
from truetally.attribution.artefacts.packs import pack_says
from truetally.attribution.artefacts.programs import program_says
from truetally.attribution.artefacts.read import examine
from truetally.attribution.captures.har import har_requests
from truetally.attribution.captures.read import captured
from truetally.attribution.ledgers.columns import ORDER, named_rows
from truetally.attribution.ledgers.table import table_of
from truetally.errors import InputError

SMALL = Bounds(resource_bytes=1 << 16, pack_bytes=1 << 20, member_bytes=1 << 16,
               unpacked_bytes=1 << 20, database_steps=100_000)
NUMBERS = tuple((value & (1 << 8 * size) - 1).to_bytes(size, order) for size in (1, 2, 4, 8)
                for value in (0, 1, -1, 1 << 8 * size - 1, (1 << 8 * size - 1) - 1, 255, 256)
                for order in ("little", "big"))
LONGEST_S = 5  # one input; most take less than a millisecond
MOST_GROWTH_KB = 300_000
AT = 1_504_137_600_000_000


def content(data: bytes) -> Content:
    return Content(path="x", data=data, sha256="")


def pack(data: bytes) -> None:
    list(pack_says(content(data), SMALL, []))


def archive(data: bytes) -> None:
    spent = Spent()
    with opened_zip(data) as members:
        for name, opened, info in members:
            with suppress(NotReadError), member(opened, info, name, SMALL, spent):
                pass


def capture(data: bytes) -> None:
    captured(content(data))


def ledger(data: bytes) -> None:
    named_rows(table_of(content(data)), ORDER, ("id",), 0, Path("x"))


def text(data: bytes) -> None:
    kind = kind_of(data)
    if kind.startswith("text"):
        list(text_says(content(data), kind[6:-1], SMALL))


def database(data: bytes) -> None:
    list(database_says(data, SMALL, []))


def packs(_: Path) -> list[bytes]:
    held = {1: b"raw", 2: specimen.PLUGIN_DATABASE, 3: specimen.gzip_entry(specimen.DEVTOOLS),
            4: specimen.brotli_entry(specimen.DEVTOOLS)}
    return [specimen.pak(held, aliases=[(9, 1)]), specimen.pak(held, version=4, encoding=1)]


def captures(_: Path) -> list[bytes]:
    body = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    packets = [*wire.stream(wire.asked() + body, [60], start_us=AT),
               *wire.stream(wire.hello(b"a.example"), [50], start_us=AT, source_port=9)]
    six = wire.ip(wire.tcp(wire.asked()), source="2001:db8::1", to="2001:db8::2")
    return [wire.pcap(packets), wire.pcapng(packets, order=">"),
            wire.pcap([(AT, wire.ethernet(six, tags=[1]))], nano=True)]


def hars(_: Path) -> list[bytes]:
    rows = [{"name": "User-Agent", "value": specimen.AGENTS[0]}]
    entry = {"startedDateTime": "2017-08-31T08:00:00.5+08:00", "serverIPAddress": "203.0.113.9",
             "request": {"method": "GET", "url": "http://a.example/x", "headers": rows}}
    return [json.dumps({"log": {"entries": [entry, entry]}}).encode()]


def ledger_files(_: Path) -> list[bytes]:
    return [ledgers.CHINESE.encode(), ledgers.CHINESE.encode("gbk"),
            ledgers.CHINESE.encode("utf-16")]


def workbooks(_: Path) -> list[bytes]:
    return [ledgers.workbook([["id", "done", "start"], [1, 2.5, "2017-08-31"]])]


def lists(_: Path) -> list[bytes]:
    lines = "\n".join((*specimen.AGENTS, specimen.FLASH, "http://a.example/x"))
    return [lines.encode(), lines.encode("utf-16"), lines.encode("gb18030")]


def programs(_: Path) -> list[bytes]:
    return [specimen.program((25, 0, 0, 171), {"FileVersion": "25,0,0,171", "ProductName": "x"})]


def databases(folder: Path) -> list[bytes]:
    return [specimen.database(folder, "CREATE TABLE task (id INTEGER, url TEXT)",
                              "CREATE INDEX i ON task (url)", "CREATE VIEW v AS SELECT 1",
                              "INSERT INTO task VALUES (1, 'http://a.example/x')")]


def zips(_: Path) -> list[bytes]:
    return [specimen.zipped({"a/b.txt": b"x" * 300, "c": b"y" * 20})]


READERS: dict[str, tuple[Callable[[bytes], None], Callable[[Path], list[bytes]], int]] = {
    "pak": (pack, packs, 10_000), "capture": (capture, captures, 12_000),
    "har": (lambda data: [har_requests(data)].clear(), hars, 34_000),
    "ledger": (ledger, ledger_files, 26_000), "text": (text, lists, 14_000),
    "zip": (archive, zips, 3_000), "pe": (program_says, programs, 1_000),  # type: ignore[dict-item]
    "sqlite": (database, databases, 800), "xlsx": (ledger, workbooks, 200),
}


def damaged(seeds: list[bytes], draw: Random, count: int) -> Iterator[bytes]:
    """Yield seeds with one to four changes: bytes set, edges of numbers, parts cut or doubled."""
    for _ in range(count):
        data = bytearray(draw.choice(seeds))
        for _ in range(draw.choice((1, 1, 2, 4))):
            at, kind = draw.randrange(len(data) + 1), draw.randrange(5)
            if kind < 2:
                data[at:at + 1] = draw.randbytes(1)
            elif kind == 2:
                number = draw.choice(NUMBERS)
                data[at:at + len(number)] = number
            elif kind == 3:
                del data[at:at + draw.choice((1, 4, 40, 1 << 20))]
            else:
                data[at:at] = data[max(0, at - draw.choice((4, 60, 500))):at]
        yield bytes(data)


def attempt(read: Callable[[bytes], None], data: bytes) -> None:
    with suppress(NotReadError, InputError):
        read(data)


def fuzz(name: str, folder: Path, times: int, seed: int) -> None:
    read, seeds, count = READERS[name]
    gc.freeze()  # pefile collects all garbage for every damaged file
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    draw = Random(seed)  # noqa: S311 repeatable, no secret
    for data in damaged(seeds(folder), draw, count * times):
        start = time.monotonic()
        attempt(read, data)
        assert time.monotonic() - start < LONGEST_S, data.hex()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH_KB


def test_the_inputs_are_at_least_a_hundred_thousand() -> None:
    assert sum(count for _, _, count in READERS.values()) >= 100_000


@pytest.mark.parametrize("name", READERS)
def test_a_reader_survives_damaged_files(name: str, tmp_path: Path) -> None:
    fuzz(name, tmp_path, 1, 778)


@pytest.mark.parametrize("name", READERS)
def test_the_seeds_are_read_without_a_complaint(name: str, tmp_path: Path) -> None:
    read, seeds, _ = READERS[name]
    for data in seeds(tmp_path):
        read(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["request", "startedDateTime", "url", "method", "headers", "name", "value",
                         "postData", "text"]), inner, max_size=4), max_leaves=12)


@given(st.lists(JSON, max_size=4))
def test_every_entry_of_a_har_is_a_request_or_refused(entries: list[object]) -> None:
    count, requests, refused = har_requests(json.dumps({"log": {"entries": entries}}).encode())
    assert count == len(entries) == len(requests) + len(refused)


@given(st.text(alphabet='1a,";\n\r\té票', max_size=60))
def test_any_text_is_a_ledger_or_an_error(said: str) -> None:
    attempt(ledger, b"id,done\n" + said.encode())


def test_damaged_files_in_a_folder_never_stop_the_examination(tmp_path: Path) -> None:
    draw, root = Random(51), tmp_path / "client"  # noqa: S311 repeatable, no secret
    root.mkdir()
    for name, (_, seeds, _) in READERS.items():
        for number, data in enumerate(damaged(seeds(tmp_path), draw, 30)):
            (root / f"{name}-{number}").write_bytes(data)
    found = examine(root, bounds=SMALL)
    listed = {entry.path for entry in found.entries if "!" not in entry.path}
    assert listed == {path.name for path in root.iterdir()}


@pytest.mark.soak
@pytest.mark.parametrize("name", READERS)
def test_a_reader_survives_many_more_damaged_files(name: str, tmp_path: Path) -> None:
    fuzz(name, tmp_path, 20, 779)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["pak", "capture", "har", "ledger"])
def test_a_reader_survives_what_atheris_finds(name: str, tmp_path: Path) -> None:
    """Coverage-guided, in a process of its own, since atheris ends the process it runs in."""
    pytest.importorskip("atheris", reason="no atheris to search with: pip install atheris")
    import subprocess

    for number, data in enumerate(READERS[name][1](tmp_path)):
        (tmp_path / f"seed{number}").write_bytes(data)
    script = ("import atheris, sys\nwith atheris.instrument_imports(include=['truetally']):\n"
              "    from tests.attribution import test_fuzz_readers as f\n"
              f"read = f.READERS[{name!r}][0]\n"
              "atheris.Setup(sys.argv, lambda data: f.attempt(read, data))\natheris.Fuzz()\n")
    done = subprocess.run([sys.executable, "-c", script, "-runs=200000", "-max_total_time=120",
                           "-timeout=5", "-rss_limit_mb=1024", str(tmp_path)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
