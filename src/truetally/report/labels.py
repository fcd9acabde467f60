"""How a breakdown's key reads: a verdict, a criterion, a terminal, a province; else the key."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from truetally.report.data import By, CriterionView, PageText, Text
from truetally.report.words import Lang, all_words, say


@cache
def _provinces() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((resources.files(__package__) / "regions.toml").read_text("utf-8"))


def label(by: By, key: str | None, lang: Lang, titles: Mapping[str, str] | None = None) -> str:
    """Name `key` of a breakdown `by` in `lang`; `titles` names criteria by their codes."""
    if key is None:
        return say("common.unknown", lang)
    if by == "terminal" and f"terminal.{key}" in all_words():
        return all_words()[f"terminal.{key}"][lang]
    if by == "region":
        return _region(key, lang)
    return (titles or {}).get(key, key) if by == "reason" else key


def _region(key: str, lang: Lang) -> str:
    """Put the province before a GB/T 2260 code: "Jiangsu 320500"."""
    province = _provinces().get(key[:2]) if key.isascii() and key.isdigit() else None
    return f"{province[lang]} {key}" if province else key


def pick(text: Text | str, lang: Lang) -> str:
    """Return the text in `lang`; a text with one language stays as it is."""
    return text if isinstance(text, str) else (text.zh if lang == "zh" else text.en)


def page_of(view: CriterionView, lang: Lang) -> PageText:
    """Return a criterion's documentation in `lang`."""
    return view.zh if lang == "zh" else view.en
