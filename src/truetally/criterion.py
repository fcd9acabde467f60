"""The shape of one criterion: what it is called, what it reads, what it measures, when it flags.

A criterion builds Ibis expressions in the narrow dialect (no floats, no division, no timestamps,
no regular expressions, no unordered windows) and never executes them. Shares are compared by
cross-multiplication: ``m.top * 1000 >= p["share_permille"] * m.n``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import ibis.expr.types as ir
import pyarrow as pa

Class = Literal["NOT_COUNTED", "GIVT", "SIVT"]
Basis = Literal["rule", "signature", "statistical"]
Scope = Literal["event", "hour", "day", "case"]
Family = Literal["technical", "timing", "origin", "behaviour", "identity"]
Values = Mapping[str, Any]  # parameter name -> int, str or tuple[str, ...]
Where = Callable[[ir.Table, Values], ir.BooleanValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number or list a policy may set. `low` and `high` bound an integer, both inclusive.

    A tuple default makes it a list of texts; `list_name` then names the policy's list it is from.
    """

    default: int | str | tuple[str, ...]
    low: int | None = None
    high: int | None = None
    unit: str = ""
    meaning: str
    meaning_zh: str
    list_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Rows in the group, or those for which `where` is true."""

    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Sum of an integer column over the group; nulls are left out."""

    column: str
    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Min:
    """Smallest value of an integer column in the group."""

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Max:
    """Largest value of an integer column in the group."""

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct:
    """How many different non-null values of `column` the group has (exact)."""

    column: str
    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Largest:
    """How many rows share the commonest non-null value of `column` in the group."""

    column: str
    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The sum of another measure (`of`, a Count or Sum) over the coarser group `keys`."""

    of: str
    keys: tuple[str, ...]


Measure = Count | Sum | Min | Max | Distinct | Largest | Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """How many events the group of `keys` must have before anything in it can be flagged.

    `events` names the integer parameter that says so. What has fewer need not be measured: most
    groups are small, so this saves most of the work and changes no finding.
    """

    keys: tuple[str, ...]
    events: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A predicate on one event: ``flag(t, p)`` is true, false, or null for unknown.

    `t` holds the columns named in `reads`. When all of them come from one text column and what is
    derived from it, the predicate runs once a distinct value and may use the text itself.
    """

    flag: Callable[[ir.Table, Values], ir.BooleanValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Keys, integer measures over the group, and a predicate ``flag(m, p)`` on the measures.

    The scope adds its own keys: day for `day`, day and hour for `hour`, none for `case`. `where`
    says which events are measured and, if the group is flagged, which events the flag falls on
    (all of the group's where it reads the gap to the previous event, which is between two events).
    Groups with a null key are unknown and never flagged, nor are groups without a measured event.
    """

    keys: tuple[str, ...]
    measures: Mapping[str, Measure]
    flag: Callable[[ir.Table, Values], ir.BooleanValue]
    where: Where | None = None
    least: Least | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One identity's events in the total order (time_ms, order_id), neighbours at hand.

    `flag(r, p)` sees the event's columns, and `previous_ms` and `next_ms`: the times of its
    neighbours with equal `keys`, null at the ends. Only events that earlier stages left are in
    the run, and of these only the ones for which `where` is true. `required` keys must not be
    null. `carry` names the parameter (ms) that bounds how far a neighbour can matter, so
    that a day can be decided with a margin of that length, and events whose neighbours are
    farther away can be left out; "" if any neighbour matters.
    """

    keys: tuple[str, ...]
    required: tuple[str, ...]
    flag: Callable[[ir.Table, Values], ir.BooleanValue]
    carry: str
    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Any analysis of a group profile: ``find(profile, p, seed)`` returns the flagged groups.

    The profile has one row a group with the scope's and own `keys` and the `measures`, sorted by
    keys, of the groups for which `only(m, p)` on the measures is true (what it leaves out, the
    study could not flag); the result has the same key columns and integer columns with what was
    measured. Findings are stored and become inputs of the decision, so that a replay does not
    repeat the study.
    """

    keys: tuple[str, ...]
    measures: Mapping[str, Measure]
    find: Callable[[pa.Table, Values, int], pa.Table]
    where: Where | None = None
    only: Where | None = None
    least: Least | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The criterion's documentation in one language: what it finds, what that shows, and which
    innocent causes can look the same."""

    title: str
    finds: str
    shows: str
    innocent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One way in which an event can fail to count. `code` is permanent; `revision` grows."""

    code: str
    revision: int
    klass: Class
    basis: Basis
    family: Family
    scope: Scope
    citation: str
    reads: tuple[str, ...]
    one_of: tuple[str, ...] = ()  # event columns: without any of them it cannot find anything
    optional: tuple[str, ...] = ()  # of `reads`: may be missing, the criterion then knows less
    shape: Row | Group | Run | Study
    en: Page
    zh: Page
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    standard_says: str = ""  # where the class comes from: MRC, COUNTER, IAB, T/CAAAD


SECTIONS = ("Finds:", "Shows:", "Innocent causes:")


def page(docstring: str | None) -> Page:
    """Read a criterion's English page from its module's docstring, the one place it is written.

    The first line is the title; then come paragraphs that begin with Finds:, Shows: and Innocent
    causes:, in this order. Raises ValueError if one of them is missing or empty.
    """
    title, _, body = (docstring or "").strip().partition("\n")
    parts = []
    for section in reversed(SECTIONS):
        body, found, text = body.rpartition(f"\n{section}")
        if not found or not text.strip():
            raise ValueError(f"a criterion's docstring needs a section {section!r}: {title!r}")
        parts.append(" ".join(text.split()))
    innocent, shows, finds = parts
    if not title or body.strip():
        raise ValueError(f"a criterion's docstring holds a title and {SECTIONS}: {title!r}")
    return Page(title=title.strip().removesuffix("."), finds=finds, shows=shows, innocent=innocent)
