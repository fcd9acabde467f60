"""Open withheld fields of a copy, and check what was opened: a value and its salt, nothing else."""

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.errors import InputError, problem
from truetally.events.schema import ROW_BITS
from truetally.evidence.archive import opened
from truetally.evidence.canonical import canonical
from truetally.evidence.errors import EvidenceError
from truetally.evidence.fields import check_opening, copy_keys, field_commitment, field_salt
from truetally.run.case import read_manifest, salt, write_aside
from truetally.run.copy_rows import WITHHELD
from truetally.run.custody import manifest_input, record
from truetally.run.event_rows import row_values
from truetally.run.ingest import known_of

FORMAT = "truetally opening 1"
COMMITMENTS = "commitments.parquet"


def open_fields(case: Path, asked: Sequence[tuple[int, str]], out: Path) -> int:
    """Write the values and salts of some withheld fields of events; returns how many.

    Raises:
        InputError: a field that no copy withholds, an event that the case does not have, or one
            whose field is unknown.
    """
    manifest = read_manifest(case)
    salts, _ = copy_keys(bytes.fromhex(salt(case)))
    known = known_of(manifest)
    wrong = [f for e, f in asked if f not in WITHHELD or not 0 <= e >> ROW_BITS < len(known)]
    if wrong or not asked:
        raise InputError(problem("not a withheld field of an event", where="--open",
                                 expected=f"EVENT_ID:FIELD, one of {', '.join(WITHHELD)}",
                                 found=", ".join(map(repr, wrong)) or "nothing"))
    rows = row_values(case, known, [event for event, _ in asked], WITHHELD)
    found = []
    for event, field in asked:
        value = rows.get(event, {}).get(field)
        if value is None:
            raise InputError(problem("there is nothing to open", where=f"event {event}",
                                     expected=f"a known {field}", found="none",
                                     then="take an event id and a field from the copy"))
        made = field_salt(salts, event, field)
        found.append({"event_id": str(event), "field": field, "value": value, "salt": made,
                      "commitment": field_commitment(made, value)})
    write_aside(out, canonical({"format": FORMAT, "case_digest": manifest["digest"],
                                "openings": found}) + b"\n")
    record(case, "open", inputs=manifest_input(case), outputs=[out.absolute()],
           more={"opened": [f"{event}:{field}" for event, field in asked]})
    return len(found)


def check_openings(copy: Path, opening: Path) -> list[Mapping[str, str]]:
    """Check opened fields against the commitments of a copy; returns them.

    Raises:
        InputError: a file that is not what it should be.
        EvidenceError, VerificationError: an opened field is not the one committed to.
    """
    told = _opening(opening)
    with opened(copy) as files:
        if COMMITMENTS not in files or "copy.json" not in files:
            raise InputError(problem("not a copy", where=copy, expected=COMMITMENTS))
        described = json.loads(files["copy.json"]().read())
        table = pq.read_table(io.BytesIO(files[COMMITMENTS]().read()))
    if described["case_digest"] != told["case_digest"]:
        raise InputError(problem("the opening is of another case", where=opening,
                                 expected=described["case_digest"], found=told["case_digest"]))
    for each in told["openings"]:
        check_opening(each, _committed(table, each, opening))
    checked: list[Mapping[str, str]] = told["openings"]
    return checked


def _opening(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(problem("cannot read the opening", where=path, found=str(error)[:200],
                                 expected="JSON from truetally export --open")) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(
            told.get("openings"), list):
        raise InputError(problem("not an opening", where=path, expected=FORMAT,
                                 found=str(told)[:80]))
    return told


def _committed(table: Any, opening: Mapping[str, Any], where: Path) -> str | None:
    """Look the commitment of an opened field up."""
    event, field = str(opening.get("event_id")), str(opening.get("field"))
    if field not in table.column_names or not event.isascii() or not event.isdigit():
        raise EvidenceError(f"{where}: the copy withholds no field {field!r} of event {event!r}")
    rows = table.filter(pc.equal(table["event_id"], int(event) & ((1 << 63) - 1)))
    if rows.num_rows != 1:
        raise EvidenceError(f"{where}: the copy has no event {event}")
    found: str | None = rows[field][0].as_py()
    return found


def parse_asked(texts: Sequence[str]) -> list[tuple[int, str]]:
    """Read EVENT_ID:FIELD. Raises InputError."""
    found = []
    for text in texts:
        event, _, field = text.partition(":")
        if not (event.isascii() and event.isdigit() and len(event) < 20 and field):
            raise InputError(problem("not a field of an event", where="--open", found=repr(text),
                                     expected="EVENT_ID:FIELD", then="correct it"))
        found.append((int(event), field))
    return found
