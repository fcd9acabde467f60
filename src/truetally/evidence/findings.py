"""What a verification says: every finding, with what was expected and what was found."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from truetally.evidence.errors import VerificationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was checked. `status` is passed, failed or unknown (not checked)."""

    check: str
    place: str
    status: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the verifier brings along: public keys of authors, certificates of authorities."""

    keys: Sequence[Any] = ()
    roots: Sequence[Any] = ()


@dataclass(slots=True, kw_only=True)
class Report:
    """Every finding, in the order of checking."""

    findings: list[Finding] = field(default_factory=list)

    def attempt(self, check: str, place: str, action: Callable[..., Any],
                *arguments: object) -> Any:
        """Do one check, keep what came of it, and return what it gives: None if it failed."""
        given = None
        try:
            given = action(*arguments)
            self.add(check, place, "passed", found=given if isinstance(given, str) else "")
        except VerificationError as error:
            self.add(f"{check}: {error.what}", error.place, "failed", error.expected, error.found)
        except Exception as error:  # noqa: BLE001  whatever tampered bytes raise is a finding
            self.add(check, place, "failed", "a readable form", f"{error!r}"[:300])
        return given

    def add(self, check: str, place: str, status: str, expected: str = "", found: str = "") -> None:
        """Keep a finding."""
        self.findings.append(Finding(check=check, place=place, status=status, expected=expected,
                                     found=found))

    @property
    def failed(self) -> bool:
        """Say whether anything is not as it must be, or could not be checked though asked for."""
        return any(f.status == "failed" for f in self.findings)


def texts(report: Report, *, everything: bool) -> Iterator[str]:
    """Write the findings, one a line: those that failed or are unknown, or all; then the sum."""
    for f in report.findings:
        if everything or f.status != "passed":
            more = f": expected {f.expected}; found {f.found}" if f.expected or f.found else ""
            yield f"{f.status:8}{f.check} | {f.place}{more}"
    count = {s: sum(f.status == s for f in report.findings)
             for s in ("passed", "failed", "unknown")}
    word = ("NOT VERIFIED" if report.failed else
            "consistent, but not all is known" if count["unknown"] else "verified")
    yield (f"{word}: {count['passed']} checks passed, {count['failed']} failed, "
           f"{count['unknown']} unknown")
