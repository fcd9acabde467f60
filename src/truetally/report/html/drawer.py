"""Draw in another process, started before there is anything to draw.

What draws Vega-Lite takes a third of a second to start, and lets nothing else of its process go on
meanwhile. Whoever knows early that there will be a drawing has it started while other work is done.
"""

import json
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Self

PATIENCE_S = 30  # an answer takes a hundredth of a second; a machine in trouble gets some more
_PROGRAM = Path(__file__).with_name("_draw.py")


def svg(spec: dict[str, Any]) -> str:
    """Draw a Vega-Lite description as SVG, in this process."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec)
    return drawn


class Drawer:
    """Draws in a process of its own once that is begun; otherwise, or if it fails, in this."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._asking = ThreadPoolExecutor(1)  # one drawing after the other
        self._ahead: dict[str, Future[str | None]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._end()
        self._asking.shutdown(wait=False, cancel_futures=True)

    def for_days(self, days: int) -> None:
        """Begin if a page of so many days has a trend to draw."""
        if days > 1:
            self.begin()

    def begin(self) -> None:
        """Start the process; what it cannot do is done in this one."""
        if self._process is None and sys.executable:
            with suppress(OSError):
                self._process = subprocess.Popen(  # noqa: S603  # ours, with no argument of others
                    [sys.executable, "-I", str(_PROGRAM)], stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")

    def ahead(self, spec: dict[str, Any]) -> None:
        """Have a drawing made that `svg` is going to be asked for."""
        if self._process:
            line = json.dumps(spec)
            self._ahead[line] = self._asking.submit(self._asked, line)

    def svg(self, spec: dict[str, Any]) -> str:
        """Draw a Vega-Lite description as SVG: the same, whichever process draws it."""
        line = json.dumps(spec)
        made = self._ahead.pop(line, None)
        if made is None and self._process:
            made = self._asking.submit(self._asked, line)
        found = made.result() if made else None
        return svg(spec) if found is None else found

    def _asked(self, line: str) -> str | None:
        """Ask the process; None if there is none, or it has failed."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        late = Timer(PATIENCE_S, process.kill)
        late.start()
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
        except (OSError, ValueError):
            self._end()
            return None
        finally:
            late.cancel()
        return answer if isinstance(answer, str) else None

    def _end(self) -> None:
        """End the process, and what it may still be doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError):
                process.communicate()
