"""The one place that sequences the rooms: a case folder from sources to decisions and counts."""

from truetally.run.explain import explain
from truetally.run.report_data import report_data
from truetally.run.start import run_case
from truetally.run.summary import breakdown, load_summary
from truetally.run.windows import podcast_windows

__all__ = ["breakdown", "explain", "load_summary", "podcast_windows", "report_data", "run_case"]
