"""Report data as plain JSON values, for `--json`."""

import dataclasses
from collections.abc import Mapping

from truetally.report.data import Summary


def plain(value: object) -> object:
    """Turn frozen report data into what JSON knows: objects, lists, texts, whole numbers."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name))
                for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value


def summary_json(summary: Summary) -> dict[str, object]:
    """Return the object of `run --json` and `show --json`.

    How long the run took is left out: the same case gives the same object.
    """
    return {field.name: plain(getattr(summary, field.name))
            for field in dataclasses.fields(summary) if field.name != "elapsed_ms"}
