"""The command line answers at once, ends with one message, and never with a traceback."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import truetally
from truetally.cli import app, guarded
from truetally.errors import CaseError, EngineError, InputError, PolicyError, TruetallyError

START = "import sys; from truetally.cli import main; main()"
COMMANDS = {"run", "show", "explain", "criteria", "map", "demo", "simulate", "bench", "surges",
            "calibrate", "estimate", "attribute", "rank", "trend", "restate", "reconcile", "settle",
            "damages", "report", "sample", "export", "open", "key", "seal", "prove", "verify"}


def truetally_says(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run([sys.executable, "-c", START, *words], capture_output=True, text=True,
                          check=False, timeout=60, env={**os.environ, **environment})


def failing(error: BaseException) -> int:
    """Let the guard see `error`; return the exit code."""

    def work() -> None:
        raise error

    return guarded(work)


def test_help_names_the_commands_of_this_version_and_no_other() -> None:
    text = CliRunner().invoke(app, ["--help"]).stdout
    listed = text.partition("Commands:")[2].split("\n")
    assert {line.split()[0] for line in listed if line.strip()} == COMMANDS


def test_help_needs_none_of_the_heavy_packages() -> None:
    heavy = ("ibis", "duckdb", "altair", "pyarrow", "numpy", "vl_convert", "jinja2", "pyspark")
    code = ("import sys; from truetally.cli import guarded, app;"
            "guarded(lambda: app(['--help'], prog_name='truetally', standalone_mode=False));"
            f"print('LOADED', [name for name in {heavy} if name in sys.modules])")
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_that_says_what_it_does(command: str) -> None:
    said = CliRunner().invoke(app, [command, "--help"])
    assert said.exit_code == 0
    assert len(said.stdout.splitlines()) > 5


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == f"truetally {truetally.__version__}\n"


def test_without_a_command_the_help_is_shown() -> None:
    said = truetally_says()
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("Usage: truetally")


@pytest.mark.parametrize("words", [["rn"], ["run"], ["show"], ["run", "x"], ["explain", "x"],
                                   ["show", "x", "--by", "hour"], ["run", "x", "--thread", "0"],
                                   ["criteria", "no-such"], ["show", "x", "--lang", "fr"],
                                   ["explain", "x", "seven"], ["explain", "x", "9" * 40]])
def test_bad_usage_is_one_message_with_a_next_step_and_exit_code_2(words: list[str]) -> None:
    said = truetally_says(*words)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("truetally: ")
    assert "Next: " in said.stderr
    assert "Traceback" not in said.stderr


def test_an_argument_cannot_send_anything_to_the_terminal() -> None:
    said = truetally_says("explain", "x", "1\x1b]0;owned\x07\u202e")
    assert said.returncode == 2
    assert not set(said.stderr) & set("\x1b\x07\u202e")


@pytest.mark.parametrize("kind", [InputError, PolicyError, EngineError, CaseError])
def test_our_own_errors_are_one_message_with_their_exit_code(
        kind: type[TruetallyError], capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(kind("no such column in a\x1b[2J.csv.")) == kind.exit_code
    assert capsys.readouterr() == ("", "truetally: no such column in a\\x1b[2J.csv.\n")


@pytest.mark.parametrize(("error", "said"), [
    (OSError(errno.ENOSPC, "No space left on device", "/case/x"), "the disk is full (/case/x)"),
    (PermissionError(errno.EACCES, "Permission denied", "/case"), "Permission denied: /case"),
    (MemoryError(), "out of memory"),
    (ZeroDivisionError("oops\x1b"), "a fault of the program: ZeroDivisionError: oops\\x1b"),
])
def test_what_no_room_foresaw_is_a_message_too(
        error: Exception, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(error) == 2
    text = capsys.readouterr().err
    assert said in text
    assert "Next: " in text
    assert "Traceback" not in text


def test_ctrl_c_says_how_to_resume(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == ("truetally: stopped; run the same command again to "
                                       "resume\n")


def test_the_traceback_is_there_for_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUETALLY_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        failing(ZeroDivisionError())


def test_an_exit_code_is_passed_on() -> None:
    assert guarded(lambda: 1) == 1
    assert guarded(lambda: None) == 0


def test_a_reader_that_closes_the_pipe_is_no_error() -> None:
    pipe = f"'{sys.executable}' -c '{START}' criteria | head -c 1"
    said = subprocess.run(["bash", "-o", "pipefail", "-c", pipe], capture_output=True, text=True,
                          check=False, timeout=60)
    assert (said.returncode, said.stderr, len(said.stdout)) == (0, "", 1)


def test_output_survives_a_terminal_that_knows_only_ascii() -> None:
    said = truetally_says("criteria", "--lang", "zh", PYTHONIOENCODING="ascii")
    assert (said.returncode, said.stderr) == (0, "")
    assert "\\u" in said.stdout


def test_criteria_are_listed_and_documented_in_both_languages(tmp_path: Path) -> None:
    listed = truetally_says("criteria").stdout
    page = truetally_says("criteria", "double-click", TRUETALLY_LANG="zh").stdout
    assert "double-click" in listed
    assert "COUNTER" in page
    assert "认定" in page
    assert list(tmp_path.iterdir()) == []
