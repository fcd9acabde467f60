"""Canonical JSON after RFC 8785."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.evidence.canonical import canonical, parsed
from truetally.evidence.errors import EvidenceError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(st.none() | st.booleans() | st.integers(-2**53 + 1, 2**53 - 1) | TEXT,
                      lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


@given(VALUES)
def test_a_value_comes_back_and_has_one_text(value: object) -> None:
    text = canonical(value)
    assert parsed(text, "test") == json.loads(text) == value
    assert canonical(json.loads(text)) == text


def test_names_are_in_the_order_of_utf_16() -> None:
    # RFC 8785, 3.2.3: the example of the standard.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    order = list(json.loads(canonical(dict.fromkeys(names))))
    assert order == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_texts_are_escaped_as_the_standard_says() -> None:
    expected = '"\\b\\t\\n\\f\\r\\u001f\\"\\\\/\u2028é"'
    assert canonical('\x08\t\n\x0c\r\x1f"\\/\u2028é') == expected.encode()


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, -2**53, {1: 2}, "\ud800", b"x", {1}])
def test_what_has_no_exact_form_is_refused(value: object) -> None:
    with pytest.raises(EvidenceError):
        canonical([value])


@pytest.mark.parametrize("text", [b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a": 1}', b"1.0", b"NaN",
                                  b"\xff", b"[1", b'"\\u0041"', b"[" * 100_000])
def test_any_other_text_of_a_value_is_refused(text: bytes) -> None:
    with pytest.raises(EvidenceError):
        parsed(text, "test")
