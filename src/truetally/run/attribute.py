"""`truetally attribute`: artefacts and signatures against a case's log, frozen to answered."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from truetally.attribution.artefacts.item import Inventory
from truetally.attribution.artefacts.strings import Standing
from truetally.attribution.determination import (
    Layout,
    Span,
    layout,
    period,
    taken,
    together,
    totals,
)
from truetally.attribution.markers import MOST, markers
from truetally.attribution.strength import Reference
from truetally.errors import InputError, problem
from truetally.report.progress import Progress, Silent
from truetally.run.attribute_beside import Beside, beside
from truetally.run.attribute_files import finish, write_inventory
from truetally.run.attribute_forward import Asked
from truetally.run.attribute_log import Log, load_profile, load_signature, opened
from truetally.run.attribute_options import REGISTER, Options, Ready, now, ready
from truetally.run.attribute_reverse import Material, cross, load_traits, references
from truetally.run.attribute_sightings import hold, sight
from truetally.run.attribute_signature import Verified, folder_of, verify
from truetally.run.case import locked, read_manifest
from truetally.run.clock import Clock
from truetally.run.custody import manifest_input, record
from truetally.signatures.freeze import note_run


def attribute(case: Path, options: Options, progress: Progress | None = None) -> dict[str, Any]:
    """Attribute a case's traffic to the software that the artefacts are of; return the results.

    Signatures are frozen before the log is opened. Everything is written below ``attribution/`` of
    the case and named in its manifest; verdicts are not touched.

    Raises:
        TruetallyError: bad artefacts, signature, ledger or case.
    """
    watcher = progress or Silent()
    case = case.absolute()
    manifest = read_manifest(case)
    clock = Clock(watcher)
    with locked(case):
        folder = folder_of(case)
        with clock.stage("artefacts"):
            inventory = _examined(options.artefacts, watcher)
        chosen = ready(options, inventory, folder)
        write_inventory(folder, inventory)
        with clock.stage("strings"):
            strings = _standing(options.artefacts, chosen, watcher)
        with opened(case, clock, memory=options.memory, threads=options.threads) as log:
            for one in chosen:
                note_run(folder / REGISTER, one.signature, str(manifest["digest"]), now())
            results = _carried_out(log, options, chosen, inventory, strings)
        before = manifest_input(case)
        made = finish(case, manifest, results, options)
        record(case, "attribute", inputs=[*before, *_inputs(results)], outputs=made)
        return results


def _inputs(results: dict[str, Any]) -> list[dict[str, str]]:
    """Name what was read beside the log, for the custody log: captures, ledgers, task logs."""
    files = [f for part in ("captures", "tasks", "test_orders") if results[part]
             for f in results[part]["files"]]
    files += results["orders"]["ledgers"] if results["orders"] else []
    return [{"name": f["file"], "sha256": f["sha256"]} for f in files]


def _examined(path: Path, progress: Progress) -> Inventory:
    from truetally.attribution.artefacts.read import examine

    if not path.exists():
        raise InputError(problem("no such artefacts", where=path, expected="a folder, zip or file",
                                 then="check --artefacts"))
    return examine(path, progress=progress.advance)


def _standing(path: Path, chosen: Sequence[Ready], progress: Progress) -> tuple[Standing, ...]:
    """Look for the texts of every signature in the artefacts, in one reading of them."""
    from truetally.attribution.artefacts.strings import standing

    texts = [text for one in chosen for text in markers(one.signature)[:MOST]]
    return standing(path, tuple(dict.fromkeys(texts)), progress=progress.advance)


def _carried_out(log: Log, options: Options, chosen: Sequence[Ready], inventory: Inventory,
                 strings: tuple[Standing, ...]) -> dict[str, Any]:
    asked = [_asked(log, options, one, number) for number, one in enumerate(chosen)]
    spans = [a.span for a in asked] + [a.before for a in asked if a.before]
    plan = layout(log.device, [a.signature for a in asked], spans)
    load_profile(log, plan)
    for a in asked:
        load_signature(log, a.number, a.signature)
    seen = sight(log, options, log.case / "attribution")
    elsewhere = {a.number: _elsewhere(log, options, a, inventory) for a in asked}
    done = []
    for a, one in zip(asked, chosen, strict=True):
        material = Material(items=inventory.extracted, strings=strings, seed=options.seed,
                            spot_checks=options.spot_checks,
                            elsewhere=tuple(elsewhere[a.number]),
                            hold=hold(log, plan, a.number, a.signature, seen))
        done.append(verify(log, plan, a, one, material))
    more = beside(Beside(log=log, options=options, verified=tuple(done), seen=seen))
    return {"log": _log(log), "inventory": _counts(inventory),
            "artefact_versions": _versions(inventory), **_union(log, plan, done), **more,
            "signatures": [v.results for v in done]}


def _asked(log: Log, options: Options, one: Ready, number: int) -> Asked:
    """Settle a signature's period: the command's, else the signature's own, else the whole log."""
    first = options.first_day or one.signature.first_day
    last = options.last_day or one.signature.last_day
    start = options.before or first
    before = period("", start, log.offset_ms).end_ms if start else None
    reference = None if before is None else Span(end_ms=before - 86_400_000)
    return Asked(number=number, signature=one.signature, stem=one.stem,
                 span=period(first, last, log.offset_ms), before=reference)


def _elsewhere(log: Log, options: Options, asked: Asked,
               inventory: Inventory) -> list[Reference]:
    """Measure the base rate of a signature in other logs, each a decided case of its own."""
    found: list[Reference] = []
    for place, path in enumerate(options.references, 1):
        with opened(path.absolute(), log.clock, memory=options.memory,
                    threads=options.threads) as other:
            plan = layout(other.device, [asked.signature], [])
            load_profile(other, plan)
            there = Asked(number=0, signature=asked.signature, span=Span(), before=None, stem="")
            load_signature(other, 0, asked.signature)
            load_traits(other, inventory.extracted, asked.signature)
            rows = cross(other, plan, there, plan.segments(Span()), "elsewhere")
            found += references(rows, f"elsewhere_{place}")[:1]
    return found


def _union(log: Log, plan: Layout, done: Sequence[Verified]) -> dict[str, Any]:
    """Give what all signatures take together; an event that two take is counted once."""
    parts = [taken(plan, v.asked.number, v.asked.signature, plan.segments(v.asked.span))
             for v in done]
    whole = log.engine.arrow(totals(together(parts))).to_pylist()[0]
    items = {item for v in done for item in v.found.cells["item_id"].to_pylist()}
    looked = {(r["column"], r["value"]): r["found"]
              for v in done for r in v.results["reverse"]["values"]}
    hits = sum(looked.values())
    return {"devices": int(whole["devices"]), "events": int(whole["events"]), "items": len(items),
            "reverse": {"found": hits, "not_found": len(looked) - hits,
                        "share_permille": hits * 1000 // len(looked) if looked else None,
                        "not_found_values": [{"column": c, "value": v} for (c, v), found in
                                             sorted(looked.items()) if not found]},
            "strength": done[0].results["strength"]}


def _log(log: Log) -> dict[str, Any]:
    return {"case": log.case.name, "digest": log.manifest["digest"],
            "offset": log.manifest["offset"],
            "synthetic": any(k.synthetic for k in log.known),
            "sources": [{"name": k.name, "sha256": k.sha256, "rows": k.rows} for k in log.known]}


def _counts(inventory: Inventory) -> dict[str, Any]:
    kinds: dict[str, int] = {}
    for item in inventory.extracted:
        kinds[item.kind] = kinds.get(item.kind, 0) + 1
    return {"root": Path(inventory.root).name, "files": len(inventory.entries),
            "refused": [{"path": r.path, "reason": r.reason} for r in inventory.refused],
            "extracted": dict(sorted(kinds.items()))}


def _versions(inventory: Inventory) -> list[dict[str, str]]:
    from truetally.attribution.lookup import flash_versions

    return [{"version": version, "file": item.file, "sha256": item.sha256, "place": item.place}
            for version, item in flash_versions(inventory.extracted)]

