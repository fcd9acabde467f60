"""What examiners found in a random sample, and what it says of all events.

Prediction-powered inference: the criteria's marks, known for every event, sharpen what a sample
says, and cannot bias it (Angelopoulos et al., Science 2023; PPI++: Angelopoulos, Duchi and Zrnic
2023). For marks that sort events into strata the best prediction is the stratum's own share, and
the estimate becomes the stratified mean

    invalid = sum over strata of N x / n    (N events, x invalid of n in the sample),

whose variance is the sum of N^2 (1 - n / N) p (1 - p) / n (Cochran, Sampling Techniques, 5.6). It
holds for a sample of all events and for one drawn stratum by stratum alike. An event that examiners
cannot tell is valid for the lower bound and invalid for the upper.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

from truetally.errors import InputError, problem
from truetally.intervals import CONFIDENCE_PERMILLE, Bounds, hypergeometric

VERDICTS = {"valid": "valid", "invalid": "invalid", "cannot_tell": "cannot_tell",
            "unclear": "cannot_tell", "有效": "valid", "无效": "invalid", "无法判断": "cannot_tell"}
# Of either word in all, and labels in each stratum: with fewer the exact interval is used.
_ENOUGH, _ENOUGH_LABELS = 20, 10
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
    (hypergeometric, the strata's bounds added up), `powered` also a sample large enough for a
    normal mean; null if it is not."""

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

    Where none is called verdict, the one after event_id is taken, as in the sheets of
    `truetally sample`. Rows without a verdict were not labelled.

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
    said = _column(list(rows[0])) if rows else None
    if said is None or len(rows) > _MOST_LABELS:
        raise InputError(problem("no labels", where=path, found=f"{len(rows)} rows",
                                 expected="the columns event_id and verdict, and "
                                 f"1 to {_MOST_LABELS} rows", then="correct --audit"))
    found: dict[int, str] = {}
    for number, row in enumerate(rows, 2):
        if (row[said] or "").strip():
            _add(found, row["event_id"], row[said], f"{path}, line {number}")
    if not found:
        raise InputError(problem("no labels", where=path, found="no verdict in any row",
                                 then="give a sheet that examiners have filled in"))
    return found


def _column(names: Sequence[str]) -> str | None:
    """Find the column of verdicts."""
    if "event_id" not in names:
        return None
    after = names[names.index("event_id") + 1:]
    return "verdict" if "verdict" in names else after[0] if after else None


def _add(found: dict[int, str], number: str | None, word: str | None, where: str) -> None:
    event, said = (number or "").strip(), (word or "").strip()
    if not (event.isascii() and event.isdigit() and len(event) < 20):  # noqa: PLR2004 - 64 bits
        raise InputError(problem("not an event id", where=where, expected="a whole number",
                                 found=repr(event[:40]), then="correct --audit"))
    if said not in VERDICTS:
        raise InputError(problem("unknown verdict", where=where, expected=", ".join(VERDICTS),
                                 found=repr(said[:40]), then="correct --audit"))
    if found.setdefault(int(event), VERDICTS[said]) != VERDICTS[said]:
        raise InputError(problem("two verdicts for one event", where=where, found=event,
                                 then="keep one of them"))


def audit(strata: Sequence[Stratum], *,
          confidence_permille: int = CONFIDENCE_PERMILLE) -> Audited | None:
    """Estimate the invalid events among all of the strata; null if none was sampled.

    Within each stratum, the sample must have been drawn at random.
    """
    held = [s for s in strata if s.events]
    n = sum(s.sampled for s in held)
    if not n:
        return None
    each = 1000 - (1000 - confidence_permille) // len(held)
    bounds = [_exact(s, each) for s in held]
    invalid = [s.invalid for s in held]
    lower = powered(held, invalid, confidence_permille)
    upper = powered(held, [s.invalid + s.cannot_tell for s in held], confidence_permille)
    both = Bounds(lower=max(sum(invalid), lower.lower), upper=upper.upper) if (
        lower and upper) else None
    return Audited(
        events=sum(s.events for s in held), sampled=n, cannot_tell=sum(s.cannot_tell for s in held),
        point=sum(s.events * s.invalid // s.sampled for s in held if s.sampled),
        confidence_permille=confidence_permille, powered=both,
        exact=Bounds(lower=sum(b.lower for b in bounds), upper=sum(b.upper for b in bounds)))


def _exact(stratum: Stratum, confidence_permille: int) -> Bounds:
    if not stratum.sampled:
        return Bounds(lower=0, upper=stratum.events)
    return Bounds(
        lower=hypergeometric(stratum.invalid, stratum.sampled, stratum.events,
                             confidence_permille=confidence_permille).lower,
        upper=hypergeometric(stratum.invalid + stratum.cannot_tell, stratum.sampled, stratum.events,
                             confidence_permille=confidence_permille).upper)


def powered(strata: Sequence[Stratum], invalid: Sequence[int],
            confidence_permille: int) -> Bounds | None:
    """Give the interval of the stratified mean; null where the sample is small for a normal one.

    A stratum's share is taken as (x + 1) / (n + 2) (Agresti and Coull, The American Statistician
    1998): the plain one is too sure of few, and certain where all or none was found. A fifth of the
    risk is kept back, since means of few words are not quite normal.
    """
    n, found = sum(s.sampled for s in strata), sum(invalid)
    if min(found, n - found) < _ENOUGH or min(s.sampled for s in strata) < _ENOUGH_LABELS:
        return None
    mean = spread = 0.0
    for s, x in zip(strata, invalid, strict=True):
        p = (x + 1) / (s.sampled + 2)
        mean += s.events * p
        spread += s.events**2 * (1 - s.sampled / s.events) * p * (1 - p) / s.sampled
    risk = (1000 - confidence_permille) * 4 / 5 / 1000
    reach = NormalDist().inv_cdf(1 - risk / 2) * sqrt(spread)
    events = sum(s.events for s in strata)
    return Bounds(lower=max(0, int(mean - reach)), upper=min(events, -int(-(mean + reach) // 1)))
