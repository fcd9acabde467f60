"""A run brings along nothing that it does not use, and ends as soon as its work is done."""

import gc
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from truetally.commands.lean import is_spark, loading, without

LINE = ('192.0.2.1 - - [18/May/2015:00:00:00 +0800] "GET /a HTTP/1.1" 200 1 "-" "Mozilla/5.0 '
        '(X11; Linux x86_64; rv:38.0) Gecko/20100101 Firefox/38.0"\n')
LAST = """
import atexit, sys
from truetally.cli import main
class Torn:
    def __del__(self):
        print("torn down")
torn = Torn()
torn.itself = torn
try:
    main()
except SystemExit:
    atexit.register(lambda: print("pandas" in sys.modules, "called at the end"))
    raise
"""


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own."""
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True,
                          check=False, timeout=120)


def test_a_package_kept_out_is_not_to_be_had_until_the_command_is_over() -> None:
    with without("this"), pytest.raises(ModuleNotFoundError, match="kept out"):
        __import__("this")
    before = list(sys.meta_path)
    with without("this"):
        assert sys.meta_path != before
    assert sys.meta_path == before


def test_a_package_that_is_loaded_already_and_all_others_are_still_there() -> None:
    with without("json"):
        assert __import__("json") is json
        assert __import__("tabnanny").__name__ == "tabnanny"


def package(folder: Path, name: str) -> None:
    """Write a package whose file imports one of its two parts."""
    (folder / name).mkdir()
    for part, text in (("__init__", f"from {name}.one import ONE\nALL = [ONE]\n"),
                       ("one", "ONE = 1\n"), ("two", "TWO = 2\n")):
        (folder / name / f"{part}.py").write_text(text)


def test_a_package_by_parts_loads_those_that_are_asked_for(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path, "lean_parts")
    monkeypatch.syspath_prepend(tmp_path)
    with without("this", by_parts="lean_parts"):
        whole = importlib.import_module("lean_parts")
        assert whole.two.TWO == 2
        assert "lean_parts.one" not in sys.modules


def test_a_package_by_parts_gives_every_other_name_as_its_own_file_does(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path, "lean_whole")
    monkeypatch.syspath_prepend(tmp_path)
    with without("this", by_parts="lean_whole"):
        whole = importlib.import_module("lean_whole")
    assert whole.ALL == [1]
    with pytest.raises(AttributeError, match="no attribute 'other'"):
        _ = whole.other


def test_what_is_loaded_by_parts_makes_the_same_sql() -> None:
    code = ("from truetally.commands.lean import without\n"
            "import contextlib, sys\n"
            "with without('pandas') if sys.argv[1] == 'lean' else contextlib.nullcontext():\n"
            "    import ibis\n"
            "    t = ibis.table({'a': 'int64', 'b': 'string'}, name='t')\n"
            "    print(ibis.to_sql(t.group_by('b').agg(n=t.a.sum()).filter(t.b.like('x%')),\n"
            "          dialect='duckdb'))\n"
            "    print('ibis.backends.sql.compilers.athena' in sys.modules)")
    lean, usual = (python(code, how).stdout.splitlines() for how in ("lean", "usual"))
    assert (lean[-1], usual[-1]) == ("False", "True")
    assert lean[:-1] == usual[:-1] != []


def test_no_garbage_is_looked_for_while_packages_are_loaded_and_then_it_is_again() -> None:
    with loading():
        assert not gc.isenabled()
        with loading():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


@pytest.mark.parametrize(("engine", "stored", "expected"), [
    ("duckdb", None, False), ("spark", None, True), ("sc://host:1", None, True),
    ("duckdb", "duckdb", False), ("duckdb", "spark", True)])
def test_a_run_is_sparks_if_it_is_asked_for_or_if_the_case_is(
        tmp_path: Path, engine: str, stored: str | None, expected: bool) -> None:  # noqa: FBT001
    from truetally.run.case import LAYOUT

    if stored:
        (tmp_path / "manifest.json").write_text(json.dumps({"layout": LAYOUT, "engine": stored}))
    assert is_spark(engine, tmp_path) is expected


@pytest.mark.parametrize("text", ["{", "[]", '{"layout": -1}', '{"layout": "x"}'])
def test_a_manifest_that_cannot_be_read_is_left_for_the_run_to_refuse(
        tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert is_spark("duckdb", tmp_path) is False


def test_a_run_brings_no_pandas_along(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LINE)
    said = python(LAST, "run", str(tmp_path / "a.log"), "--case", str(tmp_path / "case"), "--json")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[-1] == "False called at the end"


def test_what_waits_for_the_end_is_called_and_nothing_is_torn_down_after_it(
        tmp_path: Path) -> None:
    said = python(LAST, "run", str(tmp_path / "no-such"), "--case", str(tmp_path / "case"))
    assert said.returncode == 2
    assert said.stdout == "False called at the end\n"


def test_what_reads_sources_loads_neither_an_engine_nor_what_decides_or_shows() -> None:
    found = python("import sys, truetally.commands.run, truetally.run.start\n"
                   "print(sorted({'duckdb', 'ibis', 'jinja2'} & set(sys.modules)))")
    assert found.stdout == "[]\n", found.stderr
