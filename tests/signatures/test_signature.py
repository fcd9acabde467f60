from pathlib import Path

import pytest

from truetally.errors import PolicyError
from truetally.events.schema import PLUGIN_SEPARATOR
from truetally.signatures.signature import (
    builtin_signature,
    field_matches,
    matches,
    parse_signature,
    read_signature,
)

CASE = builtin_signature("video-case")
THREE, = CASE.fields[0].values
TWO_FIELDS = """
name = "two"
revision = 1
title = "two fields"
frozen_at = 2020-01-01T08:00:00+08:00
source = "a test"
[[field]]
column = "user_agent"
condition = "prefix"
values = ["Mozilla/4.0", "Mozilla/5.0 (Windows NT 6.1"]
normalise = ["lower"]
source = "a test"
[[field]]
column = "terminal"
condition = "set"
values = ["pc", "h5"]
source = "a test"
[[normalisation]]
name = "lower"
reason = "one counter writes in lower case"
"""


def test_the_list_of_the_case_is_borne_by_exactly_that_list() -> None:
    assert matches(CASE, {"plugins": THREE}) is True
    bank = THREE + PLUGIN_SEPARATOR + "Bank::::application/x-bank?"
    assert matches(CASE, {"plugins": bank}) is False
    parts = THREE.split(PLUGIN_SEPARATOR)
    assert matches(CASE, {"plugins": PLUGIN_SEPARATOR.join(parts[::-1])}) is False
    assert len(parts) == 3


@pytest.mark.parametrize(("written", "same"), [
    ("25.0 r0", True), ("25.0r0", True), ("25.0.0.171", True), ("25,0,0,171", True), ("25.0", True),
    ("25.1 r0", False), ("2.50", False), ("20.0.0.306", False), ("125.0 r0", False)])
def test_versions_agree_in_what_both_write_and_in_no_more(written: str, *, same: bool) -> None:
    text = THREE.replace("25.0 r0", written)
    assert matches(CASE, {"plugins": text}) is same


def test_spellings_of_the_print_are_the_same_list() -> None:
    assert matches(CASE, {"plugins": THREE.replace(":", "：").replace(" ", "")}) is True


def test_an_unknown_field_leaves_the_answer_open_unless_another_differs() -> None:
    two = parse_signature(TWO_FIELDS, "test")
    assert matches(two, {"user_agent": "MOZILLA/4.0 x", "terminal": "pc"}) is True
    assert matches(two, {"user_agent": "mozilla/4.0 x", "terminal": None}) is None
    assert matches(two, {"user_agent": None, "terminal": "tv"}) is False
    assert matches(two, {}) is None


def test_a_suffix_is_at_the_end() -> None:
    text = TWO_FIELDS.replace('"prefix"', '"suffix"').replace("Mozilla/4.0", "Edge")
    field = parse_signature(text, "test").fields[0]
    assert field_matches(field, "a browser: edge") is True
    assert field_matches(field, "Edge browser") is False


def test_the_hash_is_of_the_content_and_not_of_its_layout() -> None:
    same = parse_signature(TWO_FIELDS.replace("\n[[field]]", "\n# a remark\n\n[[field]]"), "test")
    assert same.sha256 == parse_signature(TWO_FIELDS, "test").sha256
    other = TWO_FIELDS.replace('"h5"', '"tv"')
    assert parse_signature(other, "test").sha256 != same.sha256


def test_the_moment_of_freezing_is_in_utc() -> None:
    assert parse_signature(TWO_FIELDS, "test").frozen_at == "2020-01-01T00:00:00+00:00"


@pytest.mark.parametrize(("old", "new", "why"), [
    ('name = "two"', 'name = ""', "key name"), ("revision = 1", "revision = 0", "key revision"),
    ("frozen_at = 2020-01-01T08:00:00+08:00", "frozen_at = 2020-01-01", "frozen_at"),
    ("+08:00", "", "frozen_at"), ('title = "two fields"', "", "keys of a signature"),
    ('"user_agent"', '"watched_ms"', "text column"), ('"prefix"', '"regex"', "unknown condition"),
    ('"prefix"', '"exact"', "do not fit"), ('["pc", "h5"]', "[]", "do not fit"),
    ('["pc", "h5"]', '["pc", 5]', "key values"), ('["lower"]', '["soundex"]', "unknown normal"),
    ('["lower"]', "[]", "reasons differ"), ('name = "lower"', 'name = "spaces"', "reasons differ"),
    ("[[field]]", "[[feld]]", "keys of a signature"), ('"two"', '"two', "malformed TOML")])
def test_a_signature_that_is_not_sound_is_refused(old: str, new: str, why: str) -> None:
    assert old in TWO_FIELDS
    with pytest.raises(PolicyError, match=why):
        parse_signature(TWO_FIELDS.replace(old, new), "test")


def test_a_file_is_read_and_a_missing_one_refused(tmp_path: Path) -> None:
    (tmp_path / "two.toml").write_text(TWO_FIELDS, "utf-8")
    assert read_signature(tmp_path / "two.toml") == parse_signature(TWO_FIELDS, "elsewhere")
    with pytest.raises(PolicyError, match="cannot read"):
        read_signature(tmp_path / "three.toml")
    with pytest.raises(PolicyError, match="unknown built-in"):
        builtin_signature("../releases")


def test_texts_to_look_for_in_the_client_are_part_of_the_hash_where_they_are_given() -> None:
    head = 'markers = ["停留时间"]\n'
    plain, more = parse_signature(TWO_FIELDS, "x"), parse_signature(head + TWO_FIELDS, "x")
    assert (plain.markers, more.markers) == ((), ("停留时间",))
    assert plain.sha256 != more.sha256
    for wrong in ("markers = []\n", 'markers = [""]\n', "markers = [1]\n"):
        with pytest.raises(PolicyError, match="markers"):
            parse_signature(wrong + TWO_FIELDS, "x")
