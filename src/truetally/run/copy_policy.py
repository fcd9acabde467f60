"""The policy of a copy: the same rules, with its lists frozen into files beside it.

Lists of addresses are rewritten to the pseudonyms that they cover, so that the copy decides alike;
the others hold the very entries that were in force.
"""

import json
import re
from collections.abc import Mapping, Sequence

import pyarrow as pa

from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, parse_policy
from truetally.errors import InputError, problem
from truetally.run.copy_addresses import network_of
from truetally.run.dictionaries import derive
from truetally.run.lists import KNOWN, Lists

_TABLE = re.compile(r"^\[lists\][^\n]*\n(?:(?!\[).*\n?)*", re.MULTILINE)
_ADDRESSES = {"data-centre": "ip_data_centre", "gateways": "ip_gateway"}
_EXCEPTIONS = "data-centre-exceptions"  # already taken out of the pseudonyms of data-centre


def copy_policy(policy: Policy, lists: Lists, addresses: Mapping[str, str],
                ) -> tuple[str, dict[str, str]]:
    """Return the policy's text with its lists as files, and the files' texts by name.

    `addresses` maps the addresses of the case to what stands for them in the copy.

    Raises:
        InputError: the policy's table of lists is written in a way that cannot be rewritten.
    """
    covered = _covered(lists, list(addresses))
    files, origins = {}, {}
    for name, (kind, _) in KNOWN.items():
        entries = ([] if name == _EXCEPTIONS else
                   sorted(network_of(addresses[a]) for a in covered[name]) if name in _ADDRESSES
                   else list(lists.frozen[name].entries))
        if entries:
            origins[name] = [f"file:lists/{name}.toml"]
            files[f"lists/{name}.toml"] = _file(kind, entries)
        else:
            origins[name] = []
    text = _with_lists(policy.text, origins)
    made = parse_policy(text, policy.name, all_criteria())
    if {k: list(v) for k, v in made.lists.items()} != origins or (
            [r.criterion.code for r in made.rules] != list(policy.reason_codes)):
        raise InputError(problem("the policy's table of lists cannot be rewritten",
                                 where=policy.name, expected="one table [lists] or none",
                                 then="write its lists in one table and decide the case again"))
    return text, files


def _covered(lists: Lists, addresses: list[str]) -> dict[str, list[str]]:
    """Name the addresses of the case that each list of addresses covers."""
    rows = derive("ip", pa.array(addresses, pa.string()), lists.deriving)
    return {name: rows["ip"].filter(rows[column].fill_null(False)).to_pylist()
            for name, column in _ADDRESSES.items()}


def _with_lists(text: str, origins: Mapping[str, Sequence[str]]) -> str:
    table = "[lists]\n" + "".join(f"{name} = {json.dumps(list(items))}\n"
                                  for name, items in sorted(origins.items())) + "\n"
    bare = _TABLE.sub("", text)
    place = bare.find("[[criterion]]")
    return bare[:place] + table + bare[place:]


def _file(kind: str, entries: Sequence[str]) -> str:
    lines = ['version = "as in force in the case"', f'kind = "{kind}"', ""]
    for entry in entries:
        value = json.dumps(entry, ensure_ascii=False).replace("\x7f", "\\u007f")
        lines += ["[[entry]]", f"value = {value}", 'source = "the case\'s frozen list"', ""]
    return "\n".join(lines)
