"""Freeze the lists that a policy names and put their entries where criteria read them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from truetally.decisions.policy import Policy, Rule
from truetally.errors import PolicyError, problem
from truetally.events.derive import Networks, networks
from truetally.run.calibration import calibrated
from truetally.run.dictionaries import DerivingLists
from truetally.signatures.entries import Kind
from truetally.signatures.lists import FrozenList, ListRef, freeze

# Every list a policy can name: its kind, and what it holds when the policy does not name it.
KNOWN: Mapping[str, tuple[Kind, tuple[str, ...]]] = {
    "robots": ("patterns", ("builtin:robots", "package:crawler-user-agents")),
    "data-centre": ("networks", ("package:pymispwarninglists",)),
    "data-centre-exceptions": ("networks", ()),
    "gateways": ("networks", ()),
    "redirect-hosts": ("host-suffixes", ("builtin:redirect-hosts",)),
    "plugin-lists": ("plugin-lists", ("builtin:plugin-lists",)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The frozen lists of one policy, by name."""

    frozen: Mapping[str, FrozenList]

    @property
    def deriving(self) -> DerivingLists:
        """Entries that the derivation of user agents and addresses needs."""
        take = {name: found.entries for name, found in self.frozen.items()}
        return DerivingLists(robots=take["robots"], data_centre=_networks(take["data-centre"]),
                             exceptions=_networks(take["data-centre-exceptions"]),
                             gateways=_networks(take["gateways"]))

    def as_json(self) -> list[dict[str, Any]]:
        """Give the manifest's form: what was read, from where, how old, how many, which hash."""
        return [{"name": f.name, "kind": f.kind, "origins": list(f.origins), "date": f.date,
                 "entries": len(f.entries), "sha256": f.sha256}
                for _, f in sorted(self.frozen.items())]


def resolve(policy: Policy, folder: Path) -> tuple[Policy, Lists]:
    """Freeze the policy's lists (files relative to `folder`) and fill them into the parameters,
    and put the values of its calibration there.

    Raises:
        PolicyError: a list of an unknown name, or one that cannot be read; a wrong calibration.
    """
    policy = calibrated(policy, folder)
    unknown = sorted(set(policy.lists) - set(KNOWN))
    if unknown:
        raise PolicyError(problem("unknown list", where=f"policy {policy.name}, table lists",
                                  expected=", ".join(KNOWN), found=", ".join(unknown),
                                  then="correct the policy file"))
    frozen = {name: _frozen(ListRef(name=name, kind=kind, items=policy.lists.get(name, default)),
                            folder) for name, (kind, default) in KNOWN.items()}
    rules = tuple(filled(rule, frozen) for rule in policy.rules)
    return replace(policy, rules=rules), Lists(frozen=frozen)


def _frozen(ref: ListRef, folder: Path) -> FrozenList:
    """Freeze a list; one that comes from no file cannot change while the process lives."""
    if any(item.startswith("file:") for item in ref.items):
        return freeze(ref, folder)
    return _frozen_once(ref)


@cache
def _frozen_once(ref: ListRef) -> FrozenList:
    return freeze(ref)


@cache
def _networks(entries: tuple[str, ...]) -> Networks:
    return networks(entries)


def filled(rule: Rule, frozen: Mapping[str, FrozenList]) -> Rule:
    """Put the entries of lists where a rule's parameters name them."""
    values = dict(rule.values)
    for name, parameter in rule.criterion.parameters.items():
        if parameter.list_name and values[name] == parameter.default:
            values[name] = frozen[parameter.list_name].entries
    return replace(rule, values=values)
