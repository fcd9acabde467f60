"""A policy: which criteria apply, in which stages, with which parameters and consequences.

A policy is TOML. Built in: video, click, counter-r5.1, podcast-2.3 (`decisions/policies`).

    name = "video"
    revision = 1
    title = "…"            title_zh = "…"
    metric = "…"           metric_zh = "…"          # what one valid event is, as a definition
    citation = "…"
    minimum_signals = [["device_id", "cookie_id"], ["watched_ms"]]   # one of each line is needed
    independent = [["technical", "timing"]]          # families that corroborate each other

    [common_causes]                                  # criteria that one innocent cause can set off
    "a fingerprint that many share" = ["cookie-churn", "many-user-agents"]  # corroborate not

    [calibration]                                    # written by `truetally calibrate`
    file = "calibration.json"                        # beside the policy file
    sha256 = "…"

    [lists]                                          # names and origins: docs/commands.md
    robots = ["package:crawler-user-agents"]

    [[criterion]]                                    # order = precedence of reasons
    code = "http-status"
    stage = 1
    consequence = "not_counted"                      # default: from the criterion's class
    parameters = {…}
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from truetally.criterion import Criterion, Family, Parameter, Run, Values
from truetally.decisions.policy_texts import refuse_unseen
from truetally.errors import PolicyError, problem
from truetally.events.schema import EVENT

Consequence = Literal["not_counted", "givt", "sivt", "suspect"]
DEFAULT: Mapping[str, Consequence] = {"NOT_COUNTED": "not_counted", "GIVT": "givt", "SIVT": "sivt"}
BUILT_IN = ("video", "click", "counter-r5.1", "podcast-2.3")
MOST_CRITERIA = 60  # bits of the reason mask, two left for marks
_TOP = {"name", "revision", "title", "title_zh", "metric", "metric_zh", "citation",
        "minimum_signals", "independent", "common_causes", "calibration", "lists", "criterion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One criterion as a policy applies it. `bit` is its place in the reason mask."""

    criterion: Criterion
    bit: int
    stage: int
    consequence: Consequence
    values: Values

    @property
    def certain(self) -> bool:
        """Whether it decides alone; signature and statistical criteria need corroboration."""
        return self.criterion.basis == "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The calibration file that a policy names. Whoever applies it checks the bytes."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A parsed and checked policy. `sha256` is of the file's bytes."""

    name: str
    revision: int
    title: str
    title_zh: str
    metric: str
    metric_zh: str
    citation: str
    minimum_signals: tuple[tuple[str, ...], ...]
    independent: frozenset[frozenset[Family]]
    common_causes: Mapping[str, frozenset[str]]
    lists: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    sha256: str
    text: str
    calibration: Calibration | None = None

    @property
    def reason_codes(self) -> tuple[str, ...]:
        """Codes in the order of the reason mask's bits."""
        return tuple(rule.criterion.code for rule in self.rules)


def read_policy(name: str, criteria: Mapping[str, Criterion]) -> Policy:
    """Read a built-in policy by name, or a policy file by path.

    Raises:
        PolicyError: not found, not TOML, an unknown key or code, a parameter out of range.
    """
    if name in BUILT_IN:
        text = (resources.files("truetally.decisions") / "policies" / f"{name}.toml").read_text(
            encoding="utf-8")
    else:
        text = _file(Path(name))
    return parse_policy(text, name, criteria)


def _file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(problem("cannot read the policy", where=path,
                                  expected=f"a TOML file, or one of {', '.join(BUILT_IN)}",
                                  found=type(error).__name__,
                                  then="correct --policy")) from error


def parse_policy(text: str, where: str, criteria: Mapping[str, Criterion]) -> Policy:
    """Check a policy's text against the known criteria and return it.

    Raises:
        PolicyError: with the key, what was expected and what was found.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(problem("the policy is not TOML", where=where, found=str(error),
                                  then="correct the file")) from error
    refuse_unseen(raw, text, where)
    for key in raw:
        _need(key in _TOP, "unknown key", where, ", ".join(sorted(_TOP)), repr(key))
    rules = tuple(_rule(entry, bit, where, criteria)
                  for bit, entry in enumerate(raw.get("criterion", [])))
    _check_rules(rules, where)
    return Policy(
        name=_text(raw, "name", where), revision=_whole(raw, "revision", where),
        title=_text(raw, "title", where), title_zh=_text(raw, "title_zh", where),
        metric=_text(raw, "metric", where), metric_zh=_text(raw, "metric_zh", where),
        citation=_text(raw, "citation", where),
        minimum_signals=_signals(raw.get("minimum_signals", []), where),
        independent=_pairs(raw.get("independent", []), where),
        common_causes=_causes(raw.get("common_causes", {}), criteria, where),
        lists=_lists(raw.get("lists", {}), where), rules=rules, text=text,
        calibration=_calibration(raw.get("calibration"), where),
        sha256=hashlib.sha256(text.encode()).hexdigest())


def _need(condition: bool, what: str, where: str, expected: str,  # noqa: FBT001  # as in assert
          found: str) -> None:
    if not condition:
        raise PolicyError(problem(f"{what} in policy", where=where, expected=expected,
                                  found=found, then="correct the policy file"))


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    _need(isinstance(value, str) and value != "", f"key {key}", where, "a text", repr(value))
    return str(value)


def _whole(raw: Mapping[str, Any], key: str, where: str) -> int:
    value = raw.get(key)
    good = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    _need(good, f"key {key}", where, "a whole number from 1", repr(value))
    return int(value) if good and value is not None else 0


def _signals(raw: object, where: str) -> tuple[tuple[str, ...], ...]:
    good = isinstance(raw, list) and all(
        isinstance(line, list) and line and all(c in EVENT for c in line) for line in raw)
    _need(good, "key minimum_signals", where, "lists of event columns", repr(raw))
    return tuple(tuple(line) for line in raw) if isinstance(raw, list) else ()


def _pairs(raw: object, where: str) -> frozenset[frozenset[Family]]:
    known = get_args(Family)
    good = isinstance(raw, list) and all(_is_pair(pair, known) for pair in raw)
    _need(good, "key independent", where, f"pairs of different families of {known}", repr(raw))
    return frozenset(frozenset(pair) for pair in raw) if isinstance(raw, list) else frozenset()


def _causes(raw: object, known: Mapping[str, Criterion], where: str) -> dict[str, frozenset[str]]:
    """Read which criteria one innocent cause can set off together."""
    good = isinstance(raw, dict) and all(
        isinstance(codes, list) and len(codes) > 1 and all(c in known for c in codes)
        for codes in raw.values())
    _need(good, "table common_causes", where, "causes with at least two known codes each",
          repr(raw))
    return {k: frozenset(v) for k, v in raw.items()} if isinstance(raw, dict) else {}


def _calibration(raw: object, where: str) -> Calibration | None:
    if raw is None:
        return None
    good = isinstance(raw, dict) and set(raw) == {"file", "sha256"} and all(
        isinstance(v, str) and v for v in raw.values())
    _need(good, "table calibration", where, "file and sha256, as texts", repr(raw))
    return Calibration(file=raw["file"], sha256=raw["sha256"]) if isinstance(raw, dict) else None


def checked_value(rule: Rule, name: str, value: object, where: str) -> dict[str, Any]:
    """Give a rule's values with one of them replaced.

    Raises:
        PolicyError: the criterion has no such parameter, or the value is out of its range.
    """
    _need(name in rule.criterion.parameters, "unknown parameter", where,
          f"one of {', '.join(rule.criterion.parameters)}", repr(name))
    _check_value(rule.criterion.parameters[name], value, f"{where}, parameter {name}")
    return {**rule.values, name: value}


def _is_pair(raw: object, known: tuple[str, ...]) -> bool:
    match raw:
        case [one, other]:
            return one in known and other in known and one != other
    return False


def _lists(raw: object, where: str) -> dict[str, tuple[str, ...]]:
    good = isinstance(raw, dict) and all(
        isinstance(v, list) and all(isinstance(x, str) for x in v) for v in raw.values())
    _need(good, "table lists", where, "names with lists of texts", repr(raw))
    return {k: tuple(v) for k, v in raw.items()} if isinstance(raw, dict) else {}


def _rule(entry: Mapping[str, Any], bit: int, where: str,
          criteria: Mapping[str, Criterion]) -> Rule:
    code = entry.get("code")
    _need(code in criteria, f"criterion {bit + 1}: unknown code", where,
          f"one of {', '.join(sorted(criteria))}", repr(code))
    here = f"{where}, criterion {code}"
    extra = set(entry) - {"code", "stage", "consequence", "parameters"}
    _need(not extra, "unknown key", here, "code, stage, consequence, parameters",
          ", ".join(map(repr, sorted(extra))))
    criterion = criteria[str(code)]
    consequence = entry.get("consequence", DEFAULT[criterion.klass])
    _need(consequence in get_args(Consequence), "key consequence", here,
          ", ".join(get_args(Consequence)), repr(consequence))
    return Rule(criterion=criterion, bit=bit, stage=_whole(entry, "stage", here),
                consequence=consequence,
                values=_values(criterion, entry.get("parameters", {}), here))


def _values(criterion: Criterion, given: Mapping[str, Any], where: str) -> dict[str, Any]:
    unknown = set(given) - set(criterion.parameters)
    _need(not unknown, "unknown parameter", where,
          f"one of {', '.join(criterion.parameters) or 'none'}", ", ".join(sorted(unknown)))
    values = {}
    for name, parameter in criterion.parameters.items():
        value = given.get(name, parameter.default)
        _check_value(parameter, value, f"{where}, parameter {name}")
        values[name] = tuple(value) if isinstance(value, (list, tuple)) else value
    return values


def _check_value(parameter: Parameter, value: object, where: str) -> None:
    if isinstance(parameter.default, int):
        low, high = parameter.low, parameter.high
        good = (isinstance(value, int) and not isinstance(value, bool)
                and (low is None or value >= low) and (high is None or value <= high))
        _need(good, "value out of range", where, f"a whole number from {low} to {high}",
              repr(value))
    elif isinstance(parameter.default, str):
        _need(isinstance(value, str), "value of the wrong kind", where, "a text", repr(value))
    else:
        good = isinstance(value, (list, tuple)) and all(
            isinstance(v, (str, int)) and not isinstance(v, bool) for v in value)
        _need(good, "value of the wrong kind", where, "a list of texts or numbers", repr(value))


def _check_rules(rules: tuple[Rule, ...], where: str) -> None:
    _need(0 < len(rules) <= MOST_CRITERIA, "number of criteria", where, f"1 to {MOST_CRITERIA}",
          str(len(rules)))
    codes = [rule.criterion.code for rule in rules]
    twice = sorted({c for c in codes if codes.count(c) > 1})
    _need(not twice, "criterion named twice", where, "each code once", ", ".join(twice))
    order = [rule.stage for rule in rules]
    _need(order == sorted(order), "stages out of order", where, "stages that never decrease",
          str(order))
    for rule in rules:
        if isinstance(rule.criterion.shape, Run):
            early = [r.criterion.code for r in rules if r.stage < rule.stage and not r.certain]
            _need(not early, f"a criterion in a stage before {rule.criterion.code}", where,
                  "only criteria whose basis is a rule there, for what they leave must be settled",
                  ", ".join(early))
