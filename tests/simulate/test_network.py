import ast
import subprocess
import sys
from pathlib import Path

import pytest

import truetally.simulate

SOURCES = sorted(Path(truetally.simulate.__file__).parent.glob("*.py"))
NETWORK = {"socket", "socketserver", "ssl", "select", "selectors", "asyncio", "http", "urllib",
           "requests", "httpx", "aiohttp", "ftplib", "smtplib", "telnetlib", "xmlrpc", "webbrowser",
           "subprocess", "multiprocessing", "ctypes", "pyarrow.fs", "pyarrow.flight", "importlib"}
ALLOWED = {"importlib.resources"}

# Runs in a fresh interpreter: any use of a socket, or start of a program, ends it.
GUARDED = """
import sys
def guard(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn",
                         "http.", "urllib.", "ftplib.", "smtplib.")):
        raise SystemExit(f"used {event}")
sys.addaudithook(guard)
from pathlib import Path
from truetally.simulate import simulate
for name in ("video-case", "s7", "h1"):
    simulate(name, Path(sys.argv[1]) / name, events=3000, seed=1, dirty=("mixed",))
print("written")
"""


def imported(source: Path) -> set[str]:
    """List the modules a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.name)
def test_no_file_of_the_simulator_imports_what_could_send(source: Path) -> None:
    for module in imported(source) - ALLOWED:
        prefixes = {module.rsplit(".", n)[0] for n in range(module.count(".") + 1)}
        assert not prefixes & NETWORK, module


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.name)
def test_of_the_product_only_errors_and_events_are_imported(source: Path) -> None:
    rooms = {m.split(".")[1] for m in imported(source) if m.startswith("truetally.")}
    assert rooms <= {"errors", "events", "simulate"}


def test_a_simulation_never_opens_a_socket_or_starts_a_program(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", GUARDED, str(tmp_path)], text=True,
                          capture_output=True, check=False, timeout=120)
    assert done.stdout.strip() == "written", done.stderr


def test_the_guard_does_end_a_program_that_opens_a_socket(tmp_path: Path) -> None:
    spoiled = GUARDED.replace("print(", "import socket; socket.socket(); print(")
    done = subprocess.run([sys.executable, "-c", spoiled, str(tmp_path)], text=True,
                          capture_output=True, check=False, timeout=120)
    assert "used socket." in done.stderr
