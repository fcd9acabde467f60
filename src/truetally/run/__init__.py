"""The one place that sequences the rooms: a case folder from sources to decisions and counts.

Its functions are imported when they are asked for: a command that adds counts up starts without
what decides events.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from truetally.run.start import decide_case, run_case
    from truetally.run.summary import breakdown, load_summary
    from truetally.run.windows import podcast_windows

__all__ = ["breakdown", "decide_case", "load_summary", "podcast_windows", "run_case"]

# A module of this room (explain, report_data) cannot be offered here as the function of its name.
_HOME = {"breakdown": "summary", "decide_case": "start", "load_summary": "summary",
         "podcast_windows": "windows", "run_case": "start"}


def __getattr__(name: str) -> Any:
    """Import what is offered here from its module (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List what is offered here."""
    return sorted(__all__)
