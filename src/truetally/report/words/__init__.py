"""Words in both languages: one key, two texts. No view holds a sentence of its own."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal, get_args

from truetally.errors import InputError, problem

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = get_args(Lang)


@cache
def all_words() -> Mapping[str, Mapping[str, str]]:
    """Load every key with its texts, as ``{"verdict.givt": {"en": …, "zh": …}}``."""
    words: dict[str, Mapping[str, str]] = {}
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    for file in (file for file in files if file.name.endswith(".toml")):
        for group, entries in tomllib.loads(file.read_text("utf-8")).items():
            words |= {f"{group}.{name}": texts for name, texts in entries.items()}
    return words


def say(key: str, lang: Lang, /, **values: object) -> str:
    """Say `key` in `lang`, with `values` put in at their names.

    Raises KeyError for a key without words: a fault of the program, found by its tests.
    """
    return all_words()[key][lang].format_map(values)


def checked_lang(text: str) -> Lang:
    """Return `text` as a language. Raises InputError if the words are not in it."""
    for lang in LANGS:
        if text == lang:
            return lang
    raise InputError(problem("unknown language", where="--lang", expected="en or zh", found=text,
                             then="choose one of them"))
