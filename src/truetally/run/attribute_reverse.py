"""Reverse verification of one signature: look-ups, held-out families, controls, strength."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import ibis
import pyarrow as pa

from truetally.attribution.artefacts.item import Extracted
from truetally.attribution.artefacts.strings import Standing
from truetally.attribution.controls import (
    Crossed,
    by_traits,
    candidates,
    decoy_devices,
    drawn,
    traits,
)
from truetally.attribution.determination import Layout, bearers, columns_of, profiled, within
from truetally.attribution.lookup import (
    COLUMNS,
    Found,
    Index,
    chromium_branches,
    flash_of,
    index,
    look_up,
)
from truetally.attribution.strength import (
    Hold,
    Reference,
    sensitivity,
    strength,
    verbal,
    worthless_ppb,
)
from truetally.intervals import PPB, clopper_pearson
from truetally.run.attribute_forward import Asked, Forward
from truetally.run.attribute_log import Log, load_flags
from truetally.signatures.signature import Signature

TRAITS = ("listed:user_agent", "chromium:user_agent", "flash:plugins", "pc:terminal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The artefacts and settings that a signature is verified with; `strings` is where the texts
    of all signatures stand in them, `elsewhere` are references of other logs, `hold` is how the
    software's own devices bear it."""

    items: tuple[Extracted, ...]
    strings: tuple[Standing, ...]
    seed: int
    spot_checks: int
    hold: Hold
    elsewhere: tuple[Reference, ...]


def reverse(found: Forward, held: Index) -> dict[str, Any]:
    """Look every distinct value of the attributed events up; the not found are listed."""
    rows = [_value(look_up(held, column, row["value"]), row)
            for column in COLUMNS for row in found.values.get(column, ())
            if row["value"] is not None]
    unknown = {column: sum(r["events"] for r in found.values.get(column, ())
                           if r["value"] is None) for column in COLUMNS}
    columns = {c: _column([r for r in rows if r["column"] == c], unknown[c]) for c in COLUMNS}
    hits = sum(1 for row in rows if row["found"])
    return {"found": hits, "not_found": len(rows) - hits,
            "share_permille": hits * 1000 // len(rows) if rows else None,
            "columns": columns, "values": rows}


def _value(answer: Found, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"column": answer.column, "value": answer.value, "found": bool(answer.how),
            "how": answer.how, "events": row["events"], "devices": row["devices"],
            "missing": list(answer.missing), "places": [place(item) for item in answer.places]}


def place(item: Extracted) -> dict[str, str]:
    """Say where an item stands: file, SHA-256, place, and what it cannot prove."""
    return {"file": item.file, "sha256": item.sha256, "place": item.place, "kind": item.kind,
            "text": item.text, "weight": item.weight or "class", "note": item.note}


def _column(rows: Sequence[Mapping[str, Any]], unknown: int) -> dict[str, Any]:
    hits = [r for r in rows if r["found"]]
    events = sum(r["events"] for r in rows)
    return {"distinct": len(rows), "found": len(hits), "not_found": len(rows) - len(hits),
            "events": events, "events_found": sum(r["events"] for r in hits),
            "events_unknown": unknown}


def load_traits(log: Log, items: Sequence[Extracted], signature: Signature) -> Index:
    """Make the tables of traits that the controls and the reference ask for."""
    held = index(items, signature)
    agents = log.texts["user_agent"].to_pylist()
    branches = [f".0.{branch}." for branch in chromium_branches(items)]
    own = [flash_of(v) for f in signature.fields if f.column == "plugins" for v in f.values]
    load_flags(log, "listed",
               [bool(look_up(held, "user_agent", text).how) for text in agents])
    load_flags(log, "chromium",
               [any(branch in text for branch in branches) for text in agents])
    load_flags(log, "flash", [flash_of(text) in own and flash_of(text) is not None
                              for text in log.texts["plugins"].to_pylist()])
    load_flags(log, "pc", [t == "pc" for t in log.texts["terminal"].to_pylist()])
    return held


def cross(log: Log, plan: Layout, asked: Asked, segments: Sequence[int],
          name: str) -> list[dict[str, Any]]:
    """Count devices of some segments by traits and by whether they bear the signature there.

    Makes ``traits_<name>`` and ``bearers_<name>``.
    """
    rows = within(profiled(plan), segments)
    log.engine.create(f"bearers_{name}", bearers(plan, asked.number, asked.signature, segments))
    log.engine.create(f"traits_{name}", traits(rows, TRAITS))
    t = ibis.table({"device": "string"} | {n.split(":")[0]: "int32" for n in TRAITS},
                   name=f"traits_{name}")
    found: list[dict[str, Any]] = log.engine.arrow(by_traits(t, f"bearers_{name}")).to_pylist()
    return found


def held_out(found: Crossed, before: Crossed | None) -> dict[str, Any]:
    """Say how well one family of fields predicts the other: among devices that bear the signature,
    among neutral ones, and among devices from before."""
    return {
        "bearing": _share(found.bearing_listed, found.bearing),
        "neutral": _share(found.other_listed, found.others),
        "listed_bearing": _share(found.bearing_listed, found.bearing_listed + found.other_listed),
        "before": _share(before.bearing_listed + before.other_listed,
                         before.bearing + before.others) if before else None}


def _share(part: int, whole: int) -> dict[str, int | None]:
    bounds = clopper_pearson(part, whole)
    return {"devices": part, "of": whole, "share_ppb": part * PPB // whole if whole else None,
            "lower_ppb": bounds.lower, "upper_ppb": bounds.upper}


def decoys(log: Log, plan: Layout, asked: Asked, segments: Sequence[int], seed: int,
           own: Crossed) -> dict[str, Any]:
    """Run decoy signatures of the same columns and as many values, drawn from the log by a seed."""
    columns = columns_of(asked.signature)
    rows = within(profiled(plan), segments)
    pool = log.engine.arrow(candidates(rows, columns)).to_pylist()
    mine = [all(r[c] in log.held[asked.number, c] for c in columns) for r in pool]
    chosen = drawn(pool, mine, seed)
    if not chosen:
        return {"drawn": 0, "seed": seed, "list": [], "as_good": None}
    lines = [(n, pool[i]) for n, places in enumerate(chosen) for i in places]
    log.engine.load("decoys", pa.table(
        {c: pa.array([r[c] for _, r in lines], pa.int32()) for c in columns}
        | {"decoy": pa.array([n for n, _ in lines], pa.int32())}))
    t = decoy_devices(rows, columns, f"traits_period_{asked.number}")
    counts = {r["decoy"]: r for r in log.engine.arrow(t).to_pylist()}
    found = [_decoy(log, columns, pool[places[0]], counts.get(n))
             for n, places in enumerate(chosen)]
    good = sum(1 for d in found if d["devices"]
               and d["listed"] * max(1, own.bearing) >= own.bearing_listed * d["devices"])
    return {"drawn": len(found), "seed": seed, "list": found,
            "as_good": good if own.bearing else None}


def _decoy(log: Log, columns: Sequence[str], row: Mapping[str, Any],
           counted: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"values": [log.texts[c][row[c]].as_py() for c in columns],
            "devices": int(counted["devices"]) if counted else 0,
            "listed": int(counted["listed"] or 0) if counted else 0}


def references(rows: Sequence[Mapping[str, Any]], name: str) -> list[Reference]:
    """Cut a reference into the devices that are like the software's, the whole first."""
    def pick(what: str, keep: str) -> Reference:
        chosen = [r for r in rows if not keep or int(r[keep])]
        return Reference(name=what, devices=sum(int(r["devices"]) for r in chosen),
                         bearing=sum(int(r["devices"]) for r in chosen if int(r["bears"])))
    return [pick(name, ""), pick(f"{name}_pc", "pc"), pick(f"{name}_listed", "listed"),
            pick(f"{name}_chromium", "chromium"), pick(f"{name}_flash", "flash")]


def measure(found: Sequence[Reference], own: Crossed, material: Material,
            signature: Signature) -> dict[str, Any]:
    """Measure the strength against every reference; the first that has devices is the main one.

    Where no device bears the signature there is nothing to weigh.
    """
    found = found if own.bearing else ()
    lines = [asdict(strength(r, own.bearing, own.others)) for r in found if r.devices]
    seen = [asdict(strength(r, own.bearing, own.others, material.hold))
            for r in found[:1] if r.devices and material.hold.devices]
    main = lines[0] if lines else None
    return {"reference": main, "references": lines, "with_hold": seen[0] if seen else None,
            "hold": asdict(material.hold), "evidence": evidence(signature, material.items, main),
            "verbal": main["verbal"] if main else "unknown",
            "sensitivity": [asdict(a) for a in sensitivity(own.bearing, own.others)],
            "worthless_ppb": worthless_ppb(own.bearing, own.others),
            "effective_n": main["devices"] if main else 0,
            "scale": "ENFSI 2015", "of_point": verbal(main["ratio"]) if main else "unknown"}


def evidence(signature: Signature, items: Sequence[Extracted],
             main: Mapping[str, Any] | None) -> str:
    """Tell class from individual evidence. One sign of a class is enough: a field that the file
    does not call individual, an item of the artefacts that is a class's, a reference device."""
    if any(f.evidence == "class" for f in signature.fields) or main is None or main["bearing"]:
        return "class"
    held = index(items, signature)
    places = [p for f in signature.fields if f.column in COLUMNS for v in f.values
              for p in look_up(held, f.column, v).places]
    return "class" if any(p.weight == "class" for p in places) else "individual"
