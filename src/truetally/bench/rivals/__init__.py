"""The rivals: one method a file, found by looking. Each is small, cited, and given a chance."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from truetally.bench.rival import Rival


@cache
def all_rivals() -> Mapping[str, Rival]:
    """Return every rival in this room by its name, in the order of names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [import_module(f"{__name__}.{name}").RIVAL for name in names]
    return MappingProxyType({rival.name: rival for rival in found})
