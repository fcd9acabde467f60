"""The sheets for two blind examiners, and what comes back: agreement, error, restated total."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from truetally.errors import InputError, problem
from truetally.estimate.examiners import (
    JUDGEMENTS,
    Agreement,
    Judgement,
    Outcome,
    agreement,
    outcome,
    settled,
)
from truetally.events.schema import EVENT
from truetally.evidence.canonical import canonical
from truetally.evidence.draw import order
from truetally.report.plain import plain
from truetally.report.sheet import csv_sheet
from truetally.report.words import Lang, say
from truetally.run.case import read_manifest, write_aside
from truetally.run.custody import manifest_input, record
from truetally.run.event_rows import row_values
from truetally.run.ingest import event_columns, known_of
from truetally.run.sample import Sample, checked_lists, drawn_by
from truetally.run.sample_frame import VOID

SAID: Mapping[str, Judgement] = {
    "valid": "valid", "invalid": "invalid", "unclear": "unclear",
    "有效": "valid", "无效": "invalid", "无法判断": "unclear"}
EXAMINERS = ("A", "B")
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A sample with what its examiners said."""

    sample: Sample
    agreement: Agreement
    outcome: Outcome


def write_sheets(case: Path, sample: Sample, lang: Lang) -> tuple[Path, ...]:
    """Write one sheet for each examiner: the drawn events without verdict, each in its own order.

    Raises:
        InputError: a source of the case is gone.
    """
    assert sample.drawn is not None
    events = [event for each in sample.drawn.values() for event in each]
    known = known_of(read_manifest(case))
    have = event_columns(known)
    columns = [c for c in EVENT if c in have]
    rows = row_values(case, known, events, columns)
    head = [say("sample.sheet_no", lang), "event_id", say("sample.sheet_judgement", lang),
            say("sample.sheet_note", lang), *columns]
    files = []
    for examiner in EXAMINERS:
        drawn = enumerate(order(sample.seed, examiner, events), 1)
        sheet = csv_sheet([head, *([place, event, "", "", *[rows[event][c] for c in columns]]
                                   for place, event in drawn)])
        files.append(sample.folder / f"sheet-{examiner}.csv")
        write_aside(files[-1], sheet.encode())
    return tuple(files)


def read_sheet(path: Path, events: Sequence[int]) -> dict[int, Judgement]:
    """Read a sheet that came back: one judgement for every drawn event.

    The columns `event_id` and the one after it are read; judgements may be English or Chinese.

    Raises:
        InputError: not a sheet, an event missing, twice or not drawn, or no judgement.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(problem("the sheet is too large", where=path,
                                     expected=f"at most {_MOST_BYTES} bytes"))
        table = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
        at = table[0].index("event_id")
    except (OSError, UnicodeDecodeError, csv.Error, IndexError, ValueError) as error:
        raise InputError(problem("not a sheet", where=path, found=str(error)[:200],
                                 expected="CSV in UTF-8 with a column event_id",
                                 then="return the sheet that was given out, filled in")) from error
    found: dict[int, Judgement] = {}
    for number, row in enumerate(table[1:], 2):
        if not any(row):
            continue
        event, said = row[at].strip(), row[at + 1].strip().lower() if len(row) > at + 1 else ""
        if not (event.isascii() and event.isdigit()) or said not in SAID or int(event) in found:
            raise InputError(problem("not a judgement", where=f"{path}, line {number}",
                                     expected=f"an event once, and one of {', '.join(SAID)}",
                                     found=f"{event[:30]!r}, {said[:30]!r}",
                                     then="correct the sheet"))
        found[int(event)] = SAID[said]
    if set(found) != set(events):
        raise InputError(problem("the sheet is of other events", where=path,
                                 expected=f"the {len(events)} events drawn",
                                 found=f"{len(set(events) & set(found))} of them, and "
                                       f"{len(set(found) - set(events))} others",
                                 then="return the sheet that was given out, filled in"))
    return found


def examine(case: Path, sample: Sample, sheets: Sequence[Path], *, sensitivity_permille: int = 1000,
            specificity_permille: int = 1000) -> Examined:
    """Read the examiners' sheets (two, and a third to settle), and write what they come to.

    Raises:
        InputError: not two or three sheets, or one that is not of this sample.
        CaseError: the case is not the one that was drawn from.
    """
    if len(sheets) not in {2, 3}:
        raise InputError(problem("number of sheets", where="--results", found=len(sheets),
                                 expected="two examiners, and a third where they differ"))
    drawn = drawn_by(sample.seed, sample, checked_lists(case, sample))
    events = [event for each in drawn.values() for event in each]
    one, other = (read_sheet(path, events) for path in sheets[:2])
    third = _settling(sheets[2], events, one, other) if len(sheets) == 3 else {}
    judged = {name: [settled(one[e], other[e], third.get(e)) for e in each]
              for name, each in drawn.items()}
    sizes = {entry["stratum"]: entry["events"] for entry in sample.frame["strata"]}
    found = Examined(
        sample=sample, agreement=agreement([(one[e], other[e]) for e in events]),
        outcome=outcome(sizes, {name: name.split("/")[0] in VOID for name in sizes}, judged,
                        sensitivity_permille=sensitivity_permille,
                        specificity_permille=specificity_permille))
    write_aside(sample.folder / "outcome.json", canonical(outcome_json(found)) + b"\n")
    for name, path in zip(("A", "B", "C"), sheets, strict=False):
        write_aside(sample.folder / f"judged-{name}.csv", path.read_bytes())
    record(case, "sample results", inputs=manifest_input(case),
           outputs=[(sample.folder / "outcome.json").absolute()])
    return found


def _settling(path: Path, events: Sequence[int], one: Mapping[int, Judgement],
              other: Mapping[int, Judgement]) -> dict[int, Judgement]:
    """Read a third sheet, which needs to hold only the events on which the two differ."""
    differ = [event for event in events if one[event] != other[event]]
    try:
        return read_sheet(path, differ)
    except InputError:
        return read_sheet(path, events)


def outcome_json(found: Examined) -> dict[str, object]:
    """Give a sample's result as plain values."""
    o, a = found.outcome, found.agreement
    return {"seed": found.sample.seed, "frame_sha256": found.sample.frame_sha256,
            "examined_events": a.both, "agreed_events": a.agreed, "kappa_ppb": a.kappa_ppb,
            "said": [{"first": x, "second": y, "events": a.table[x, y]}
                     for x in JUDGEMENTS for y in JUDGEMENTS if a.table[x, y]],
            "strata": [{"stratum": s.name, "voided": s.void, "events": s.population,
                        "drawn": s.sample, "wrong": s.errors, "open": s.open_,
                        "wrong_lower": s.bounds.lower, "wrong_upper": s.bounds.upper,
                        "rate_lower_ppb": s.share.lower, "rate_upper_ppb": s.share.upper}
                       for s in o.strata],
            "claimed_valid": o.claimed_valid, "restated_valid": o.restated_valid,
            "valid_lower": o.valid.lower, "valid_upper": o.valid.upper,
            "wrong_lower": o.error.lower, "wrong_upper": o.error.upper,
            "corrected_valid": plain(o.corrected_valid)}

