"""A seized client is read as it lies: every file is listed, said what it holds, or refused."""

import hashlib
import os
from pathlib import Path

import pytest
from tests.attribution.artefacts import specimen

from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.item import Extracted, Inventory, Kind
from truetally.attribution.artefacts.read import examine
from truetally.errors import InputError


def texts(inventory: Inventory, kind: Kind) -> list[str]:
    return [item.text for item in inventory.extracted if item.kind == kind]


def only(inventory: Inventory, text: str) -> Extracted:
    found = [item for item in inventory.extracted if item.text == text]
    assert len(found) == 1
    return found[0]


def reasons(inventory: Inventory) -> dict[str, str]:
    return {refused.path: refused.reason for refused in inventory.refused}


def test_every_file_is_listed_with_its_digest_size_and_type(tmp_path: Path) -> None:
    root = specimen.client(tmp_path)
    found = examine(root)
    assert [(entry.path, entry.type) for entry in found.entries] == [
        ("Cookies", "sqlite"), ("FLBrowser", "text (utf-16-le)"), ("cef/cef.pak", "pak v5"),
        ("cef/locales/zh-CN.pak", "pak v4"), ("pepflashplayer32_25_0_0_171.dll", "pe"),
        ("plugins.txt", "text (utf-8)")]
    for entry in found.entries:
        data = (root / entry.path).read_bytes()
        assert (entry.size, entry.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert found.refused == ()


def test_a_folder_and_its_zip_say_the_same(tmp_path: Path) -> None:
    root = specimen.client(tmp_path)
    files = {str(path.relative_to(root)): path.read_bytes()
             for path in sorted(root.rglob("*")) if path.is_file()}
    packed = tmp_path / "client.zip"
    packed.write_bytes(specimen.zipped({"nested.zip": specimen.zipped(files)}))
    inside = examine(packed)
    assert [(item.kind, item.text, item.place, item.file.removeprefix("client.zip!nested.zip!"))
            for item in inside.extracted] == [
                (item.kind, item.text, item.place, item.file)
                for item in examine(root).extracted]
    assert [entry.type for entry in inside.entries[:2]] == ["zip", "zip"]


def test_plugins_of_a_pack_are_class_evidence_that_can_be_looked_up(tmp_path: Path) -> None:
    root = specimen.client(tmp_path)
    item = only(examine(root), "Chromium PDF Viewer")
    data = (root / item.file).read_bytes()
    at = int(item.place.rpartition("0x")[2], 16)
    assert data[at:at + len(item.text)] == b"Chromium PDF Viewer"
    assert (item.kind, item.weight) == ("plugin", "class")
    assert item.place.startswith("resource 102 (also 200), offset ")
    assert item.sha256 == hashlib.sha256(data).hexdigest()


def test_a_pack_without_plugins_names_none(tmp_path: Path) -> None:
    (tmp_path / "other.pak").write_bytes(specimen.pak({1: b"PDF Viewers are many", 2: b"flash"}))
    assert examine(tmp_path).extracted == ()


@pytest.mark.parametrize(("encoding", "code"), [("utf-8", 1), ("utf-16-le", 2)])
def test_texts_end_where_their_resource_ends(tmp_path: Path, encoding: str, code: int) -> None:
    held = ("Play", "Chromium PDF Viewer", specimen.AGENTS[1], "Stop", specimen.AGENTS[0])
    (tmp_path / "a.pak").write_bytes(specimen.pak(
        {n: text.encode(encoding) for n, text in enumerate(held, 1)}, encoding=code))
    assert [(item.text, item.place.split(",")[0]) for item in examine(tmp_path).extracted] == [
        (held[1], "resource 2"), (held[2], "resource 3"), (held[4], "resource 5")]


def test_an_agent_of_the_developer_tools_is_marked(tmp_path: Path) -> None:
    item = only(examine(specimen.client(tmp_path)),
                "Mozilla/5.0 (iPhone; CPU iPhone OS 9_1) Version/9.0")
    assert item.weight == "class"
    assert "does not send it of itself" in item.note
    at = specimen.DEVTOOLS.index(b"Mozilla")
    assert item.place == f"resource 103, offset {at:#x} of its unpacked gzip data"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_of_user_agents_is_read_in_any_encoding(tmp_path: Path, encoding: str,
                                                       end: str) -> None:
    lines = ["# 浏览器列表", *specimen.AGENTS, ""]
    (tmp_path / "list").write_bytes(end.join(lines).encode(encoding))
    found = examine(tmp_path)
    assert tuple(texts(found, "user-agent")) == specimen.AGENTS
    assert [item.place for item in found.extracted][:2] == ["line 2", "line 3"]


def test_agents_are_cut_out_of_what_stands_around_them(tmp_path: Path) -> None:
    agent = specimen.AGENTS[0]
    (tmp_path / "a.json").write_text(f'{{"ua": "{agent}", "n": 1}}\nplain\nplain\nplain\n', "utf-8")
    (tmp_path / "b.csv").write_text(f'1,"{agent}",x\nplain\nplain\nplain\n', "utf-8")
    (tmp_path / "c.ini").write_text(f"[x]\nUser-Agent={agent}\ny=1\nz=2\n", "utf-8")
    assert texts(examine(tmp_path), "user-agent") == [agent] * 3


@pytest.mark.parametrize(("width", "encoding"), [(1, "ascii"), (2, "utf-16-le")])
def test_agents_and_addresses_in_a_binary_have_their_offsets(tmp_path: Path, width: int,
                                                             encoding: str) -> None:
    agent, address = specimen.AGENTS[2], "http://7xrqwu.example/go?id=1"
    data = b"\x7f\0\xff\xfe\1" * 41 + agent.encode(encoding) + b"\0\0\xff" \
        + address.encode(encoding) + b"\0\0\xff\xff"
    (tmp_path / "program").write_bytes(data)
    found = examine(tmp_path)
    for text in (agent, address):
        item = only(found, text)
        at = int(item.place.split()[1], 16)
        assert data[at:at + width * len(text)].decode(encoding) == text


def test_versions_are_read_from_the_resource_and_the_name(tmp_path: Path) -> None:
    found = examine(specimen.client(tmp_path))
    assert [(item.text, item.place) for item in found.extracted if item.kind == "version"] == [
        ("25.0.0.171", "file name"), ("25,0,0,171", "version resource, FileVersion")]
    assert "and in 1 more places" in only(found, "25.0.0.171").note
    assert texts(found, "resource") == ["Shockwave Flash"]


def test_a_program_of_chromium_makes_its_strings_class_evidence(tmp_path: Path) -> None:
    tail = b"\0" + specimen.AGENTS[0].encode() + b"\0"
    for name, product in (("a.dll", "Chromium Embedded Framework"), ("b.exe", "Task Client")):
        (tmp_path / name).write_bytes(specimen.program((3, 0, 0, 1), {"ProductName": product},
                                                       tail))
    weights = {item.file: item.weight for item in examine(tmp_path).extracted
               if item.kind == "user-agent"}
    assert weights == {"a.dll": "class", "b.exe": ""}


def test_cookies_and_tasks_are_read_from_a_database(tmp_path: Path) -> None:
    found = examine(specimen.client(tmp_path))
    cookie = only(found, "c0ffee")
    assert (cookie.kind, cookie.place, cookie.note) == (
        "cookie", "row 1 of table cookies", "uid of .video.example")
    task = only(found, "http://www.video.example/v_1.html")
    assert (task.kind, task.place) == ("task", "row 1 of table task, column url")
    assert task.note.startswith("id=534890; ua=Mozilla/5.0")


def test_plugin_lists_in_text_are_told_from_single_entries(tmp_path: Path) -> None:
    two = f"Chromium PDF Viewer::::application/pdf? | {specimen.FLASH}"
    wide = specimen.FLASH.replace(":", "：")
    (tmp_path / "plugins").write_text(f"{two}\n{wide}\nstd::vector::iterator\n", "utf-8")
    found = examine(tmp_path)
    assert (texts(found, "plugin-list"), texts(found, "plugin")) == ([two], [wide])


def test_the_same_files_say_the_same_in_whatever_order_they_were_made(tmp_path: Path) -> None:
    for folder, names in (("one", "abc"), ("two", "cab")):
        (tmp_path / folder / "x").mkdir(parents=True)
        for name in names:
            (tmp_path / folder / "x" / name).write_text(f"{specimen.AGENTS[0]}{name}\n", "utf-8")
    first, second = examine(tmp_path / "one"), examine(tmp_path / "two")
    assert (first.entries, first.extracted) == (second.entries, second.extracted)


def test_links_pipes_and_unopened_archives_are_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(specimen.AGENTS[0], "utf-8")
    root = tmp_path / "client"
    root.mkdir()
    (root / "file").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    (root / "x.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(40))
    (root / "z").write_text(specimen.AGENTS[1], "utf-8")
    found = examine(root)
    assert texts(found, "user-agent") == [specimen.AGENTS[1]]
    said = reasons(found)
    assert "link" in said["file"]
    assert "link" in said["folder"]
    assert "pipe" in said["pipe"]
    assert said["x.7z"].startswith("7z: not opened")


def test_the_artefact_itself_may_be_named_by_a_link(tmp_path: Path) -> None:
    root = specimen.client(tmp_path)
    packed = tmp_path / "client.zip"
    packed.write_bytes(specimen.zipped({"a": specimen.AGENTS[0].encode()}))
    for name, target in (("folder", root), ("file", packed)):
        (tmp_path / name).symlink_to(target)
        assert len(examine(tmp_path / name).entries) == len(examine(target).entries) > 1


def test_progress_is_told_of_every_byte(tmp_path: Path) -> None:
    told: list[int] = []
    found = examine(specimen.client(tmp_path), progress=told.append)
    assert told == [entry.size for entry in found.entries]


def test_more_items_than_the_bound_are_said_to_be_left_out(tmp_path: Path) -> None:
    lines = "".join(f"{specimen.AGENTS[0]}/{n}\n" for n in range(20))
    (tmp_path / "list").write_text(lines, "utf-8")
    found = examine(tmp_path, bounds=Bounds(items_of_a_file=5))
    assert len(found.extracted) == 5
    assert "more than 5 items" in reasons(found)["list"]


def test_more_files_than_the_bound_are_said_to_be_left_out(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_text(name, "utf-8")
    found = examine(tmp_path, bounds=Bounds(files=2))
    assert [entry.path for entry in found.entries] == ["a", "b"]
    assert "more than 2 files" in reasons(found)["c"]


def test_nothing_at_the_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no artefact"):
        examine(tmp_path / "none")
