"""Hostile text is shown, and does nothing."""

import csv
import html
import io
import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.report import safe

HOSTILE = {
    "ansi colour": "\x1b[31mred\x1b[0m", "ansi title": "\x1b]0;owned\x07", "c1 csi": "\x9b31m",
    "bell": "\a", "carriage return": "honest\rforged", "newline": "one\nverdict: valid",
    "nul": "a\x00b", "delete": "a\x7fb", "bidi override": "\u202egpj.exe",
    "isolate": "\u2066x\u2069",
    "zero width": "pay\u200bpal", "bom": "\ufeffx", "tags": "a\U000e0041", "line": "a\u2028b",
    "soft hyphen": "a\u00adb", "surrogate": "\udc80", "hangul filler": "\u3164",
    "private use": "\ue000", "noncharacter": "\ufdd0", "script": "<script>alert(1)</script>",
    "attribute": "\" onmouseover='alert(1)", "formula": '=HYPERLINK("http://x","y")',
    "rich markup": "[bold red]x[/]", "piled marks": "a" + "\u0301" * 40,
}
anything = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_a_terminal_acts_on_is_left_of_hostile_text(name: str) -> None:
    shown = safe.visible(HOSTILE[name])
    hidden = {c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}
    assert hidden == set()
    assert "\u0301" * 3 not in shown


def test_every_character_that_unicode_calls_hidden_is_escaped() -> None:
    kinds = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    left = [hex(n) for n in range(sys.maxunicode + 1)
            if unicodedata.category(chr(n)) in kinds and safe.visible(chr(n)) == chr(n)]
    assert left == []


def test_ordinary_chinese_and_latin_text_is_shown_as_it_is() -> None:
    for text in ("真量 2017，毛量", "Chromium PDF Viewer::application/pdf?", "café", "🎬 ok"):
        assert safe.visible(text) == text


def test_an_escape_in_the_data_is_told_from_one_made_here() -> None:
    assert safe.visible("\x1b") == "\\x1b"
    assert safe.visible("\\x1b") == "\\\\x1b"


@given(anything, anything)
def test_texts_that_differ_never_look_the_same(one: str, other: str) -> None:
    assert (one == other) == (safe.visible(one, None) == safe.visible(other, None))


@given(anything)
def test_what_is_shown_leads_back_to_what_was_given(text: str) -> None:
    shown = safe.visible(text, None)
    back = shown.encode("latin-1", "backslashreplace").decode("unicode_escape")
    assert back.encode("utf-8", "surrogatepass") == text.encode("utf-8", "surrogatepass")


def test_a_long_value_is_cut_with_a_mark() -> None:
    assert safe.visible("x" * 500, 10) == "x" * 10 + "…"
    assert safe.visible("x" * 10, 10) == "x" * 10


@given(anything)
def test_html_holds_no_markup_of_the_data_and_reads_back(text: str) -> None:
    shown = safe.for_html(text, None)
    assert not set(shown) & set("<>\"'")
    assert html.unescape(shown) == safe.visible(text, None)


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "=1",
                                   "|cmd", "\n-1", "　=1", "%0A=1"])
def test_a_cell_never_begins_a_formula(start: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([safe.for_sheet(start)])
    cell = next(csv.reader(io.StringIO(out.getvalue())))[0]
    assert cell[0] in "'\\"


def test_an_ordinary_cell_is_left_alone() -> None:
    assert safe.for_sheet("v_19rreis95c.html") == "v_19rreis95c.html"
    assert safe.for_sheet("真量") == "真量"


@given(st.dictionaries(anything, anything, max_size=5))
def test_json_is_one_line_of_visible_ascii_with_the_same_meaning(value: dict[str, str]) -> None:
    text = safe.for_json(value)
    assert all(" " <= c <= "~" for c in text)
    assert json.loads(text) == value


def test_json_refuses_what_json_does_not_know() -> None:
    with pytest.raises(ValueError, match="JSON"):
        safe.for_json({"share": float("nan")})


def test_a_message_keeps_its_lines_and_paths_and_loses_its_tricks() -> None:
    assert safe.message("one\ntwo\x1b[2J C:\\logs") == "one\ntwo\\x1b[2J C:\\logs"
