"""A small policy with made-up rules, for tests of what policies do with masks."""

from typing import Any

from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, parse_policy

HEAD = """name = "t"
revision = 1
title = "t"
title_zh = "t"
metric = "m"
metric_zh = "m"
citation = "c"
minimum_signals = [["device_id"]]
independent = [["technical", "timing"], ["origin", "timing"]]
"""


def policy(*criteria: str, head: str = HEAD) -> Policy:
    """Parse a policy whose criteria are TOML lines such as ``code = "double-click"``."""
    text = head + "".join(f"\n[[criterion]]\n{lines}\n" for lines in criteria)
    return parse_policy(text, "t.toml", all_criteria())


def line(code: str, stage: int = 1, **more: Any) -> str:
    """Write one criterion's TOML."""
    extra = "".join(f'{k} = "{v}"\n' for k, v in more.items())
    return f'code = "{code}"\nstage = {stage}\n{extra}'
