"""How a case was kept: its custody log and its seal, in the words of the report."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from truetally.errors import CaseError, problem
from truetally.evidence import custody
from truetally.evidence.errors import EvidenceError
from truetally.report.document.court import Claim, Deed, Seal

REPORT = "report"


def deeds(case: Path) -> tuple[Deed, ...]:
    """Read the custody log, checking its chain. Reports that were written are left out: the same
    case is to give the same report twice.

    Raises:
        CaseError: the chain is broken: a report must not rest on it.
    """
    try:
        records = custody.check(case)
    except EvidenceError as error:
        raise CaseError(problem("the custody log is damaged", where=case, found=str(error),
                                then="find out who changed it before you report")) from error
    return tuple(_deed(record) for record in records if record.get("command") != REPORT)


def declared(case: Path) -> dict[str, Mapping[str, Any]]:
    """Read what operators declared of sources when these came in, by the sources' SHA-256."""
    found: dict[str, Mapping[str, Any]] = {}
    for record in custody.check(case):
        for each in record.get("acquisition", ()):
            if isinstance(each, dict) and isinstance(each.get("declared"), dict):
                found[str(each["sha256"])] = each["declared"]
    return found


def _deed(record: Mapping[str, Any]) -> Deed:
    when = datetime.fromtimestamp(int(record["time_ms"]) // 1000, UTC)
    names = [str(name) for key, name in sorted(dict(record.get("who", {})).items()) if name]
    return Deed(when=when.strftime("%Y-%m-%d %H:%M:%S UTC"), who=", ".join(names),
                what=str(record.get("command", "")), version=str(record.get("tool", "")))


def seal_of(case: Path, claims: Sequence[Claim]) -> Seal | None:
    """Read what the newest seal of a case says, None if there is none.

    It is read, not verified: who signed and when only the verifier can tell, with a key and an
    authority's root from outside.

    Raises:
        CaseError: what should be a seal is not one.
    """
    names = sorted(path.name for path in (case / "seal").glob("[0-9][0-9][0-9][0-9].json"))
    if not names:
        return None
    path = case / "seal" / names[-1]
    stem = names[-1].removesuffix(".json")
    try:
        says = json.loads(path.read_bytes())
        keys = [json.loads(each.read_bytes()).get("public_key", "")
                for each in sorted(path.parent.glob(f"{stem}.*.json"))]
        size, head = says["trees"]["files"]["size"], str(says["head"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CaseError(problem("not a seal", where=path, found=type(error).__name__,
                                then=f"truetally verify {case}")) from error
    time, authority = _stamped(path.with_name(f"{stem}.tsr"))
    return Seal(root=head, leaves=int(size), key=", ".join(filter(None, map(str, keys))),
                time=time, authority=authority, covers_claims=_covered(case, claims))


def _stamped(reply: Path) -> tuple[str | None, str]:
    """Read the time in an authority's reply and its policy, (None, "") if there is no reply."""
    if not reply.is_file():
        return None, ""
    try:
        from rfc3161_client import decode_timestamp_response

        info = decode_timestamp_response(reply.read_bytes()).tst_info
    except (ImportError, ValueError):
        return reply.name, ""
    return info.gen_time.strftime("%Y-%m-%d %H:%M:%S UTC"), info.policy.dotted_string


def _covered(case: Path, claims: Sequence[Claim]) -> bool:
    """Tell whether the sealed list of files names these very claims."""
    from truetally.run.claims import claims_bytes

    listed = case / "seal" / "SHA256SUMS"
    digest = hashlib.sha256(claims_bytes(claims)).hexdigest()
    return listed.is_file() and f"{digest}  report/claims.json\n" in listed.read_text("utf-8")
