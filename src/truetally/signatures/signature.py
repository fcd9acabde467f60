"""Load a signature: the artefact of a piece of software, written down before it is looked for."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa

from truetally.errors import PolicyError, problem
from truetally.events.schema import EVENT
from truetally.signatures.files import canonical, iso_date, toml_tables
from truetally.signatures.normalise import NORMALISATIONS, normalised

Condition = Literal["exact", "prefix", "suffix", "set"]
Extent = Literal["devices", "events"]
Evidence = Literal["class", "individual"]
TOP = ("name", "revision", "title", "frozen_at", "source", "field")
MORE = ("normalisation", "extent", "first_day", "last_day", "markers")  # may be left out
HOSTS = {"referrer_host": "referrer", "page_host": "page_url"}  # and the URL each is part of


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column and what its text must be, after the named normalisations, in their order.

    `exact` has one value, `set` several of which one is enough; `prefix` and `suffix` hold if the
    text starts or ends with one of the values. `evidence` says what a match can show: "class", that
    the program is one of a kind, or "individual", that it is this one. Nothing is individual unless
    the file says so, with its reason in `source`.
    """

    column: str
    condition: Condition
    values: tuple[str, ...]
    normalise: tuple[str, ...]
    source: str
    evidence: Evidence = "class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalisation:
    """A difference in spelling that is not counted as a difference, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """All fields must hold. `frozen_at` is UTC, ISO 8601: matches of logs are sought after it.
    `sha256` is over the canonical content, so that a policy and an exhibit can name it.

    `extent` "devices": what is attributed is every event of a device that bears the signature;
    "events": only the events that bear it. `first_day` and `last_day` (ISO 8601, local, both
    included) are the period it is for, "" for no limit. `markers` are further texts to look for in
    the client, such as the words of an order form or a path; no row is asked for them.
    """

    name: str
    revision: int
    title: str
    frozen_at: str
    source: str
    fields: tuple[Field, ...]
    normalisations: tuple[Normalisation, ...]
    sha256: str
    extent: Extent = "devices"
    first_day: str = ""
    last_day: str = ""
    markers: tuple[str, ...] = ()


def builtin_signature(name: str) -> Signature:
    """Load a signature that comes with the product. Raises PolicyError if there is none."""
    place = files(__package__) / "builtin" / f"{name}.toml"
    known = {item.name for item in (files(__package__) / "builtin").iterdir()}
    if f"{name}.toml" not in known:
        raise PolicyError(problem("unknown built-in signature", found=repr(name)))
    return parse_signature(place.read_text("utf-8"), f"signature {name}")


def read_signature(path: Path) -> Signature:
    """Load a signature file (TOML). Raises PolicyError if it is missing or not valid."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as why:
        raise PolicyError(problem("cannot read the signature", where=path,
                                  expected="a TOML file in UTF-8", found=why)) from None
    return parse_signature(text, str(path))


def parse_signature(text: str, where: str) -> Signature:
    """Check and freeze the signature written in `text`.

    Raises PolicyError if a key is unknown or missing, a column is no text column of the event, a
    condition or normalisation is unknown, or a normalisation that is used has no reason.
    """
    raw = toml_tables(text, where)
    _expect(set(TOP) <= set(raw) <= {*TOP, *MORE}, "keys of a signature", where,
            f"{', '.join(TOP)}, and perhaps {', '.join(MORE)}", sorted(raw))
    fields = tuple(_field(row, f"{where}, field {number}")
                   for number, row in enumerate(_tables(raw, "field", where), 1))
    reasons = tuple(_normalisation(row, where) for row in _tables(raw, "normalisation", where))
    _expect(bool(fields), "no field", where, "one [[field]] or more", "none")
    used = {name for field in fields for name in field.normalise}
    given = {line.name for line in reasons}
    _expect(used == given, "normalisations and their reasons differ", where, sorted(used),
            sorted(given))
    plain: dict[str, Any] = {
        "name": _text(raw, "name", where), "revision": _revision(raw, where),
        "title": _text(raw, "title", where), "frozen_at": _moment(raw, where),
        "source": _text(raw, "source", where)}
    more = _more(raw, where)
    content = plain | more | {"fields": [_content(field) for field in fields],
                              "normalisations": [asdict(line) for line in reasons]}
    return Signature(**plain, **more, fields=fields, normalisations=reasons,
                     sha256=hashlib.sha256(canonical(content)).hexdigest())


def matches(signature: Signature, row: Mapping[str, str | None]) -> bool | None:
    """Say whether a row bears the signature: False if a known field differs, None if unknown."""
    verdicts = [field_matches(field, row.get(field.column)) for field in signature.fields]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def field_matches(field: Field, text: str | None) -> bool | None:
    """Say whether one text bears one field of a signature; None if the text is unknown."""
    if text is None:
        return None
    found = normalised(text, field.normalise)
    wanted = tuple(normalised(value, field.normalise) for value in field.values)
    if field.condition == "prefix":
        return found.startswith(wanted)
    if field.condition == "suffix":
        return found.endswith(wanted)
    return found in wanted


def _more(raw: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Read the keys that may be left out. One that is left out is no part of the hash."""
    found: dict[str, Any] = {}
    if "extent" in raw:
        _expect(raw["extent"] in get_args(Extent), "key extent", where, get_args(Extent),
                repr(raw["extent"]))
        found["extent"] = raw["extent"]
    for key in ("first_day", "last_day"):
        if key in raw:
            found[key] = iso_date(raw[key], f"{where}, {key}")
    if "markers" in raw:
        found["markers"] = _texts(raw, "markers", where)
        _expect(bool(found["markers"]) and all(found["markers"]), "key markers", where,
                "one text or more", raw["markers"])
    _expect(found.get("first_day", "") <= found.get("last_day", "9"), "period", where,
            "first_day not after last_day", found)
    return found


def _content(field: Field) -> dict[str, Any]:
    content = asdict(field)
    if field.evidence == "class":
        del content["evidence"]  # the default is no part of the hash
    return content


def _field(row: Mapping[str, Any], where: str) -> Field:
    allowed = {"column", "condition", "values", "normalise", "source", "evidence"}
    _expect(set(row) <= allowed, "keys of a field", where, sorted(allowed), sorted(row))
    column, condition = _text(row, "column", where), row.get("condition")
    evidence = row.get("evidence", "class")
    _expect(evidence in get_args(Evidence), "key evidence", where, get_args(Evidence),
            repr(evidence))
    texts = sorted((*HOSTS, *(name for name, kind in EVENT.items() if kind == pa.string())))
    _expect(column in texts, "not a text column", where, ", ".join(texts), column)
    _expect(condition in get_args(Condition), "unknown condition", where, get_args(Condition),
            condition)
    values = _texts(row, "values", where)
    _expect(bool(values) and all(values) and (condition != "exact" or len(values) == 1),
            "values do not fit the condition", where, "one for exact, else one or more",
            len(values))
    names = _texts(row, "normalise", where)
    _expect(set(names) <= set(NORMALISATIONS), "unknown normalisation", where,
            sorted(NORMALISATIONS), names)
    return Field(column=column, condition=condition or "exact", values=values, normalise=names,
                 source=_text(row, "source", where), evidence=evidence)


def _normalisation(row: Mapping[str, Any], where: str) -> Normalisation:
    return Normalisation(name=_text(row, "name", where), reason=_text(row, "reason", where))


def _tables(raw: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    rows = raw.get(key, [])
    _expect(isinstance(rows, list) and all(isinstance(row, dict) for row in rows),
            f"not [[{key}]] tables", where, f"[[{key}]]", repr(rows)[:80])
    return list(rows)


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    _expect(isinstance(value, str) and bool(value), f"key {key}", where, "a text", repr(value))
    return str(value)


def _texts(raw: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = raw.get(key, [])
    _expect(isinstance(value, list) and all(isinstance(text, str) for text in value),
            f"key {key}", where, "a list of texts", repr(value)[:80])
    return tuple(value)


def _revision(raw: Mapping[str, Any], where: str) -> int:
    value = raw.get("revision")
    _expect(isinstance(value, int) and not isinstance(value, bool) and value >= 1, "key revision",
            where, "a whole number from 1", repr(value))
    return int(str(value))


def _moment(raw: Mapping[str, Any], where: str) -> str:
    value = raw.get("frozen_at")
    good = isinstance(value, datetime.datetime) and value.tzinfo is not None
    _expect(good, "key frozen_at", where, "a moment with its zone, as 2019-12-31T00:00:00Z",
            repr(value))
    assert isinstance(value, datetime.datetime)
    return value.astimezone(datetime.UTC).isoformat()


def _expect(good: object, what: str, where: str, expected: object, found: object) -> None:
    if not good:
        raise PolicyError(problem(what, where=where, expected=expected, found=found,
                                  then="correct the signature file"))
