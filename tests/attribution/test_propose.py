import pytest

from truetally.attribution.artefacts.item import Extracted, Kind
from truetally.attribution.propose import propose
from truetally.errors import InputError
from truetally.events.schema import PLUGIN_SEPARATOR
from truetally.signatures.signature import builtin_signature, matches, parse_signature

THREE = builtin_signature("video-case").fields[0].values[0]
AT = "2020-01-01T00:00:00+00:00"


def item(kind: Kind, text: str, file: str = "f", place: str = "line 1") -> Extracted:
    return Extracted(kind=kind, text=text, file=file, sha256="0" * 64, place=place)


def test_a_whole_list_is_proposed_as_it_stands() -> None:
    made = parse_signature(propose([item("plugin-list", THREE)], AT), "test")
    assert (made.fields[0].condition, made.fields[0].values) == ("exact", (THREE,))
    assert matches(made, {"plugins": THREE}) is True


def test_entries_without_an_order_are_proposed_in_every_order() -> None:
    entries = sorted(THREE.split(PLUGIN_SEPARATOR))
    made = parse_signature(propose([item("plugin", e) for e in entries], AT), "test")
    assert len(made.fields[0].values) == 6
    assert matches(made, {"plugins": THREE}) is True
    assert matches(made, {"plugins": THREE + " | Bank::::a/b?"}) is False


def test_a_pack_and_a_flash_library_give_the_list_of_the_case() -> None:
    items = [item("plugin", "Chromium PDF Viewer", "cef.pak", "resource 9"),
             item("version", "x", "pepflashplayer32_25_0_0_171.dll", "file name")]
    made = parse_signature(propose(items, AT), "test")
    assert matches(made, {"plugins": THREE}) is True
    assert matches(made, {"plugins": THREE.replace("25.0 r0", "26.0 r0")}) is False


def test_user_agents_are_proposed_where_there_is_nothing_better() -> None:
    hostile = 'Mozilla/5.0 ("\\\x7f)'
    made = parse_signature(propose([item("user-agent", hostile)], AT), "test")
    assert made.fields[0].column == "user_agent"
    assert made.fields[0].values == (hostile,)


def test_the_name_follows_from_the_content_and_not_from_the_time() -> None:
    one, two = (parse_signature(propose([item("plugin-list", THREE)], at), "test").name
                for at in (AT, "2021-01-01T00:00:00+00:00"))
    assert one == two


def test_artefacts_without_a_list_propose_nothing() -> None:
    with pytest.raises(InputError, match="no signature can be proposed"):
        propose([item("string", "http://a.example/")], AT)
