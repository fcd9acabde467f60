"""Make the crawler patterns of others safe for people's devices.

crawler-user-agents is written to be matched as it stands; COUNTER R5.1 wants robots matched without
regard to case. Both at once names people: "Sonic" is in every Panasonic, "NING/" in every
Lightning/, "RED/" in com.apple.appstored/. So a pattern is matched as its authors wrote it
anywhere, and without regard to case only where it starts a word. Patterns that name people even so
are withdrawn in builtin/robots.toml, each with its reason.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from truetally.signatures.entries import Entry
from truetally.signatures.files import iso_date, toml_tables


def crawler_entries(lines: Iterable[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """Return one entry a record of crawler-user-agents, withdrawn where we withdrew it."""
    gone = withdrawn_patterns()
    found = []
    for line in lines:
        pattern = str(line["pattern"])
        date, reason = gone.get(pattern, ("", ""))
        found.append(Entry(
            value=starting_a_word(pattern),
            added=str(line.get("addition_date", "")).replace("/", "-"),
            source=f"crawler-user-agents: {pattern} ({line.get('url', 'no address given')})",
            withdrawn=date, reason=reason))
    return tuple(found)


def starting_a_word(pattern: str) -> str:
    r"""Return an RE2 pattern: `pattern` as written, or in any case after a word boundary."""
    return pattern if pattern.startswith("^") else rf"(?-i:{pattern})|\b(?:{pattern})"


@cache
def withdrawn_patterns() -> Mapping[str, tuple[str, str]]:
    """Return, for each withdrawn pattern of the package, the date and the reason."""
    place = files(__package__) / "builtin" / "robots.toml"
    tables = toml_tables(place.read_text("utf-8"), "builtin:robots")
    return {line["pattern"]: (iso_date(line["withdrawn"], line["pattern"]), line["reason"])
            for line in tables["withdrawn_pattern"]}
