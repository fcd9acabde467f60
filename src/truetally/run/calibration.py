"""Apply the calibration file that a policy names: its values take the place of the defaults."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from truetally.decisions.policy import Policy, Rule, checked_value
from truetally.errors import PolicyError, problem

FORMAT = 1


def calibrated(policy: Policy, folder: Path) -> Policy:
    """Put the values of the policy's calibration file (relative to `folder`) into its rules.

    A policy without one is returned as it is.

    Raises:
        PolicyError: the file is gone, is not the one that the policy names, or was made for another
            revision of a criterion.
    """
    if policy.calibration is None:
        return policy
    path = folder / policy.calibration.file
    found = _read(path, policy.calibration.sha256)
    rules = tuple(_set(rule, found["criteria"].get(rule.criterion.code), str(path))
                  for rule in policy.rules)
    return replace(policy, rules=rules)


def _read(path: Path, sha256: str) -> Mapping[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(problem("cannot read the calibration", where=path,
                                  found=type(error).__name__,
                                  then="put it beside the policy file")) from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256.lower():
        raise PolicyError(problem("the calibration is not the one that the policy names",
                                  where=path, expected=sha256, found=digest,
                                  then="restore it, or name its SHA-256 in the policy"))
    try:
        found = json.loads(content)
        good = found["calibration"] == FORMAT and isinstance(found["criteria"], dict)
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise PolicyError(problem("not a calibration", where=path,
                                  expected=f"a file of `truetally calibrate`, format {FORMAT}",
                                  then="make it again"))
    return dict(found)


def _set(rule: Rule, entry: Mapping[str, Any] | None, where: str) -> Rule:
    if entry is None:
        return rule
    here = f"{where}, criterion {rule.criterion.code}"
    if entry.get("revision") != rule.criterion.revision:
        raise PolicyError(problem("the calibration is of another revision", where=here,
                                  expected=rule.criterion.revision, found=entry.get("revision"),
                                  then="calibrate again"))
    return replace(rule, values=checked_value(rule, str(entry.get("parameter")),
                                              entry.get("value"), here))
