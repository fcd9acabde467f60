import pytest

from truetally.attribution.artefacts.item import Extracted, Kind
from truetally.attribution.lookup import (
    chromium_branches,
    flash_of,
    flash_versions,
    index,
    look_up,
)
from truetally.events.schema import PLUGIN_SEPARATOR
from truetally.signatures.signature import builtin_signature

CASE = builtin_signature("video-case")
THREE = CASE.fields[0].values[0]
PARTS = ("Chromium PDF Viewer", "application/pdf", "Shockwave Flash",
         "application/x-shockwave-flash", "application/futuresplash", "Portable Document Format",
         "application/x-google-chrome-pdf")


def item(kind: Kind, text: str, file: str = "cef.pak", place: str = "resource 1",
         weight: str = "") -> Extracted:
    return Extracted(kind=kind, text=text, file=file, sha256="0" * 64, place=place,
                     weight="class" if weight else "")


PACK = tuple(item("plugin", text, place=f"resource {n}") for n, text in enumerate(PARTS))
DLL = item("version", "32.25.0.0", "pepflashplayer32_25_0_0_171.dll", "file name")


def test_a_user_agent_is_found_as_it_stands_and_not_as_a_part() -> None:
    held = index([item("user-agent", "Mozilla/5.0 (A) x")])
    assert look_up(held, "user_agent", "Mozilla/5.0 (A) x").how == "whole"
    assert look_up(held, "user_agent", "Mozilla/5.0 (A)").how == ""
    assert look_up(held, "user_agent", "mozilla/5.0 (a) x").how == ""


def test_a_user_agent_of_chromiums_own_files_is_nobodys() -> None:
    held = index([item("user-agent", "Mozilla/5.0 (A) x", weight="class")])
    assert look_up(held, "user_agent", "Mozilla/5.0 (A) x").how == ""


def test_a_list_is_found_whole_with_the_spellings_of_the_signature() -> None:
    held = index([item("plugin-list", THREE.replace(":", "：").replace(" ", ""))], CASE)
    assert look_up(held, "plugins", THREE).how == "whole"
    assert look_up(index(held_items(THREE)), "plugins", THREE + " | Bank::b::c/d?").how == ""


def held_items(text: str) -> list[Extracted]:
    return [item("plugin-list", text)]


def test_entries_that_stand_in_one_file_make_the_list_in_any_order() -> None:
    entries = [item("plugin", e, place=f"line {n}") for n, e in
               enumerate(sorted(THREE.split(PLUGIN_SEPARATOR)), 1)]
    found = look_up(index(entries, CASE), "plugins", THREE)
    assert (found.how, len(found.places)) == ("entries", 3)
    assert look_up(index(entries[:2], CASE), "plugins", THREE).how == ""


def test_the_parts_of_a_pack_and_the_version_of_a_library_make_the_list() -> None:
    found = look_up(index([*PACK, DLL], CASE), "plugins", THREE)
    assert (found.how, found.missing) == ("parts", ())
    assert look_up(index(PACK, CASE), "plugins", THREE).missing == ("Shockwave Flash 25.0 r0",)


def test_a_pack_without_a_name_is_no_source_of_the_list() -> None:
    found = look_up(index(PACK[1:], CASE), "plugins", THREE)
    assert (found.how, found.places) == ("", ())
    assert "Chromium PDF Viewer" in found.missing


def test_a_library_names_its_word_size_before_its_version() -> None:
    resource = item("version", "25,0,0,171", "pepflashplayer32_25_0_0_171.dll", "fixed")
    assert [v for v, _ in flash_versions([DLL, resource])] == ["25.0.0.171"]
    assert list(flash_versions([item("version", "1.2.3.4", "libcef.dll", "fixed")])) == []


@pytest.mark.parametrize(("text", "parts"), [
    ("Shockwave Flash 25.0 r0", ("25", "0", "0")), ("ShockwaveFlash25.0", ("25", "0")),
    ("Shockwave Flash 20.0.0.306", ("20", "0", "0")), ("Chromium PDF Viewer", None)])
def test_the_version_that_a_list_names(text: str, parts: tuple[str, ...] | None) -> None:
    assert flash_of(text) == parts


def test_the_branch_of_chromium_is_the_third_part_of_its_version() -> None:
    items = [item("version", "3.2987.1601.gf035232", "libcef.dll"),
             item("version", "49.0.2623.110", "chrome.dll"), item("string", "55.0.2883.87")]
    assert chromium_branches(items) == ("2623", "2987")


def test_nothing_is_found_in_nothing() -> None:
    held = index([])
    assert {look_up(held, c, "x").how for c in ("user_agent", "plugins", "language", "screen")} \
        == {""}
