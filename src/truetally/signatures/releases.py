"""When a browser's major version was first released, so that a claim can be too early."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """One browser's releases: `days` holds (major version, day since 1970-01-01), ascending."""

    browser: str
    families: tuple[str, ...]
    source: str
    days: tuple[tuple[int, int], ...]


@cache
def releases() -> tuple[Releases, ...]:
    """Return the known release days of each browser, see releases.toml for sources and limits."""
    tables = tomllib.loads((files(__package__) / "releases.toml").read_text("utf-8"))
    return tuple(_releases(name, table) for name, table in sorted(tables.items()))


def release_day(family: str, major: int) -> int | None:
    """Return the day on which `major` of a ua-parser `family` was released at the earliest.

    A version between two known ones counts as the lower; None if the family or a version as new
    as that is not known.
    """
    for browser in releases():
        if family in browser.families and major <= browser.days[-1][0]:
            known = [day for version, day in browser.days if version <= major]
            return known[-1] if known else None
    return None


def _releases(name: str, table: Mapping[str, object]) -> Releases:
    released = table["released"]
    families = table["families"]
    assert isinstance(released, list)
    assert isinstance(families, list)
    days = sorted((int(major), (date - EPOCH).days) for major, date in released)
    return Releases(browser=name, families=tuple(families), source=str(table["source"]),
                    days=tuple(days))
