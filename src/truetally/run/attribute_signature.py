"""One signature from end to end: forward, reverse, held-out families, controls, strength."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from truetally.attribution.artefacts.strings import Standing
from truetally.attribution.controls import Crossed, crossed
from truetally.attribution.determination import Layout, Span, columns_of
from truetally.attribution.markers import MOST, markers
from truetally.run.attribute_forward import Asked, Forward, breakdowns, forward
from truetally.run.attribute_log import Log
from truetally.run.attribute_options import Ready
from truetally.run.attribute_reverse import (
    Material,
    cross,
    decoys,
    held_out,
    load_traits,
    measure,
    references,
    reverse,
)
from truetally.run.attribute_spots import spot_checks
from truetally.signatures.signature import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a signature came to: the results to be written, and its cells by day and item."""

    asked: Asked
    ready: Ready
    found: Forward
    results: dict[str, Any]


def verify(log: Log, plan: Layout, asked: Asked, ready: Ready, material: Material) -> Verified:
    """Run one signature that is loaded with its profile."""
    number, signature, clock = asked.number, asked.signature, log.clock
    segments = plan.segments(asked.span)
    found = forward(log, plan, asked, log.case / "attribution", material.spot_checks,
                    material.seed)
    with clock.stage("reverse verification"):
        index = load_traits(log, material.items, signature)
        looked = reverse(found, index)
    with clock.stage("controls"):
        rows = cross(log, plan, asked, segments, f"period_{number}")
        own = crossed(rows)
        before = _before(log, plan, asked)
        against = decoys(log, plan, asked, segments, material.seed, own)
        earlier = crossed(before) if before else None
    refs = [*(references(before, "before") if before else []), *material.elsewhere]
    with clock.stage("spot checks"):
        spots = spot_checks(log, found.sample, looked["values"])
    return Verified(asked=asked, ready=ready, found=found, results={
        **_identity(ready, asked, log), "sets": dict(found.sets), "by": breakdowns(found),
        "matched": {c: sorted(log.texts[c][i].as_py() for i in log.held[number, c])
                    for c in columns_of(signature)},
        "reverse": looked, "strings": _strings(signature, material.strings),
        "held_out": held_out(own, earlier),
        "controls": {"neutral": _neutral(own), "decoys": against,
                     "before": None if earlier is None else
                     {"devices": earlier.bearing + earlier.others, "bearing": earlier.bearing}},
        "flash": _flash(rows, before),
        "strength": measure(refs, own, material, signature),
        "spot_checks": {"seed": material.seed, "of_events": found.sets["events"], "list": spots},
        "files": list(found.files)})


def _before(log: Log, plan: Layout, asked: Asked) -> list[dict[str, Any]]:
    if asked.before is None:
        return []
    return cross(log, plan, asked, plan.segments(asked.before), f"before_{asked.number}")


def _strings(signature: Signature, strings: Sequence[Standing]) -> dict[str, Any]:
    """Say of each text of the signature where it stands in the artefacts."""
    texts = markers(signature)
    places: dict[str, list[dict[str, Any]]] = {text: [] for text in texts[:MOST]}
    for each in strings:
        if each.text in places:
            places[each.text].append({k: v for k, v in asdict(each).items() if k != "text"})
    return {"searched": len(places), "found": sum(map(bool, places.values())),
            "not_searched": len(texts) - len(places),
            "texts": [{"text": text, "places": found} for text, found in places.items()]}


def _neutral(own: Crossed) -> dict[str, int]:
    return {"devices": own.others, "listed": own.other_listed}


def _flash(rows: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]],
           ) -> dict[str, int]:
    """Count devices whose plugin list names the signature's version of Flash, whatever else."""
    def devices(of: Sequence[Mapping[str, Any]], bears: int) -> int:
        return sum(int(r["devices"]) for r in of if int(r["flash"]) and int(r["bears"]) == bears)
    return {"bearing": devices(rows, 1), "others": devices(rows, 0),
            "before": devices(before, 0) + devices(before, 1)}


def _identity(ready: Ready, asked: Asked, log: Log) -> dict[str, Any]:
    signature: Signature = asked.signature
    return {"name": signature.name, "revision": signature.revision, "title": signature.title,
            "sha256": signature.sha256, "source": signature.source, "extent": signature.extent,
            "fields": [asdict(f) | {"values": list(f.values), "normalise": list(f.normalise)}
                       for f in signature.fields],
            "normalisations": [asdict(n) for n in signature.normalisations],
            "proposed": ready.proposed, "frozen": asdict(ready.frozen) | {
                "changed_after": list(ready.frozen.changed_after)},
            "span_ms": span_json(asked.span), "before_ms": span_json(asked.before),
            "device_column": log.device or None}


def span_json(span: Span | None) -> list[int | None] | None:
    """Give a span as [start, end) in UTC milliseconds; None is without end, or no span."""
    return None if span is None else [span.start_ms, span.end_ms]


def folder_of(case: Path) -> Path:
    """Return the case's folder of attributions, made if it is not there."""
    folder = case / "attribution"
    folder.mkdir(exist_ok=True)
    return folder
