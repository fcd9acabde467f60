"""A report as parts that any medium can show: sections of paragraphs, tables, figures, listings.

Texts are plain: no view reads markup in them. `cleaned` makes everything that is unseen visible
once, for all media; each view then escapes its own markup alone.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from truetally.report.safe import visible
from truetally.report.words import Lang

Column = Literal["text", "number", "code"]  # code: digests and names, in a fixed-width type
Tone = Literal["body", "lead", "note", "mark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph. A `mark` is a warning that must not be overlooked."""

    text: str
    tone: Tone = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names and what they stand for, one a line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Points one below the other, numbered if `ordered`."""

    points: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under heads. `columns` says how each is set, `widths` its share of the page in parts."""

    caption: str
    heads: tuple[str, ...]
    columns: tuple[Column, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: tuple[int, ...] = ()  # rows that carry the result


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing in Vega-Lite, what it shows in words, and its height in points."""

    caption: str
    alt: str
    drawing: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Lines of a command, a policy or a query, as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Lines to sign on: what stands before each line."""

    lines: tuple[str, ...]


Block = Paragraph | Facts | Listing | Table | Figure | Code | Signing


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered part of the report. `source` names the rule that asks for it, "" if none."""

    title: str
    source: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report. `summary` is its first page; `mark` stands on every page if it is not "";
    `made_ms` is the fixed time that goes into files that must carry one."""

    lang: Lang
    brand: str
    kind: str
    title: str
    scope: str  # who it is for: the public, the parties, the sealed annex
    mark: str
    digest: str
    digest_label: str
    made_ms: int
    summary_title: str
    summary: tuple[Block, ...]
    sections: tuple[Section, ...]


def cleaned(document: Document) -> Document:
    """Write every unseen character (control, bidi, zero width) of all texts as a visible escape."""
    shown: Document = _clean(document)
    return shown


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value, None)
    if isinstance(value, tuple | list):
        return tuple(_clean(each) for each in value)
    if isinstance(value, Mapping):
        return {_clean(name): _clean(each) for name, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{field.name: _clean(getattr(value, field.name))
                                             for field in dataclasses.fields(value)})
    return value
