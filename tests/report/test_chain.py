"""The chain's drawing: valid, escaped, in both languages."""

from typing import Any
from xml.etree import ElementTree

import pytest

from truetally.report.chain import draw, files, notes
from truetally.report.words import LANGS, Lang

RESULTS: dict[str, Any] = {
    "log": {"synthetic": True}, "devices": 33, "events": 64_942, "items": 12,
    "inventory": {"root": "<client> & co", "files": 3},
    "reverse": {"found": 5, "not_found": 1},
    "signatures": [{"name": "a<b>&c", "revision": 1, "sha256": "0" * 64,
                    "frozen": {"at": "2020-01-01T00:00:00+00:00", "changed_after": ["1" * 64]}}],
    "strength": {"evidence": "class", "verbal": "moderate", "reference": {
        "base_upper_ppb": 18_000_000}},
    "answers": [{"argument_text": {"en": "<b>", "zh": "抗辩"}, "status": "open",
                 "answer_text": {"en": "no", "zh": "否"}}]}


@pytest.mark.parametrize("lang", LANGS)
def test_the_drawing_is_whole_and_holds_texts_of_data_as_text(lang: Lang) -> None:
    texts = [e.text for e in ElementTree.fromstring(draw(RESULTS, lang)).iter()  # noqa: S314 - ours
             if e.text]
    assert {"33", "64,942", "a<b>&c r1", "<client> & co"} <= set(texts)


@pytest.mark.parametrize("lang", LANGS)
def test_it_comes_as_svg_png_and_page(lang: Lang) -> None:
    made = files(RESULTS, lang)
    assert sorted(made) == [f"chain-{lang}.{form}" for form in ("html", "png", "svg")]
    assert made[f"chain-{lang}.png"].startswith(b"\x89PNG")
    assert b"<script" not in made[f"chain-{lang}.html"]
    assert made == files(RESULTS, lang)


def test_what_must_be_known_is_said_first() -> None:
    said = notes(RESULTS, "en")
    assert said[0].startswith("Simulated data")
    assert any(line.startswith("Changed after seeing the log") for line in said)
    assert any(line.startswith("Class evidence") for line in said)
    unknown = RESULTS | {"strength": RESULTS["strength"] | {"reference": None}}
    assert any(line.startswith("No reference") for line in notes(unknown, "en"))
