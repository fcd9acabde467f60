"""What examiners found in a random sample, and what it says of all events.

Prediction-powered inference: the criteria's marks, known for every event, sharpen what a sample
says, and cannot bias it (Angelopoulos et al., Science 2023; PPI++: Angelopoulos, Duchi and Zrnic
2023). With y the examiner's word and f the mark,

    share = mean(y) + g (mean of f over all - mean of f in the sample),

where g is the regression of y on f in the sample. An event that examiners cannot tell is valid for
the lower bound and invalid for the upper.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

from truetally.errors import InputError, problem
from truetally.intervals import CONFIDENCE_PERMILLE, PPB, Bounds, hypergeometric

VERDICTS = ("valid", "invalid", "cannot_tell")
_ENOUGH = 10  # of either word, and of either mark: with fewer the exact interval is used
_MOST_LABELS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Events that bear the same mark: how many there are, and what was said of those sampled."""

    name: str
    events: int
    valid: int
    invalid: int
    cannot_tell: int

    @property
    def sampled(self) -> int:
        """Events with a label."""
        return self.valid + self.invalid + self.cannot_tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """How many of `events` are invalid, by the sample: `exact` needs nothing but a random draw
    (hypergeometric), `powered` also a sample large enough for a normal mean; null if it is not."""

    events: int
    sampled: int
    cannot_tell: int
    confidence_permille: int
    point: int
    exact: Bounds
    powered: Bounds | None

    @property
    def bounds(self) -> Bounds:
        """The interval to use: the powered one where it may be used."""
        return self.powered or self.exact


def read_labels(path: Path) -> dict[int, str]:
    """Read a CSV with the columns event_id and verdict; other columns are left alone.

    Raises:
        InputError: not readable, a column is missing, an id is no number or named twice with
            different verdicts, a verdict is unknown, or there is no label.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(problem("cannot read the labels", where=path, expected="a CSV file, UTF-8",
                                 found=type(error).__name__, then="correct --audit")) from error
    if not rows or not {"event_id", "verdict"} <= set(rows[0]) or len(rows) > _MOST_LABELS:
        raise InputError(problem("no labels", where=path, found=f"{len(rows)} rows",
                                 expected="the columns event_id and verdict, and "
                                 f"1 to {_MOST_LABELS} rows", then="correct --audit"))
    found: dict[int, str] = {}
    for number, row in enumerate(rows, 2):
        _add(found, row, f"{path}, line {number}")
    return found


def _add(found: dict[int, str], row: Mapping[str, str | None], where: str) -> None:
    event, said = (row["event_id"] or "").strip(), (row["verdict"] or "").strip()
    if not (event.isascii() and event.isdigit() and len(event) < 20):  # noqa: PLR2004 - 64 bits
        raise InputError(problem("not an event id", where=where, expected="a whole number",
                                 found=repr(event[:40]), then="correct --audit"))
    if said not in VERDICTS:
        raise InputError(problem("unknown verdict", where=where, expected=", ".join(VERDICTS),
                                 found=repr(said[:40]), then="correct --audit"))
    if found.setdefault(int(event), said) != said:
        raise InputError(problem("two verdicts for one event", where=where, found=event,
                                 then="keep one of them"))


def audit(strata: Sequence[Stratum], *,
          confidence_permille: int = CONFIDENCE_PERMILLE) -> Audited | None:
    """Estimate the invalid events among all of the strata; null if none was sampled.

    The sample must have been drawn at random over all strata together. With marks that sort events
    into two strata, g is the difference of their shares.
    """
    events, n = sum(s.events for s in strata), sum(s.sampled for s in strata)
    if not n:
        return None
    invalid, unsure = sum(s.invalid for s in strata), sum(s.cannot_tell for s in strata)
    exact = Bounds(
        lower=hypergeometric(invalid, n, events, confidence_permille=confidence_permille).lower,
        upper=hypergeometric(invalid + unsure, n, events,
                             confidence_permille=confidence_permille).upper)
    lower = powered(strata, [s.invalid for s in strata], confidence_permille)
    upper = powered(strata, [s.invalid + s.cannot_tell for s in strata], confidence_permille)
    both = Bounds(lower=max(invalid, lower.lower), upper=min(events, upper.upper)) if (
        lower and upper) else None
    return Audited(events=events, sampled=n, cannot_tell=unsure, point=events * invalid // n,
                   confidence_permille=confidence_permille, exact=exact, powered=both)


def powered(strata: Sequence[Stratum], invalid: Sequence[int],
            confidence_permille: int) -> Bounds | None:
    """Give the PPI++ interval of the invalid events for two strata; null if the sample is small.

    The mark is 1 in the last stratum. Variances are those of the sample (n) and of the finite rest.
    """
    n, events = sum(s.sampled for s in strata), sum(s.events for s in strata)
    marked, found = strata[-1], sum(invalid)
    few = min(found, n - found, marked.sampled, n - marked.sampled)
    if len(strata) != 2 or few < _ENOUGH:  # noqa: PLR2004 - two strata are one mark
        return None
    share, seen, whole = found / n, marked.sampled / n, marked.events / events
    joint = invalid[-1] / n
    slope = (joint - share * seen) / (seen * (1 - seen)) / (1 + n / events)
    mean = share + slope * (whole - seen)
    spread = share * (1 - share) + slope**2 * seen * (1 - seen) - 2 * slope * (joint - share * seen)
    error = sqrt(max(0.0, spread) / n * (1 - n / events)
                 + slope**2 * whole * (1 - whole) / events)
    z = NormalDist().inv_cdf(1 - (1000 - confidence_permille) / 2000)
    lower, upper = mean - z * error, mean + z * error
    return Bounds(lower=max(0, int(lower * PPB) * events // PPB),
                  upper=max(0, -(-int(upper * PPB + 1) * events // PPB)))
