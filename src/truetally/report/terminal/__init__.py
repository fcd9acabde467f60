"""Tables for a terminal. Every text from data is a `cell`: what a terminal would act on is shown,
not sent; no markup is ever read from it."""

from truetally.report.terminal.cells import printer
from truetally.report.terminal.counts import lines_view, summary_view
from truetally.report.terminal.criteria import criteria_view, criterion_view
from truetally.report.terminal.event import explanation_view

__all__ = ["criteria_view", "criterion_view", "explanation_view", "lines_view", "printer",
           "summary_view"]
