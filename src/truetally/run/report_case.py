"""`truetally report`: collect what a case holds, compose the court report, write it in one form.

What other commands of the case have found (attribution, estimate, settlement) enters through
`run.added`: the one place to teach when a command writes something new.
"""

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from truetally.decisions.policy import Policy
from truetally.errors import InputError, problem
from truetally.evidence.canonical import canonical
from truetally.report.data import ReportData
from truetally.report.document import Scope, compose
from truetally.report.document.court import Claim, CourtData
from truetally.report.plain import plain
from truetally.report.words import Lang
from truetally.run.added import added
from truetally.run.case import read_manifest, salt, write_aside
from truetally.run.claims import claims_bytes, claims_root, make_claims
from truetally.run.custody import manifest_input, record
from truetally.run.exhibits import exhibits
from truetally.run.kept import REPORT, declared, deeds, seal_of
from truetally.run.matter import read_matter
from truetally.run.report_data import report_data
from truetally.run.summary import judge
from truetally.run.weaknesses import Keeping, missing_days, sampled, weaknesses

Format = Literal["html", "pdf", "docx", "case"]
FORMATS: tuple[Format, ...] = get_args(Format)
CLAIMS = "claims.json"
ANNEX = "annex.json"
_REPLAYED = "replayed-row"


def report_case(case: Path, out: Path | None, *, lang: Lang, form: Format,
                scope: Scope = "parties", matter: Path | None = None) -> tuple[Path, ...]:
    """Write a case's court report, and beside it the claims (and the annex) it commits to.

    `out` left out: in the case's `report/`. Returns the files, the report first. The same case and
    statements give the same bytes.

    Raises:
        CaseError: no case, or its verdicts and counts disagree.
        InputError: unusable statements, or a sealed case and no `out`.
        EngineError: an optional package or the Chinese font is missing.
    """
    if out is None and (case / "seal").is_dir():
        raise InputError(problem(
            "the case is sealed, and a file more would break the seal", where=case,
            expected="a place outside the case", then="name one with --out"))
    data = court_data(case, matter)
    place = out or case / "report" / f"report-{scope}-{lang}.{_SUFFIX.get(form, form)}"
    place.parent.mkdir(parents=True, exist_ok=True)
    content = render(data, lang, form, scope)
    write_aside(place, content)
    beside = [(CLAIMS, claims_bytes(data.claims))]
    if scope == "annex":
        beside.append((ANNEX, annex_bytes(data.report, data.claims)))
    for name, text in beside:
        write_aside(place.parent / name, text)
    files = (place, *[place.parent / name for name, _ in beside])
    record(case, REPORT, inputs=manifest_input(case), outputs=[path.absolute() for path in files])
    return files


_SUFFIX: Mapping[str, str] = {"case": "jsonld"}


def render(data: CourtData, lang: Lang, form: Format, scope: Scope) -> bytes:
    """Show a report in one form: bytes of a file."""
    if form == "case":
        from truetally.report.case_uco import to_case

        return to_case(data, lang)
    document = compose(data, lang, scope)
    if form == "pdf":
        from truetally.report.document.pdf import to_pdf

        return to_pdf(document)
    if form == "docx":
        from truetally.report.document.word import to_word

        return to_word(document)
    from truetally.report.document.web import to_html

    return to_html(document).encode()


def checked_format(text: str) -> Format:
    """Return `text` as a form of report. Raises InputError if it is none."""
    for form in FORMATS:
        if text == form:
            return form
    raise InputError(problem("unknown format", where="--format", expected=", ".join(FORMATS),
                             found=repr(text), then="choose one of them"))


def court_data(case: Path, matter: Path | None = None) -> CourtData:
    """Collect everything that a court report says of a case.

    Raises:
        CaseError, InputError: as `report_case`.
    """
    manifest = read_manifest(case)
    policy, _ = judge(manifest)
    report = report_data(case)
    claims = make_claims(case, manifest, report)
    stated = read_matter(matter) if matter else {}
    custody, seal, further = deeds(case), seal_of(case, claims), added(case)
    days, missing = missing_days(manifest)
    opening = _opening(case)
    return CourtData(
        report=report, claims=claims, claims_root=claims_root(claims), matter=stated,
        exhibits=exhibits(case, manifest, further, _sha256(claims_bytes(claims)), stated),
        custody=custody, seal=seal, added=further, sampled=sampled(case),
        weaknesses=weaknesses(case, manifest, report, Keeping(
            seal=seal, deeds=len(custody), declared=declared(case))),
        made_ms=_made(manifest), independent=_independent(policy), days=days,
        missing_days=missing, replayed=_replayed(manifest, report),
        annex_opening=opening, annex_sha256=_commitment(opening, annex_bytes(report, claims)))


def annex_bytes(report: ReportData, claims: tuple[Claim, ...]) -> bytes:
    """Write what the annex holds as canonical JSON: what a public version commits to."""
    thresholds = {view.code: {p.name: plain(p.value) for p in view.parameters}
                  for view in report.criteria}
    return canonical({"policy": report.policy_text, "thresholds": thresholds,
                      "lists": plain(report.lists), "queries": [claim.sql for claim in claims]})


def _opening(case: Path) -> str:
    """Derive the opening value of the annex's commitment from the case's own secret."""
    return hmac.new(bytes.fromhex(salt(case)), b"truetally annex 1", "sha256").hexdigest()


def _commitment(opening: str, content: bytes) -> str:
    return _sha256(opening.encode() + b":" + content)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _made(manifest: Mapping[str, Any]) -> int:
    """Give the time that files must carry: that of the last event, which no later day changes."""
    return max((s["last_ms"] for s in manifest["sources"] if s["last_ms"] is not None), default=0)


def _independent(policy: Policy) -> tuple[tuple[str, str], ...]:
    pairs = (tuple(sorted(pair)) for pair in policy.independent)
    return tuple(sorted((pair[0], pair[1]) for pair in pairs))


def _replayed(manifest: Mapping[str, Any], report: ReportData) -> int | None:
    """Count rows equal to an earlier one, None where the policy does not look for them."""
    looked = {view.code for view in report.criteria if view.active}
    if _REPLAYED not in looked or not manifest["partitions"]:
        return None
    return report.summary.reasons.get(_REPLAYED, 0)
