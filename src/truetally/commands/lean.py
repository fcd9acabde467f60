"""Keep out of a command what it has no use for, and what takes long to load.

Both are asked for by packages of others, and both are told to Python's own machinery of imports,
for the time of the command alone.
"""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

# Its file imports the compilers of twenty databases: as long as all the rest of Ibis takes.
COMPILERS = "ibis.backends.sql.compilers"


@contextmanager
def without(package: str, by_parts: str = COMPILERS) -> Iterator[None]:
    """Let nothing import `package` meanwhile, and of `by_parts` only the parts that are used.

    What is imported already stays as it is. Arrow imports pandas, where it is installed, as soon as
    it sees a list or an array: a second of work and more for what no table here is made into.
    """
    lean = _Lean(package, by_parts)
    sys.meta_path.insert(0, lean)
    try:
        yield
    finally:
        sys.meta_path.remove(lean)


@contextmanager
def loading() -> Iterator[None]:
    """Look for no garbage meanwhile: what is loaded stays, and is gone through again and again."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _Lean(MetaPathFinder):
    """What Python asks first for every module that is not loaded yet."""

    def __init__(self, refused: str, by_parts: str) -> None:
        self._refused = refused
        self._by_parts = by_parts

    def find_spec(self, fullname: str, path: Sequence[str] | None,
                  target: ModuleType | None = None) -> ModuleSpec | None:
        """Answer for the two packages; leave all others to whom Python asks next."""
        if fullname == self._refused:
            raise ModuleNotFoundError(f"{fullname} is kept out of this command", name=fullname)
        if fullname != self._by_parts:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader:
            spec.loader = _ByParts(spec.loader)
        return spec


class _ByParts(Loader):
    """Loads a package without what its own file imports: each part when it is asked for."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave the making of the module to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its parts by name; for any other name run the package's own file."""

        def of(name: str) -> object:
            part = f"{module.__name__}.{name}"
            if not name.startswith("_") and find_spec(part):
                return import_module(part)
            del module.__getattr__
            self._loader.exec_module(module)
            return getattr(module, name)

        module.__getattr__ = of  # type: ignore[method-assign]  # PEP 562


def is_spark(engine: str, case: Path) -> bool:
    """Tell whether a run is Spark's, whose bridge is made of pandas: asked for, or the case's."""
    if engine != "duckdb":
        return True
    from truetally.errors import CaseError
    from truetally.run.case import read_manifest

    try:
        return bool(read_manifest(case)["engine"] != "duckdb")
    except (CaseError, OSError):
        return False  # no case yet, or one that the run itself refuses
