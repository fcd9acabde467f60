"""Read scenario files. Whoever wrote the file is told what is wrong with it, and where."""

import tomllib
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any

from truetally.errors import InputError, problem
from truetally.simulate.campaigns import Market, campaigns, window
from truetally.simulate.crowds import background, crowd
from truetally.simulate.scenario import Crowd, Scenario, Values

_EPOCH = date(1970, 1, 1)
_KEYS = {"title", "log", "kind", "start", "days", "catalogue", "plays_per_device", "honest",
         "titles", "crowd", "campaign", "audience", "doses", "holidays", "curve", "fleet"}
_NEEDED = {"title", "log", "kind", "start", "days", "catalogue", "plays_per_device", "honest"}
_FOLDER = files("truetally.simulate") / "scenarios"


def scenarios() -> tuple[str, ...]:
    """List the built-in scenarios by name."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in _FOLDER.iterdir()
                        if f.name.endswith(".toml")))


def load(scenario: str | Path, dose: str | None = None) -> Scenario:
    """Load a built-in scenario by name, or a scenario file by path.

    `dose` is the number of fakes for each honest play of a target item, as a decimal text.
    Raises `InputError` for an unknown name, an unknown key, or a dose the scenario does not have.
    """
    name, text = _text(scenario)
    try:
        spec = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(problem("not a TOML file", where=name, found=error)) from error
    _check(name, spec)
    return _build(name, spec, _dose(name, spec, dose))


def part(name: str) -> Values:
    """Read one of the shared parts: audience, browsers or fleets."""
    return tomllib.loads((_FOLDER / "parts" / f"{name}.toml").read_text(encoding="utf-8"))


def _text(scenario: str | Path) -> tuple[str, str]:
    if isinstance(scenario, str) and scenario in scenarios():
        return scenario, (_FOLDER / f"{scenario}.toml").read_text(encoding="utf-8")
    path = Path(scenario)
    if path.suffix != ".toml" or not path.is_file():
        raise InputError(problem("unknown scenario", expected=", ".join(scenarios())
                                 + " or the path of a .toml file", found=repr(str(scenario))))
    try:
        return path.stem, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(problem("cannot read scenario", where=path, found=error)) from error


def _check(name: str, spec: Values) -> None:
    unknown = sorted(set(spec) - _KEYS)
    missing = sorted(_NEEDED - set(spec))
    if unknown or missing:
        raise InputError(problem("scenario has unknown or missing keys", where=name,
                                 expected=", ".join(sorted(_KEYS)),
                                 found=f"unknown {unknown}, missing {missing}"))


def _dose(name: str, spec: Values, dose: str | None) -> str | None:
    doses = [str(d) for d in spec.get("doses", [])]
    if dose is None:
        return "1" if doses else None
    if not doses:
        raise InputError(problem("the figures of this scenario are given, it has no dose",
                                 where=name, then="leave the dose out"))
    try:
        value = Decimal(dose)
    except InvalidOperation:
        value = Decimal(-1)
    if not (value.is_finite() and 0 < value <= 1000):
        raise InputError(problem("dose is not usable", where=name, found=repr(dose),
                                 expected="a decimal above 0 and at most 1000, as " +
                                          ", ".join(doses)))
    return str(value)


def _build(name: str, spec: Values, dose: str | None) -> Scenario:
    start = (date.fromisoformat(spec["start"]) - _EPOCH).days
    titles = _titles(spec)
    numbers = _numbers(titles, spec["catalogue"])
    audience = {**part("audience"), **spec.get("audience", {})}
    audience["curves"] = {**audience["curves"], **spec.get("curve", {})}
    fleets = {**part("fleets"), **spec.get("fleet", {})}
    holidays = tuple((date.fromisoformat(d) - _EPOCH).days - start
                     for d in spec.get("holidays", []))
    frame = window(spec, start)
    crowds = tuple(crowd(c, numbers, frame, audience) for c in spec.get("crowd", []))
    return Scenario(
        name=name, title=spec["title"], log=spec["log"], kind=spec["kind"], start_day=start,
        days=spec["days"], offset_ms=28_800_000, catalogue=spec["catalogue"],
        plays_per_device=spec["plays_per_device"], titles=titles,
        crowds=(background(spec["honest"] - _events(crowds), frame, audience, holidays), *crowds),
        campaigns=campaigns(spec.get("campaign", []), Market(
            numbers=numbers, frame=frame, crowds=crowds, fleets=fleets, dose=dose)),
        holidays=holidays, dose=dose, audience=audience, fleets=fleets, browsers=part("browsers"))


def _events(crowds: tuple[Crowd, ...]) -> int:
    return sum(int(c.events.sum()) for c in crowds)


def _titles(spec: Values) -> tuple[tuple[str, str], ...]:
    listed: list[dict[str, Any]] = spec.get("titles", [])
    return tuple((t["name"], t["kind"]) for t in listed for _ in range(t.get("count", 1)))


def _numbers(titles: tuple[tuple[str, str], ...], first: int) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for i, (name, _) in enumerate(titles):
        numbers.setdefault(name, []).append(first + i)
    return numbers
