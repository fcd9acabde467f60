"""Propose a mapping from the names and the values of a source's first records.

A name that is known counts most; values that look like what the name says confirm it, values that
contradict it refuse it. What cannot be known (a zone, the meaning of a code) is left as a comment
for a person to state.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from truetally.events import access_log
from truetally.events.column_names import BY_NAME, KIND_WORDS, TERMINAL_WORDS, plain_name
from truetally.events.limits import Limits
from truetally.events.looks import TimeLook, fits, known_by_values, time_look
from truetally.events.sample import Sample, take
from truetally.events.schema import EVENT, REQUIRED

_BY_NAME, _CONFIRMED, _BY_VALUES, _PART_OF_NAME = 700, 250, 600, 450
_SECONDS_BELOW = 100_000  # claimed times smaller than this are taken for seconds
UNITS = "s, ms, us, ns, iso8601, text"  # of a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to tell a person: a code that a view has words for, and the values in them."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """What the mapping's comments say to the person who completes it."""

    zone: str = "assumed: state the zone the clock was set to"
    value: str = "state what it means"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What one source column is taken for ("" for nothing), how sure, in permille, and why."""

    column: str
    target: str
    confidence_permille: int
    why: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposed mapping as TOML ("" if none is needed), and what led to it.

    `present` are the event columns it yields, `missing` the required ones that nobody found, and
    `notes` what a person must check or state.
    """

    kind: str
    toml: str
    guesses: tuple[Guess, ...]
    present: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[Note, ...]


def propose(path: Path, limits: Limits | None = None,
            comments: Comments | None = None) -> Proposal:
    """Look at the first 2,000 records of a source and propose how to read it.

    Raises:
        InputError: the file is missing, empty, damaged or of no known kind.
    """
    sample = take(path, limits)
    if not sample.needs_mapping:
        return _ready(sample)
    guesses = _assigned(sample)
    by_target = {g.target: g.column for g in guesses if g.target}
    notes: list[Note] = []
    text = _toml(sample, by_target, notes, comments or Comments())
    present = {"kind", *by_target}
    missing = tuple(name for name in REQUIRED if name not in present)
    notes += [Note(code="no_column", values={"name": name}) for name in missing]
    return Proposal(kind=sample.kind, toml=text, guesses=guesses, missing=missing,
                    present=tuple(n for n in EVENT if n in present), notes=tuple(notes))


def _ready(sample: Sample) -> Proposal:
    names = set(sample.columns) or {"kind", *access_log.FIELDS}
    return Proposal(kind=sample.kind, toml="", guesses=(), missing=(),
                    present=tuple(n for n in EVENT if n in names),
                    notes=(Note(code="ready"),))


def _assigned(sample: Sample) -> tuple[Guess, ...]:
    """Give each column at most one target and each target at most one column, the surest first."""
    order = list(sample.columns)
    ranked = sorted((g for name in order if name for g in _candidates(name, sample.columns[name])),
                    key=lambda g: (-g.confidence_permille, order.index(g.column), g.target))
    chosen: dict[str, Guess] = {}
    taken: set[str] = set()
    for guess in ranked:
        if guess.column not in chosen and guess.target not in taken:
            chosen[guess.column] = guess
            taken.add(guess.target)
    return tuple(chosen.get(name) or Guess(column=name, target="", confidence_permille=0,
                                           why=Note(code="unknown"))
                 for name in order)


def _candidates(name: str, values: tuple[str, ...]) -> list[Guess]:
    found = []
    last = plain_name(name.rsplit(".", 1)[-1])
    named = BY_NAME.get(plain_name(name)) or BY_NAME.get(last)
    if named:
        verdict = fits(named, values)
        if verdict is not False:
            score = _BY_NAME + (_CONFIRMED if verdict else 0)
            why = Note(code="name_and_values" if verdict else "name")
            found.append(_guess(name, named, score, why))
    else:
        found += [_guess(name, target, _PART_OF_NAME, Note(code="part", values={"part": key}))
                  for key, target in BY_NAME.items()
                  if len(key) > 3 and key in last and fits(target, values)]
    by_values = known_by_values(values)
    if by_values and by_values != named:
        found.append(_guess(name, by_values, _BY_VALUES, Note(code="values")))
    return found


def _guess(column: str, target: str, score: int, why: Note) -> Guess:
    return Guess(column=column, target=target, confidence_permille=score, why=why)


def _toml(sample: Sample, by_target: Mapping[str, str], notes: list[Note],
          comments: Comments) -> str:
    lines = [f"source = {_text(sample.kind)}"]
    if sample.encoding:
        lines.append(f"encoding = {_text(sample.encoding)}")
    if "time_ms" in by_target:
        column = by_target["time_ms"]
        look = time_look(sample.columns[column], sample.types.get(column, ""))
        lines += ["", "[time]", f"column = {_text(column)}", *_time_lines(look, notes, comments)]
    lines += ["", "[columns]"]
    lines += [f"{target} = {_source(target, column, sample)}"
              for target, column in by_target.items() if target != "time_ms"]
    if "kind" not in by_target:
        kind = "play" if "watched_ms" in by_target else "view"
        notes.append(Note(code="assumed_kind", values={"kind": kind}))
        lines += ["", "[constants]", f"kind = {_text(kind)}"]
    for target, words in (("kind", KIND_WORDS), ("terminal", TERMINAL_WORDS)):
        values = sample.columns.get(by_target.get(target, ""), ())
        lines += _value_lines(target, _meanings(values, words), notes, comments)
    return "\n".join(lines) + "\n"


def _time_lines(look: TimeLook, notes: list[Note], comments: Comments) -> list[str]:
    lines = [f"unit = {_text(look.unit)}"] if look.unit else []
    if look.format:
        lines.append(f"format = {_text(look.format)}")
    if look.needs_zone:
        notes.append(Note(code="no_zone"))
        lines.append(f'zone = "+08:00"  # {comments.zone}')
    if look.unknown:
        notes.append(Note(code="unknown_time"))
        lines.append(f"# unit = {UNITS}")
    return lines


def _source(target: str, column: str, sample: Sample) -> str:
    unit = ""
    numbers = [int(v) for v in sample.columns[column]
               if v.isascii() and v.isdigit() and len(v) < 16]
    if target in ("watched_ms", "length_ms", "duration_ms"):
        named_ms = plain_name(column).endswith("ms")
        short = bool(numbers) and max(numbers) < _SECONDS_BELOW
        unit = "s" if not named_ms and (short or not numbers) else "ms"
    if target == "visible_permille" and plain_name(column) != "visiblepermille":
        unit = "fraction" if any("." in v for v in sample.columns[column]) else "percent"
    return f"{{ column = {_text(column)}, unit = {_text(unit)} }}" if unit else _text(column)


def _meanings(values: tuple[str, ...], words: Mapping[str, str]) -> dict[str, str]:
    """Give the first fifty different values the words they mean, "" for what nobody here knows."""
    return {v: words.get(v.strip().lower(), "") for v in sorted(set(values))[:50]}


def _value_lines(target: str, meanings: Mapping[str, str], notes: list[Note],
                 comments: Comments) -> list[str]:
    strange = [v for v, word in meanings.items() if not word]
    if strange:
        notes.append(Note(code="strange_values", values={
            "target": target, "values": ", ".join(strange[:10])}))
    lines = [f"{_text(v)} = {_text(word)}" for v, word in meanings.items() if word not in ("", v)]
    lines += [f'# {_text(v)} = ""  # {comments.value}' for v in strange]
    return ["", f"[values.{target}]", *lines] if lines else []


def _text(value: str) -> str:
    """Write a TOML basic string: JSON's escapes, and DEL, which JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
