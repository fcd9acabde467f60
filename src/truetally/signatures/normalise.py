"""The closed set of spellings that a signature may treat as one. Each is a pure function."""

import re
from collections.abc import Callable, Iterable, Mapping

# "25.0 r0", "25.0r0", "25,0,0,171" and "25.0.0.171" agree in major and minor version alone.
_FLASH = re.compile(
    r"(Shockwave ?Flash ?)(\d{1,4})[.,](\d{1,4})(?:[.,]\d{1,6}){0,2}(?: ?r\d{1,6})?")


def _colons(text: str) -> str:
    return text.replace("：", ":")


def _spaces(text: str) -> str:
    return "".join(text.split())


def _lower(text: str) -> str:
    return text.lower()


def _flash_version(text: str) -> str:
    return _FLASH.sub(r"\1\2.\3", text)


NORMALISATIONS: Mapping[str, Callable[[str], str]] = {
    "colons": _colons,  # full-width colons read as ASCII ones
    "spaces": _spaces,  # white space of any kind left out
    "lower": _lower,  # case not told apart
    "flash-version": _flash_version,  # Flash's version cut to major and minor
}


def normalised(text: str, names: Iterable[str]) -> str:
    """Apply the named normalisations to `text`, in the order given."""
    for name in names:
        text = NORMALISATIONS[name](text)
    return text
