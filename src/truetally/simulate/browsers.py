"""Every user agent and plugin list of the audience, and which device has which.

The number of a user agent is ``base[browser] + system * versions[browser] + version``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from truetally.errors import InputError, problem
from truetally.events.schema import PLUGIN_SEPARATOR, TERMINALS
from truetally.simulate.scenario import Values
from truetally.simulate.seeds import I64, hashed_words
from truetally.simulate.tables import slots

_EPOCH = date(1970, 1, 1)
_NEVER = 1 << 30
_LISTS = 512  # plugin lists drawn for each engine; equal ones become one
_PLACES = 4096
_CEF_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsers:
    """Tables by browser. Two browsers may send the same text: `agent_of` maps numbers to `agents`.

    `released` holds the day of each version's release, for those that update.

    `plugin_of` gives the plugin list (index in `plugins`, -1 is none) of a browser's engine and
    place; `pak` the lists a seller puts together from a resource file.
    """

    agents: tuple[str, ...]
    agent_of: I64
    plugins: tuple[str, ...]
    terminal: I64
    of_terminal: NDArray[np.int32]
    base: I64
    versions: I64
    systems_of: NDArray[np.int32]
    versions_of: NDArray[np.int32]
    updates: NDArray[np.bool_]
    released: I64
    plugin_of: NDArray[np.int32]
    pak: NDArray[np.int32]
    cef_list: int


def compile_browsers(parts: Values, audience: Values) -> Browsers:
    """Write out all user agents and plugin lists, and the tables devices choose from."""
    browsers = _with_cef(parts["browser"], audience["cef_permille"])
    systems = [_listed(parts, b["os"]) for b in browsers]
    versions = [b.get("updates") or b["versions"] for b in browsers]
    sizes = np.array([len(s) * len(v) for s, v in zip(systems, versions, strict=True)])
    lists, of_engine = _plugin_lists(parts)
    texts = [b["agent"].format(os=s, version=v) for b, ss, vv in
             zip(browsers, systems, versions, strict=True) for s, _ in ss for v, _ in vv]
    numbers: dict[str, int] = {}
    return Browsers(
        agent_of=np.array([numbers.setdefault(t, len(numbers)) for t in texts], dtype=np.int64),
        agents=tuple(numbers), plugins=tuple(lists),
        terminal=np.array([TERMINALS.index(b["terminal"]) for b in browsers]),
        of_terminal=np.stack([_among(browsers, t) for t in TERMINALS]),
        base=np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64),
        versions=np.array([len(v) for v in versions], dtype=np.int64),
        systems_of=np.stack([slots([n for _, n in s], 256) for s in systems]),
        versions_of=np.stack([_choice(b) for b in browsers]),
        updates=np.array(["updates" in b for b in browsers]), released=_releases(browsers),
        plugin_of=np.stack([of_engine[b.get("engine", "none")] for b in browsers]),
        pak=of_engine["pak"], cef_list=int(of_engine["cef"][0]))


def _with_cef(browsers: list[dict[str, Any]], permille: int) -> list[dict[str, Any]]:
    if not 0 <= permille <= _CEF_MOST:
        raise InputError(problem("share of CEF browsers", expected="0 to 50 per thousand",
                                 found=permille))
    rest = sum(b["share"] for b in browsers if b["terminal"] == "pc" and b["name"] != "cef")
    return [{**b, "share": permille * rest if b["name"] == "cef" else
             b["share"] * (1000 - permille) if b["terminal"] == "pc" else b["share"]}
            for b in browsers]


def _listed(parts: Values, os: str | Sequence[Any]) -> Sequence[Any]:
    return parts["systems"][os] if isinstance(os, str) else os


def _among(browsers: Sequence[Values], terminal: str) -> NDArray[np.int32]:
    return slots([b["share"] if b["terminal"] == terminal else 0 for b in browsers], _PLACES)


def _choice(browser: Values) -> NDArray[np.int32]:
    return slots([n for _, n in browser["versions"]] if "versions" in browser else [1], 256)


def _releases(browsers: Sequence[Values]) -> I64:
    most = max(len(b.get("updates", ())) for b in browsers)
    days = [[(date.fromisoformat(d) - _EPOCH).days for _, d in b.get("updates", ())]
            for b in browsers]
    return np.array([d + [_NEVER] * (most - len(d)) for d in days], dtype=np.int64)


def _plugin_lists(parts: Values) -> tuple[list[str], dict[str, NDArray[np.int32]]]:
    """Return all distinct plugin lists, and for each engine the list at each of its places."""
    numbers: dict[str, int] = {}
    tables = {"none": np.full(_LISTS, -1, dtype=np.int32)}
    lists = {engine: _lists(parts, engine, 100 + n) for n, engine in enumerate(parts["plugins"])}
    for engine, found in (lists | {"pak": _pak_lists(parts)}).items():
        tables[engine] = np.array([numbers.setdefault(text, len(numbers)) if text else -1
                                   for text in found], dtype=np.int32)
    return list(numbers), tables


def _draws(salt: int) -> list[list[int]]:
    """Draw 32 16-bit numbers for each of the lists of an engine."""
    drawn = hashed_words(np.arange(_LISTS * 8), salt).reshape(_LISTS, 32)
    return [[int(n) for n in row] for row in drawn.tolist()]


def _lists(parts: Values, engine: str, salt: int) -> list[str]:
    flash = parts["flash"].get(engine, [["", 1]])
    table = slots([share for _, share in flash], 256)
    extras = parts["extras"]["entries"] if engine in parts["extras"]["engines"] else []
    found = []
    for draws in _draws(salt):
        version = flash[int(table[draws[0] & 255])][0]
        text = parts["flash"]["text"].format(version=version) if version else ""
        entries = [e.replace("{flash}", text) for e in parts["plugins"][engine]]
        entries += [e for (e, permille), draw in zip(extras, draws[1:], strict=False)
                    if draw % 1000 < permille]
        found.append(PLUGIN_SEPARATOR.join(e for e in entries if e))
    return found


def _pak_lists(parts: Values) -> list[str]:
    """Mix entries of all engines, as a seller who has read one browser's resources would."""
    pool = [*parts["plugins"]["cef"], *parts["plugins"]["chrome"][:2],
            *(e for e, _ in parts["extras"]["entries"])]
    return [PLUGIN_SEPARATOR.join(e for i, e in enumerate(pool) if i == 1 or draws[i] % 3 == 0)
            for draws in _draws(99)]
