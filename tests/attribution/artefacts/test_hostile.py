"""Files made to break a reader: refused with a reason, and the file beside them is still read."""

import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from tests.attribution.artefacts import specimen

from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.item import Inventory
from truetally.attribution.artefacts.read import examine

GOOD = specimen.AGENTS[1]
SMALL = Bounds(ratio_after_bytes=1 << 16, member_bytes=1 << 22, unpacked_bytes=1 << 23,
               resource_bytes=1 << 16)


def beside(folder: Path, name: str, data: bytes, bounds: Bounds = SMALL) -> Inventory:
    """Examine a hostile file with a good one behind it, which must be read."""
    (folder / name).write_bytes(data)
    (folder / "zz.txt").write_text(GOOD, "utf-8")
    found = examine(folder, bounds=bounds)
    assert [item.text for item in found.extracted if item.file == "zz.txt"] == [GOOD]
    return found


def said(found: Inventory) -> str:
    return " / ".join(f"{refused.path}: {refused.reason}" for refused in found.refused)


def test_an_archive_bomb_is_refused(tmp_path: Path) -> None:
    data = specimen.zipped({"bomb": bytes(1 << 20), "fine": GOOD.encode()})
    found = beside(tmp_path, "a.zip", data)
    assert "a.zip!bomb: unpacks to more than 400 times its size" in said(found)
    assert "a.zip!fine" in {entry.path for entry in found.entries}


def test_archives_that_unpack_to_too_much_together_are_refused(tmp_path: Path) -> None:
    data = specimen.zipped({f"m{n}": bytes(range(256)) * 64 for n in range(40)})
    found = beside(tmp_path, "a.zip", data, Bounds(unpacked_bytes=1 << 18))
    assert "unpacks past the bounds" in said(found)


def test_archives_within_archives_end_at_the_bound(tmp_path: Path) -> None:
    data = GOOD.encode()
    for _ in range(6):
        data = specimen.zipped({"in.zip": data})
    found = beside(tmp_path, "a.zip", data)
    assert "an archive more than 3 deep: not opened" in said(found)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\Windows\\x",
                                  "a\\..\\..\\b"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    found = beside(tmp_path, "a.zip", specimen.zipped({name: GOOD.encode(), "fine": b"x"}))
    assert "leads out" in said(found)
    assert [entry.path for entry in found.entries] == ["a.zip", "a.zip!fine", "zz.txt"]


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "a.zip!link: a link" in said(beside(tmp_path, "a.zip", out.getvalue()))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bound_are_refused(tmp_path: Path, method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("m", b"x" * 1000)
    assert "only deflate is read" in said(beside(tmp_path, "a.zip", out.getvalue()))


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(specimen.zipped({"m": b"secret"}))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + at] |= 1
    assert "a.zip!m: encrypted" in said(beside(tmp_path, "a.zip", bytes(data)))


def test_a_name_given_twice_is_read_twice(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("m", b"one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("m", b"two")
    paths = [entry.path for entry in beside(tmp_path, "a.zip", out.getvalue()).entries]
    assert paths == ["a.zip", "a.zip!m", "a.zip!m (2)", "zz.txt"]


def test_a_chinese_name_without_the_flag_is_read_as_gbk(tmp_path: Path) -> None:
    data = specimen.zipped({"aaaa.txt": b"x"}).replace(b"aaaa.txt", "任务.txt".encode("gbk"))
    assert "a.zip!任务.txt" in [entry.path for entry in beside(tmp_path, "a.zip", data).entries]


@pytest.mark.parametrize("cut", [1, 4, 22, 60])
def test_a_cut_archive_is_refused(tmp_path: Path, cut: int) -> None:
    data = specimen.zipped({"m": b"x" * 100})[:-cut]
    assert "a.zip: a damaged archive" in said(beside(tmp_path, "a.zip", data))


def test_a_directory_that_says_it_is_huge_is_refused(tmp_path: Path) -> None:
    data = bytearray(specimen.zipped({"m": b"x"}))
    data[data.rindex(b"PK\x05\x06") + 12:][:4] = b"\xff\xff\xff\x7f"
    at = data.rindex(b"PK\x05\x06") + 12
    data[at:at + 4] = b"\xff\xff\xff\x7f"
    assert "its directory has" in said(beside(tmp_path, "a.zip", bytes(data)))


def test_resources_that_are_bombs_or_damaged_are_refused_one_by_one(tmp_path: Path) -> None:
    data = specimen.pak({
        1: specimen.gzip_entry(bytes(1 << 20)), 2: specimen.gzip_entry(b"cut" * 99)[:-9],
        3: specimen.brotli_entry(bytes(1 << 20)), 4: specimen.brotli_entry(b"x" * 99)[:-3],
        5: b"\x1e\x9b" + bytes(20), 6: specimen.gzip_entry(specimen.DEVTOOLS),
        7: b"\x1f\x8b" + bytes(20),
        8: specimen.brotli_entry(b"abc" * 9)[:2] + b"\x01" + specimen.brotli_entry(b"abc" * 9)[3:]})
    found = beside(tmp_path, "a.pak", data)
    for number, why in ((1, "more than 65536"), (2, "cut off"), (3, "more than 65536"),
                        (4, "cut off"), (5, "Brotli"), (7, "damaged"), (8, "says 1 bytes")):
        assert any(f"resource {number}: " in r.reason and why in r.reason for r in found.refused)
    assert found.extracted[0].place.startswith("resource 6,")


def test_a_pack_whose_table_points_outside_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    data = bytearray(specimen.pak({1: b"one", 2: specimen.DEVTOOLS, 3: b"three"}))
    struct.pack_into("<I", data, 12 + 3 * 6 + 2, 1 << 31)
    found = beside(tmp_path, "a.pak", bytes(data))
    assert "1 resources would lie outside the file" in said(found)
    assert found.extracted[0].place.startswith("resource 2,")


def test_a_pack_cut_in_its_table_is_no_pack(tmp_path: Path) -> None:
    found = beside(tmp_path, "a.pak", specimen.pak(dict.fromkeys(range(9), b"x"))[:40])
    assert found.entries[0].type == "binary"


@pytest.mark.parametrize("statement", [
    "CREATE VIEW v AS SELECT randomblob(1000000000) AS url",
    "CREATE VIRTUAL TABLE v USING fts5(url)",
    "CREATE TABLE v (a TEXT, url TEXT GENERATED ALWAYS AS (upper(a)) VIRTUAL)",
])
def test_a_hostile_schema_costs_only_its_own_table(tmp_path: Path, statement: str) -> None:
    data = specimen.database(
        tmp_path, statement, "CREATE TABLE t (url TEXT)",
        "INSERT INTO t VALUES ('http://task.example/1')",
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END")
    found = beside(tmp_path, "a.db", data)
    assert [item.text for item in found.extracted if item.kind == "task"] == \
        ["http://task.example/1"]


def test_a_name_of_a_table_cannot_become_sql(tmp_path: Path) -> None:
    data = specimen.database(tmp_path, 'CREATE TABLE "a""; DROP TABLE t; --" (url TEXT)',
                             'INSERT INTO "a""; DROP TABLE t; --" VALUES (\'http://x.example\')')
    assert [item.text for item in beside(tmp_path, "a.db", data).extracted
            if item.kind == "task"] == ["http://x.example"]


def test_a_database_that_takes_too_many_steps_is_ended(tmp_path: Path) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 20000) "
    data = specimen.database(tmp_path, "CREATE TABLE t (url TEXT)",
                             f"INSERT INTO t {many}SELECT 'http://x.example/' || i FROM n")
    found = beside(tmp_path, "a.db", data, Bounds(database_steps=20_000))
    assert "not read to its end" in said(found)


def test_a_damaged_database_is_still_searched_as_bytes(tmp_path: Path) -> None:
    data = b"SQLite format 3\0" + b"\xff" * 200 + b"\0" + specimen.AGENTS[0].encode() + b"\0"
    found = beside(tmp_path, "a.db", data)
    assert "a damaged or hostile database" in said(found)
    assert specimen.AGENTS[0] in [item.text for item in found.extracted]


def test_a_damaged_program_is_still_searched_as_bytes(tmp_path: Path) -> None:
    text = b"\0" + specimen.AGENTS[0].encode() + b"\0"
    data = b"MZ" + bytes(58) + struct.pack("<I", 64 + len(text)) + text + b"PE\0\0\x4c\x01"
    found = beside(tmp_path, "a.exe", data)
    assert "a damaged program" in said(found)
    assert specimen.AGENTS[0] in [item.text for item in found.extracted]


def test_a_program_with_an_archive_at_its_end_is_opened(tmp_path: Path) -> None:
    data = specimen.program((1, 0, 0, 0), {"A": "b"}, specimen.zipped({"ua.txt": GOOD.encode()}))
    found = beside(tmp_path, "setup.exe", data)
    assert [entry.path for entry in found.entries] == ["setup.exe", "setup.exe!ua.txt", "zz.txt"]


def test_a_file_of_nothing_but_beginnings_ends_soon(tmp_path: Path) -> None:
    found = beside(tmp_path, "a.bin", b"\xff" + b"Mozilla/5.0 <" * 150_000)
    assert "more than 20000 times" in said(found)


def test_a_folder_as_deep_as_paths_can_be_is_walked(tmp_path: Path) -> None:
    made = [tmp_path]
    try:
        for _ in range(1_100):
            made.append(made[-1] / "d")
            made[-1].mkdir()
        (made[-1] / "ua").write_text(GOOD, "utf-8")
        found = examine(tmp_path)
    finally:  # what clears up after a test is not made for such depths
        (made[-1] / "ua").unlink(missing_ok=True)
        for folder in reversed(made[1:]):
            folder.rmdir()
    assert [item.text for item in found.extracted] == [GOOD]


def test_a_name_that_is_no_text_is_shown_as_it_is(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\xff\xfe")).write_text(GOOD, "utf-8")
    assert [entry.path for entry in examine(tmp_path).entries] == ["a\\xff\\xfe"]
