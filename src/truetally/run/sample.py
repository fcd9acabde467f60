"""`truetally sample`: commit to a frame, draw from it by a seed, write blind sheets.

A sample lives in `sample/NNNN/` of the case: `frame.json` (the commitment), `seed.json`,
`drawn.csv` (the events with their strata), `sheet-A.csv` and `sheet-B.csv` (without).
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from truetally.errors import CaseError, InputError, problem
from truetally.estimate.examiners import MOST_STRATA
from truetally.evidence.canonical import canonical
from truetally.evidence.draw import (
    allocate,
    commitment,
    draw,
    frame_root,
    list_digest,
    make_seed,
)
from truetally.evidence.errors import EvidenceError
from truetally.run.case import read_manifest, write_aside
from truetally.run.custody import manifest_input, record
from truetally.run.sample_frame import DEFINITION, strata

FOLDER = "sample"



@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a sample is to be drawn: its size, spans of days, expected error shares (permille, by
    verdict, for Neyman's allocation), and what parties have committed to for the seed."""

    size: int
    parts: int = 1
    expected: Mapping[str, int] | None = None
    committed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample as it stands in the case; `drawn` maps strata to event ids in the order drawn."""

    folder: Path
    frame: Mapping[str, Any]
    frame_sha256: str
    seed: str = ""
    sealed_first: bool = False
    drawn: Mapping[str, Sequence[int]] | None = None


def commit(case: Path, plan: Plan) -> Sample:
    """Commit to the frame of a new sample: write frame.json, whose SHA-256 is to be published.

    Raises:
        InputError: a size or a number of parts that the frame cannot hold.
        CaseError: no case.
    """
    manifest = read_manifest(case)
    lists = strata(case, manifest, plan.parts)
    if len(lists) > MOST_STRATA:
        raise InputError(problem("too many strata", expected=f"at most {MOST_STRATA}",
                                 found=len(lists), then="ask for fewer --parts"))
    sizes = {name: len(events) for name, events in lists.items()}
    expected = None if plan.expected is None else {
        name: plan.expected.get(name.split("/")[0], 500) for name in sizes}
    try:
        taken = allocate(sizes, plan.size, expected)
    except EvidenceError as error:
        raise InputError(problem("no such sample", where="--size", found=str(error))) from error
    entries = [{"stratum": name, "events": sizes[name], "draws": taken[name],
                "sha256": list_digest(lists[name].tolist())} for name in sorted(lists)]
    frame = {"definition": DEFINITION, "decisions": manifest["digest"], "parts": plan.parts,
             "size": sum(taken.values()), "strata": entries, "root": frame_root(entries),
             "seed_commitments": list(plan.committed), "expected_permille": dict(expected or {})}
    folder = _new(case)
    content = canonical(frame) + b"\n"
    write_aside(folder / "frame.json", content)
    record(case, "sample commit", inputs=manifest_input(case),
           outputs=[(folder / "frame.json").absolute()])
    return Sample(folder=folder, frame=frame, frame_sha256=hashlib.sha256(content).hexdigest())


def _new(case: Path) -> Path:
    """Make the folder of the next sample."""
    numbers = [int(p.name) for p in (case / FOLDER).glob("[0-9][0-9][0-9][0-9]")]
    folder = case / FOLDER / f"{max(numbers, default=0) + 1:04}"
    folder.mkdir(parents=True)
    return folder


def newest(case: Path) -> Sample:
    """Read the newest sample of a case as it was committed to.

    Raises:
        CaseError: the case has none, or its frame was changed.
    """
    folders = sorted((case / FOLDER).glob("[0-9][0-9][0-9][0-9]"))
    if not folders:
        raise CaseError(problem("no sample has been committed to", where=case,
                                then=f"truetally sample {case} --size N"))
    content = (folders[-1] / "frame.json").read_bytes()
    frame = json.loads(content)
    if frame_root(frame["strata"]) != frame["root"]:
        raise CaseError(problem("the frame is not the one committed to", where=folders[-1],
                                expected=frame["root"], found=frame_root(frame["strata"])))
    digest = hashlib.sha256(content).hexdigest()
    path = folders[-1] / "seed.json"
    if not path.exists():
        return Sample(folder=folders[-1], frame=frame, frame_sha256=digest)
    told = json.loads(path.read_bytes())
    return Sample(folder=folders[-1], frame=frame, frame_sha256=digest, seed=told["seed"],
                  sealed_first=told["sealed_first"])


def draw_sample(case: Path, sample: Sample, texts: Sequence[str]) -> Sample:
    """Draw the events of a committed sample by a seed made of `texts`, and write them down.

    Raises:
        InputError: no texts, or not those committed to.
        CaseError: the case no longer holds the frame, or the sample has been drawn already.
    """
    if sample.seed:
        raise CaseError(problem("this sample has been drawn", where=sample.folder,
                                then="commit to a new one with --size"))
    try:
        seed = make_seed(sample.frame_sha256, texts, sample.frame["seed_commitments"])
    except EvidenceError as error:
        raise InputError(problem("no seed", where="--seed-from", found=str(error))) from error
    drawn = drawn_by(seed, sample, checked_lists(case, sample))
    first = _sealed(case, sample)
    write_aside(sample.folder / "seed.json", canonical(
        {"seed": seed, "texts": list(texts), "sha256": [commitment(t) for t in texts],
         "frame_sha256": sample.frame_sha256, "sealed_first": first}) + b"\n")
    write_aside(sample.folder / "drawn.csv", _drawn_csv(drawn))
    record(case, "sample draw", inputs=manifest_input(case),
           outputs=[(sample.folder / name).absolute() for name in ("seed.json", "drawn.csv")])
    return Sample(folder=sample.folder, frame=sample.frame, frame_sha256=sample.frame_sha256,
                  seed=seed, sealed_first=first, drawn=drawn)


def drawn_by(seed: str, sample: Sample, lists: Mapping[str, Any]) -> dict[str, list[int]]:
    """Draw the events of every stratum, in the order drawn: anyone with the seed can."""
    return {e["stratum"]: [int(lists[e["stratum"]][at]) for at in draw(
        seed, e["stratum"], e["events"], e["draws"])] for e in sample.frame["strata"]}


def checked_lists(case: Path, sample: Sample) -> dict[str, Any]:
    """List the strata again and hold them against the frame. Raises CaseError if they differ."""
    manifest = read_manifest(case)
    lists = strata(case, manifest, int(sample.frame["parts"]))
    for entry in sample.frame["strata"]:
        found = list_digest(lists[entry["stratum"]].tolist()
                            if entry["stratum"] in lists else [])
        if found != entry["sha256"] or len(lists) != len(sample.frame["strata"]):
            raise CaseError(problem("the case is not the one the frame was made of", where=case,
                                    expected=f"{entry['stratum']} {entry['sha256']}", found=found,
                                    then="commit to a new sample"))
    return lists


def _sealed(case: Path, sample: Sample) -> bool:
    """Tell whether a seal of the case names the frame: the seed then came after it."""
    listed = case / "seal" / "SHA256SUMS"
    name = sample.folder.relative_to(case).as_posix()
    return listed.is_file() and f"{sample.frame_sha256}  {name}/frame.json\n" in (
        listed.read_text("utf-8"))


def _drawn_csv(drawn: Mapping[str, Sequence[int]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("stratum", "draw", "event_id"))
    for name, events in sorted(drawn.items()):
        writer.writerows((name, place, event) for place, event in enumerate(events))
    return out.getvalue().encode()
