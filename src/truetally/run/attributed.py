"""What a case's attributions say of one event: which signature, and what is in an artefact."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from truetally.errors import CaseError, problem
from truetally.report.data import ArtefactMatch, AttributedTo
from truetally.run.case import inside

_EVENTS = "-events.parquet"


def attributed(case: Path, manifest: Mapping[str, Any], event_id: int,
               event: Mapping[str, Any]) -> tuple[AttributedTo, ...]:
    """Name the signatures that an event is attributed by, with file, hash and place of each match.

    Raises:
        CaseError: a file of an attribution that the manifest names is gone or damaged.
    """
    names = [f for f in manifest["files"]
             if f.startswith("attribution/") and f.endswith(_EVENTS)]
    return tuple(_one(case, manifest, name, event) for name in sorted(names)
                 if _holds(inside(case, name), event_id))


def _holds(path: Path, event_id: int) -> bool:
    import pyarrow.dataset as ds  # brings pandas, where that is installed

    try:
        data = ds.dataset(path, format="parquet")
        return bool(data.count_rows(filter=ds.field("event_id") == event_id))
    except (OSError, ValueError) as why:
        raise _damaged(path, why) from why


def _one(case: Path, manifest: Mapping[str, Any], name: str,
         event: Mapping[str, Any]) -> AttributedTo:
    path = inside(case, name.removesuffix(_EVENTS) + ".json")
    try:
        result = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as why:
        raise _damaged(path, why) from why
    matches = [m for row in result["reverse"]["values"]
               if event.get(row["column"]) == row["value"] for m in _matches(row)]
    return AttributedTo(
        signature=result["name"], sha256=result["sha256"], frozen_at=result["frozen"]["at"],
        changed=bool(result["frozen"]["changed_after"]),
        stale=result["log"]["digest"] != manifest["digest"],
        evidence=result["strength"]["evidence"], verbal=result["strength"]["verbal"],
        matches=tuple(matches))


def _matches(row: Mapping[str, Any]) -> list[ArtefactMatch]:
    if not row["places"]:
        return [ArtefactMatch(column=row["column"], value=row["value"])]
    return [ArtefactMatch(column=row["column"], value=row["value"], file=p["file"],
                          sha256=p["sha256"], place=p["place"], weight=p["weight"], text=p["text"])
            for p in row["places"]]


def _damaged(path: Path, why: object) -> CaseError:
    return CaseError(problem("an attribution of the case cannot be read", where=path, found=why,
                             then="run: truetally attribute CASE --artefacts DIR"))
