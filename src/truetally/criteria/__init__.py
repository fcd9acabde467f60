"""One way of being invalid per file, and nothing else; found by looking, not by a registry."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from truetally.criterion import Criterion
from truetally.errors import PolicyError, problem


@cache
def all_criteria() -> Mapping[str, Criterion]:
    """Return every criterion in this room by its code, sorted by code.

    Raises PolicyError if a module defines no criterion or two define the same code.
    """
    found: dict[str, Criterion] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        name = f"{__name__}.{module.name}"
        criterion = getattr(import_module(name), "CRITERION", None)
        if not isinstance(criterion, Criterion) or criterion.code in found:
            raise PolicyError(problem("not one new criterion", where=name,
                                      expected="CRITERION with a code of its own",
                                      found=getattr(criterion, "code", criterion)))
        found[criterion.code] = criterion
    return MappingProxyType(dict(sorted(found.items())))
