"""What a wheel promises: every import is declared, every pin is allowed, the files are there."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
EXTRAS = PROJECT["optional-dependencies"]
CORE = [Requirement(line) for line in PROJECT["dependencies"]]
ALL = CORE + [Requirement(line) for lines in EXTRAS.values() for line in lines]
DECLARED = {canonicalize_name(requirement.name) for requirement in ALL}
PINS = dict(re.findall(r"^([a-z0-9-]+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"),
                       re.MULTILINE))
# Where the module has another name than its distribution, which need not be installed.
HOMES = {"sklearn": ["scikit-learn"], "docx": ["python-docx"], **packages_distributions()}
# Shapes SQL or the bytes of a decision: an upgrade can change numbers.
BOUNDED = {"duckdb", "ibis-framework", "sqlglot", "pyspark", "ua-parser"}


def foreign(path: Path) -> set[str]:
    """Name the top-level modules of others that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"truetally"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_import_is_of_a_declared_dependency(path: Path) -> None:
    undeclared = {module for module in foreign(path)
                  if not {canonicalize_name(home) for home in HOMES.get(module, ())} & DECLARED
                  and canonicalize_name(module) not in DECLARED}
    assert undeclared == set()


def test_every_pin_is_a_version_that_the_project_allows() -> None:
    wrong = [str(requirement) for requirement in ALL
             if (pin := PINS.get(canonicalize_name(requirement.name)))
             and not requirement.specifier.contains(pin)]
    assert wrong == []


def test_every_core_dependency_is_pinned_for_the_tests() -> None:
    assert {canonicalize_name(requirement.name) for requirement in CORE} <= PINS.keys()


def test_what_shapes_sql_or_decisions_is_bounded_above() -> None:
    bounded = {canonicalize_name(requirement.name) for requirement in ALL
               if any(spec.operator in ("<", "<=", "==") for spec in requirement.specifier)}
    assert bounded >= BOUNDED


def test_every_dependency_has_its_reason_in_the_records() -> None:
    said = (ROOT / "docs" / "adr" / "0007-dependencies.md").read_text("utf-8")
    assert {requirement.name for requirement in ALL if f"`{requirement.name}" not in said} == set()
