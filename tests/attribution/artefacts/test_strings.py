"""Every place of a text is one at which anyone can read it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attribution.artefacts import specimen

from truetally.attribution.artefacts.strings import (
    MOST_IN_A_FILE,
    Standing,
    occurrences,
    standing,
)

NAME, HOST = "Chromium PDF Viewer", "oowok3vd9.bkt.clouddn.com"
FORM = "停留时间"


def places(found: tuple[Standing, ...], text: str) -> list[tuple[str, str]]:
    """File and place of each place of a text."""
    return [(each.file, each.place) for each in found if each.text == text]


def test_a_raw_resource_is_named_with_its_offset_in_the_pack(tmp_path: Path) -> None:
    pack = specimen.pak({7: b"Settings", 117: b"*Chromium PDF Viewer*"}, aliases=[(119, 1)])
    (tmp_path / "cef.pak").write_bytes(pack)
    (found,) = standing(tmp_path, [NAME])
    assert found.place == f"resource 117 (also 119), offset {found.offset:#x}"
    assert pack[found.offset:].startswith(NAME.encode())
    assert found.string == "*Chromium PDF Viewer*"


def test_a_text_that_runs_from_one_resource_into_the_next_is_none(tmp_path: Path) -> None:
    (tmp_path / "cef.pak").write_bytes(specimen.pak({1: b"Chromium PDF", 2: b" Viewer"}))
    assert standing(tmp_path, [NAME]) == ()


@pytest.mark.parametrize(("how", "entry"), [("gzip", specimen.gzip_entry),
                                            ("brotli", specimen.brotli_entry)])
def test_a_compressed_resource_gives_the_offset_in_its_unpacked_data(
        tmp_path: Path, how: str, entry: object) -> None:
    assert callable(entry)
    data = b"x" * 100 + b'{"name": "Chromium PDF Viewer"}' + b"y" * 100
    (tmp_path / "cef.pak").write_bytes(specimen.pak({3: entry(data)}))
    (found,) = standing(tmp_path, [NAME])
    assert found.place == f"resource 3, offset {found.offset:#x} of its unpacked {how} data"
    assert data[found.offset:].startswith(NAME.encode())


def test_a_member_of_a_zip_is_named_and_searched_once(tmp_path: Path) -> None:
    config = f"jump=http://{HOST}/r.html?u=1\r\nterminal=pc\r\n".encode()
    (tmp_path / "client.zip").write_bytes(specimen.zipped({"conf/a.ini": config}))
    (found,) = standing(tmp_path / "client.zip", [HOST])
    assert (found.file, found.place) == ("client.zip!conf/a.ini", "offset 0xc")
    assert found.string == f"jump=http://{HOST}/r.html?u=1"


def test_a_program_holds_texts_in_both_widths(tmp_path: Path) -> None:
    tail = b"\0\0" + f"http://{HOST}/".encode("utf-16-le") + b"\0\0\x01\x02" + HOST.encode()
    (tmp_path / "bot.exe").write_bytes(specimen.program((1, 0, 0, 1), {"ProductName": FORM}, tail))
    data = (tmp_path / "bot.exe").read_bytes()
    found = standing(tmp_path, [HOST, FORM])
    assert [(f.text, f.encoding, f.string) for f in found] == [
        (HOST, "utf-8", HOST), (HOST, "utf-16-le", f"http://{HOST}/"), (FORM, "utf-16-le", FORM)]
    for each in found:
        assert data[each.offset:].startswith(each.text.encode(each.encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_the_words_of_an_order_form_are_found_in_any_encoding(tmp_path: Path,
                                                              encoding: str) -> None:
    (tmp_path / "form.txt").write_bytes(f"<label>{FORM}: 180 s</label>".encode(encoding))
    (found,) = standing(tmp_path, [FORM])
    assert found.encoding == encoding
    assert found.string == f"<label>{FORM}: 180 s</label>"


def test_more_places_than_are_listed_are_said_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "few").write_bytes((HOST + "\0").encode() * MOST_IN_A_FILE)
    (tmp_path / "many").write_bytes((HOST + "\0").encode() * (MOST_IN_A_FILE + 1))
    found = standing(tmp_path, [HOST])
    assert [f.file for f in found] == ["few"] * MOST_IN_A_FILE + ["many"] * MOST_IN_A_FILE
    assert [n for n, f in enumerate(found) if f.more] == [2 * MOST_IN_A_FILE - 1]


def test_a_text_that_stands_everywhere_is_listed_up_to_a_bound(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("truetally.attribution.artefacts.strings.MOST_IN_ALL", 3)
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(f"{HOST}\n{HOST}\n{NAME}", "utf-8")
    found = standing(tmp_path, [HOST, NAME])
    assert [(f.file, f.more) for f in found if f.text == HOST] == [
        ("a", False), ("a", False), ("b", True)]
    assert [(f.file, f.more) for f in found if f.text == NAME] == [
        ("a", False), ("b", False), ("c", True)]


def test_a_pack_that_is_cut_off_is_searched_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = specimen.pak({n: NAME.encode() for n in range(1, 4)})
    (tmp_path / "cef.pak").write_bytes(whole[:-len(NAME)])
    assert [place for _, place in places(standing(tmp_path, [NAME]), NAME)] == [
        f"resource {n}, offset {36 + (n - 1) * len(NAME):#x}" for n in (1, 2)]


@given(st.binary(max_size=400), st.text(min_size=1, max_size=3))
def test_places_are_those_at_which_the_bytes_are(data: bytes, text: str) -> None:
    data += text.encode("gb18030", "replace") + data[:50]
    for at, encoding in occurrences(data, text):
        assert data[at:].startswith(text.encode(encoding, "replace"))
    assert any(True for _ in occurrences(data, text))
