"""Withdraw entries of a policy's lists: a new policy text and the lists beside it, nothing hidden.

The restated case carries a policy whose lists are files in its own folder `lists/`, each with every
entry of the old list, where it is from, and the withdrawn ones with date and reason. So whoever
runs that policy on the sources gets the same decisions.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from truetally.decisions.policy import Policy, parse_policy
from truetally.errors import InputError, problem
from truetally.run.appeal import Appeal
from truetally.run.lists import KNOWN, Lists
from truetally.signatures.entries import Entry, canonical_value
from truetally.signatures.lists import FrozenList

_TABLE = re.compile(r"^\[lists\][^\n]*\n(?:(?!\[).*\n?)*", re.MULTILINE)


def without_entries(policy: Policy, lists: Lists, appeals: Sequence[Appeal],
                    ) -> tuple[str, dict[str, str]]:
    """Return the policy's text with its lists as files, and the files' texts by name.

    Raises:
        InputError: a list or entry that the policy does not have in force.
    """
    from truetally.criteria import all_criteria

    gone: dict[str, dict[str, Appeal]] = {}
    for appeal in appeals:
        for name, value in appeal.entries:
            wanted = _in_force(lists, name, value, appeal)
            gone.setdefault(name, {})[wanted] = appeal
    files = {f"lists/{name}.toml": _file(lists.frozen[name], values)
             for name, values in sorted(gone.items())}
    origins = dict(policy.lists) | {name: (f"file:lists/{name}.toml",) for name in gone}
    text = _with_lists(policy.text, origins)
    made = parse_policy(text, policy.name, all_criteria())
    if dict(made.lists) != origins or made.rules != policy.rules:
        raise InputError(problem("the policy's table of lists cannot be rewritten",
                                 where=policy.name, expected="one table [lists] or none",
                                 then="write the policy with the shorter list yourself"))
    return text, files


def _in_force(lists: Lists, name: str, value: str, appeal: Appeal) -> str:
    if name not in KNOWN:
        raise InputError(problem("unknown list", where=f"appeal {appeal.id}",
                                 expected=", ".join(KNOWN), found=repr(name)))
    try:
        wanted = canonical_value(lists.frozen[name].kind, value)
    except ValueError as error:
        raise InputError(problem("not an entry", where=f"appeal {appeal.id}, list {name}",
                                 expected=str(error), found=repr(value)[:200])) from error
    if wanted not in lists.frozen[name].entries:
        raise InputError(problem("not an entry in force", where=f"appeal {appeal.id}, list {name}",
                                 expected=f"one of its {len(lists.frozen[name].entries)} entries",
                                 found=repr(value)[:200],
                                 then="truetally explain names the entry that an event fell under"))
    return wanted


def _with_lists(text: str, origins: Mapping[str, Sequence[str]]) -> str:
    """Put the table [lists] into a policy's text, before its first criterion."""
    table = "[lists]\n" + "".join(
        f"{json.dumps(name)} = {json.dumps(list(items), ensure_ascii=False)}\n"
        for name, items in sorted(origins.items())) + "\n"
    bare = _TABLE.sub("", text)
    place = bare.find("[[criterion]]")
    return bare[:place] + table + bare[place:]


def _file(frozen: FrozenList, gone: Mapping[str, Appeal]) -> str:
    lines = [f'version = "withdrawn from {frozen.sha256[:16]}"', f'kind = "{frozen.kind}"', ""]
    for entry in frozen.provenance:
        lines += _entry(entry, gone.get(entry.value))
    return "\n".join(lines)


def _entry(entry: Entry, appeal: Appeal | None) -> list[str]:
    """Write an entry as TOML; basic strings escape as JSON does."""
    withdrawn = appeal.decided_on if appeal else entry.withdrawn
    reason = f"appeal {appeal.id}: {appeal.why}" if appeal else entry.reason
    found = ["[[entry]]", f"value = {_toml(entry.value)}", f"source = {_toml(entry.source)}"]
    found += [f"added = {entry.added}"] if entry.added else []
    found += [f"withdrawn = {withdrawn}"] if withdrawn else []
    return [*found, *([f"reason = {_toml(reason)}"] if reason else []), ""]


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_lists(case: Path, files: Mapping[str, str]) -> None:
    """Write the lists into a restated case."""
    for name, text in files.items():
        path = case / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
