"""The command line: one application, and one place where errors become messages and exit codes.

Exit codes: 0 done; 1 a verification failed, or findings that must stop a pipeline; 2 bad input or
usage. 130 after Ctrl-C, as shells expect.
"""

import atexit
import errno
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer

from truetally.errors import TruetallyError
from truetally.evidence.errors import EvidenceError
from truetally.processor import choose_sort
from truetally.report.safe import message

BAD_INPUT = 2
INTERRUPTED = 130  # 128 + SIGINT

# Each command and where it is; only those that are asked for are imported.
COMMANDS: Mapping[str, str] = {
    "demo": "demo", "map": "map.map_", "run": "run", "show": "show", "explain": "explain",
    "criteria": "criteria", "surges": "surges", "calibrate": "calibrate", "estimate": "estimate",
    "attribute": "attribute", "rank": "rank", "trend": "trend", "restate": "restate",
    "reconcile": "reconcile", "settle": "settle", "damages": "damages", "report": "report",
    "sample": "sample", "export": "export", "open": "export.open_", "key": "seal.key",
    "seal": "seal", "prove": "prove", "verify": "verify", "simulate": "simulate",
    "bench": "bench"}


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Make the application with the commands named, in the order of the help."""
    made = typer.Typer(
        add_completion=False, invoke_without_command=True, rich_markup_mode=None,
        pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
        help="Count what is real, prove what is not: a verdict with reasons for every event of a "
             "log, and the counts restated.")
    made.callback()(about)
    for name in names:
        module, _, function = COMMANDS[name].partition(".")
        home = import_module(f"truetally.commands.{module}")
        made.command(name)(getattr(home, function or module))
    return made


def __getattr__(name: str) -> Any:
    """Make the whole application when it is asked for (PEP 562)."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = application()
    return globals()[name]


def _version(asked: bool) -> None:
    if asked:
        from truetally import __version__

        typer.echo(f"truetally {__version__}")
        raise typer.Exit


def about(context: typer.Context, *, version: Annotated[bool, typer.Option(
        "--version", callback=_version, is_eager=True, help="Say the version and stop.")] = False,
          ) -> None:
    """Take the options that come before a command; without a command show the help."""
    if context.invoked_subcommand is None and not version:
        typer.echo(context.get_help())


def main() -> NoReturn:
    """Run the command line on the program's arguments and exit with its code."""
    codes: list[int] = []
    atexit.register(_end, codes)  # before all others, so that it is called after them
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding
    choose_sort()
    codes.append(guarded(_asked))
    sys.exit(codes[0])


def _asked() -> object:
    """Do what the program's arguments ask for."""
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    app = application([first] if first in COMMANDS else COMMANDS)
    return app(prog_name="truetally", standalone_mode=False)


def _end(codes: list[int]) -> None:
    """Leave the memory to the system, which takes it back at once; Python goes through it all.

    By now threads are joined and whatever else waited for the end has been called.
    """
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream:  # there is none where it was closed before the start
                stream.flush()
    except (OSError, ValueError):
        return  # a pipe that nobody reads: Python says so, and exits with its own code
    if codes:
        os._exit(codes[0])


def guarded(work: Callable[[], object]) -> int:
    """Do `work` and return the exit code; whatever it raises becomes one message.

    With TRUETALLY_DEBUG=1 in the environment the traceback is shown instead.
    """
    try:
        code = work()
    except (KeyboardInterrupt, typer.Abort):
        return _stop("stopped; run the same command again to resume", INTERRUPTED)
    except (TruetallyError, EvidenceError) as error:
        _debug()
        return _stop(str(error), error.exit_code)
    except typer.TyperException as error:
        return _stop(_usage(error), BAD_INPUT)
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        _debug()
        return _stop(_unexpected(error), BAD_INPUT)
    return code if isinstance(code, int) else 0


def _stop(text: str, code: int) -> int:
    """Say why it ends, on standard error."""
    if text:
        sys.stderr.write(message(f"truetally: {text}") + "\n")
    return code


def _debug() -> None:
    """Let the exception through if the environment asks for it."""
    if os.environ.get("TRUETALLY_DEBUG") == "1":
        raise  # noqa: PLE0704 - called while an exception is handled


def _usage(error: typer.TyperException) -> str:
    """Say what is wrong with the command line and how to see its help."""
    context = getattr(error, "ctx", None)
    help_for = context.command_path if context else "truetally"
    said: str = error.format_message() if hasattr(error, "format_message") else str(error)
    return f"{said} Next: {help_for} --help" if said else ""


def _unexpected(error: Exception) -> str:
    """Say what happened where no room foresaw it."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what = "a file may not grow so large" if error.errno == errno.EFBIG else "the disk is full"
        place = f" ({error.filename})" if error.filename else ""
        return (f"{what}{place}. Nothing half-written counts. Next: free some space, or set --temp "
                "to another disk, and run the same command again.")
    if isinstance(error, OSError) and error.strerror:
        return (f"{error.strerror}: {error.filename or 'no file named'}. Next: check the path and "
                "its permissions.")
    if isinstance(error, MemoryError):
        return "out of memory. Next: run again with a smaller --memory, or --threads 1."
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    return (f"a fault of the program: {said[:500]}. Next: run again with TRUETALLY_DEBUG=1 and "
            "report the text it prints, without your data.")
