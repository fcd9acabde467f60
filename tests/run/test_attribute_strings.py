"""A crafted client through the whole command: a program's resources, and where a signature is."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.attribution.artefacts.specimen import gzip_entry, pak, program, zipped
from tests.run.cases import decide, row

from truetally.cli import app, guarded

HOST = "oowok3vd9.bkt.clouddn.com"
PLUGINS = ("Chromium PDF Viewer::::application/pdf? | "
           "Shockwave Flash::Shockwave Flash 25.0 r0::application/x-shockwave-flash?swf")
SIGNATURE = f"""
name = "redirect"
revision = 1
title = "a redirecting host and three plugins"
frozen_at = 2017-01-01T00:00:00Z
source = "a test"
markers = ["停留时间", "/task/list.do"]
[[field]]
column = "referrer_host"
condition = "exact"
values = ["{HOST}"]
normalise = []
source = "a test"
[[field]]
column = "plugins"
condition = "exact"
values = ["{PLUGINS}"]
normalise = []
source = "a test"
"""


def client(folder: Path) -> Path:
    """A program with a version resource, a pack, and a zip with a form in GB 18030."""
    folder.mkdir()
    tail = f"\0\0http://{HOST}/r.html?u=%s\0".encode("utf-16-le")
    (folder / "FLBrowser.exe").write_bytes(program(
        (3, 2, 1, 0), {"FileVersion": "3.2.1.0", "CompanyName": "流量软件"}, tail))
    (folder / "cef.pak").write_bytes(pak({
        5: b"Chromium PDF Viewer", 6: gzip_entry(b"name: Shockwave Flash;" * 3)}))
    (folder / "conf.zip").write_bytes(zipped({
        "form.htm": "<label>停留时间</label><a href=/task/list.do>".encode("gb18030")}))
    return folder


@pytest.fixture(scope="module")
def attributed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a case's attribution, by the command line."""
    folder = tmp_path_factory.mktemp("strings")
    rows = [row(n * 100, device_id=f"d{n % 3}", plugins=PLUGINS if n % 3 else None,
                referrer=f"http://{HOST}/r.html" if n % 3 else None) for n in range(30)]
    decide(folder, rows)
    (folder / "s.toml").write_text(SIGNATURE, "utf-8")
    asked = ["attribute", str(folder / "case"), "--artefacts", str(client(folder / "client")),
             "--signature", str(folder / "s.toml")]
    assert guarded(lambda: app(asked, standalone_mode=False)) == 0
    return folder / "case" / "attribution"


def read(folder: Path, name: str) -> Any:
    """One of the files."""
    return json.loads((folder / name).read_text("utf-8"))


def places(folder: Path) -> dict[str, list[tuple[str, str, str]]]:
    """File, place and string of every text of the signature."""
    said = read(folder, "results.json")["signatures"][0]["strings"]
    return {text["text"]: [(p["file"], p["place"], p["string"]) for p in text["places"]]
            for text in said["texts"]}


def test_every_text_of_the_signature_is_listed_with_file_resource_offset_and_string(
        attributed: Path) -> None:
    found = places(attributed)
    program_at = (attributed.parents[1] / "client" / "FLBrowser.exe").read_bytes().index(
        HOST.encode("utf-16-le"))
    assert found[HOST] == [("FLBrowser.exe", f"offset {program_at:#x}",
                            f"http://{HOST}/r.html?u=%s")]
    assert found["Chromium PDF Viewer"] == [
        ("cef.pak", "resource 5, offset 0x1e", "Chromium PDF Viewer")]
    assert [place for _, place, _ in found["Shockwave Flash"]] == [
        f"resource 6, offset {at:#x} of its unpacked gzip data" for at in (6, 28, 50)]
    assert found["停留时间"] == [("conf.zip!form.htm", "offset 0x7",
                              "<label>停留时间</label><a href=/task/list.do>")]
    assert found["/task/list.do"][0][:2] == ("conf.zip!form.htm", "offset 0x1f")


def test_texts_that_are_nowhere_are_listed_without_a_place(attributed: Path) -> None:
    found, said = places(attributed), read(attributed, "results.json")["signatures"][0]["strings"]
    assert found["application/x-shockwave-flash"] == []
    assert (said["searched"], said["not_searched"]) == (len(found), 0)
    assert said["found"] == sum(map(bool, found.values())) == 5


def test_what_a_program_says_of_itself_is_in_the_inventory(attributed: Path) -> None:
    items = [i for i in read(attributed, "inventory.json")["items"] if i["file"] == "FLBrowser.exe"]
    said = {(i["kind"], i["text"], i["place"]) for i in items}
    assert {("version", "3.2.1.0", "version resource 1, fixed file version"),
            ("resource", "流量软件", "version resource, CompanyName")} <= said
    assert len({i["sha256"] for i in items}) == 1


def test_the_terminal_says_how_many_were_found(attributed: Path,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    folder = attributed.parents[1]
    asked = ["attribute", str(folder / "case"), "--artefacts", str(folder / "client"),
             "--signature", str(folder / "s.toml"), "--lang", "zh"]
    assert guarded(lambda: app(asked, standalone_mode=False)) == 0
    assert "10 项中见 5 项，列出 7 处" in capsys.readouterr().out
