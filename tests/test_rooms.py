"""The rules of the house that import-linter cannot see: sizes, names, and who may send."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "truetally"
SOURCES = sorted(PACKAGE.rglob("*.py"))
EVERYTHING = [*SOURCES, *sorted((ROOT / "tools").rglob("*.py")),
              *sorted((ROOT / "tests").rglob("*.py"))]
MOST_LINES = 400
MOST_FUNCTION_LINES = 40
REASON = re.compile(r"#\s*long because\b", re.IGNORECASE)
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}
SENDS = {
    "socket", "socketserver", "ssl", "select", "selectors", "asyncio", "http", "ftplib", "smtplib",
    "poplib", "imaplib", "xmlrpc", "webbrowser", "subprocess", "multiprocessing", "ctypes",
    "requests", "httpx", "httpx2", "aiohttp", "urllib3", "websockets", "grpc",
    "scapy", "dpkt", "selenium", "playwright", "pyspark",
}
# Parts of packages whose other parts only read: urllib.parse, importlib.resources.
SENDS_IN = ("urllib.request", "urllib.error", "urllib.robotparser", "importlib.import_module")
BLUNT = {"urllib", "importlib"}  # `import urllib` gives all of it


def named(path: Path) -> str:
    """Say which file a failing case is about."""
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        said = function.body[0]
        lines -= (said.end_lineno or said.lineno) - said.lineno + 1
    return lines


def too_long(text: str) -> list[str]:
    """Name the functions that are too long and do not say why."""
    rows = text.splitlines()
    return [f"{function.name}: {length(function)} lines"
            for function in functions(ast.parse(text))
            if length(function) > MOST_FUNCTION_LINES
            and not REASON.search("\n".join(rows[function.lineno - 1:function.end_lineno]))]


def imported(path: Path) -> set[str]:
    """Name every module that a file imports, in full, wherever in the file it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def files_of(module: str) -> list[Path]:
    """List the files that importing a module of ours, or a name from one, runs."""
    parts = module.split(".")
    if parts[0] != "truetally":
        return []
    places = [PACKAGE.joinpath(*parts[1:n]) for n in range(1, len(parts) + 1)]
    files = [file for place in places for file in (place / "__init__.py", place.with_suffix(".py"))]
    return [file for file in files if file.is_file()]


def reached(start: list[Path]) -> set[Path]:
    """Follow imports inside the package to every file they run."""
    seen: set[Path] = set()
    ahead = list(start)
    while ahead:
        path = ahead.pop()
        if path not in seen:
            seen.add(path)
            ahead += [file for module in imported(path) for file in files_of(module)]
    return seen


def can_send(path: Path) -> set[str]:
    """Name what a file imports that could open a connection or start a program."""
    return {name for name in imported(path)
            if name in BLUNT or name.split(".")[0] in SENDS or name.startswith(SENDS_IN)}


@pytest.mark.parametrize("path", EVERYTHING, ids=named)
def test_no_file_is_longer_than_a_reader_can_hold(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", EVERYTHING, ids=named)
def test_no_function_is_long_without_a_reason(path: Path) -> None:
    assert too_long(path.read_text("utf-8")) == []


def test_a_long_function_is_noticed_and_a_reason_excuses_it() -> None:
    body = "\n".join(f"    x{n} = {n}" for n in range(MOST_FUNCTION_LINES + 1))
    assert too_long(f"def f():\n{body}\n") == [f"f: {MOST_FUNCTION_LINES + 2} lines"]
    assert too_long(f"def f():\n    # Long because it is a table.\n{body}\n") == []
    assert too_long('def f():\n    """A\n' + "\n" * MOST_FUNCTION_LINES + '    """\n') == []


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_module_has_a_name_that_says_nothing(path: Path) -> None:
    assert path.stem not in VAGUE
    assert path.parent.name not in VAGUE


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_every_module_says_its_job(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_every_room_is_a_package() -> None:
    homeless = [path for path in SOURCES if not (path.parent / "__init__.py").is_file()]
    assert SOURCES
    assert homeless == []


def test_classes_inherit_from_none_of_ours_but_errors() -> None:
    classes = [node for path in SOURCES for node in ast.walk(ast.parse(path.read_text("utf-8")))
               if isinstance(node, ast.ClassDef)]
    bases = {ast.unparse(base).split(".")[-1] for node in classes for base in node.bases}
    own = {node.name for node in classes}
    assert {base for base in bases & own if not base.endswith("Error")} == set()


def test_the_simulator_reaches_nothing_that_could_send_traffic() -> None:
    start = sorted((PACKAGE / "simulate").rglob("*.py"))
    assert start
    sends = {named(path): found for path in reached(start) if (found := can_send(path))}
    assert sends == {}


def test_the_simulator_knows_of_events_and_errors_alone() -> None:
    rooms = {module.split(".")[1] for path in sorted((PACKAGE / "simulate").rglob("*.py"))
             for module in imported(path) if module.startswith("truetally.")}
    assert rooms <= {"simulate", "events", "errors", "__version__"}


def test_the_simulator_loads_no_code_by_name() -> None:
    calls = {node.func.id for path in sorted((PACKAGE / "simulate").rglob("*.py"))
             for node in ast.walk(ast.parse(path.read_text("utf-8")))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert calls & {"__import__", "eval", "exec", "compile"} == set()


@pytest.mark.parametrize("line", [
    "import socket", "from urllib.request import urlopen", "import urllib.request",
    "from urllib import request", "def f():\n    import http.client", "from asyncio import run",
    "import importlib", "from importlib import import_module",
])
def test_a_module_that_could_send_is_noticed(line: str, tmp_path: Path) -> None:
    path = tmp_path / "sender.py"
    path.write_text(line + "\n", "utf-8")
    assert can_send(path)


def test_a_module_that_only_reads_addresses_and_files_is_let_through(tmp_path: Path) -> None:
    path = tmp_path / "reader.py"
    path.write_text("from urllib.parse import urlsplit\nfrom importlib import resources\n", "utf-8")
    assert can_send(path) == set()


def test_imports_are_followed_to_the_file_and_its_packages() -> None:
    schema = PACKAGE / "events" / "schema.py"
    assert schema in files_of("truetally.events.schema")
    assert {schema, PACKAGE / "__init__.py"} <= set(files_of("truetally.events.schema.EVENT"))
    assert files_of("pyarrow.parquet") == []
