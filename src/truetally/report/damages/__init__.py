"""Damages in words: every figure with its formula, in both languages, and as JSON."""

from truetally.report.damages.as_json import damages_json, damages_summary
from truetally.report.damages.said import Said, input_title, said_facts, said_formula

__all__ = ["Said", "damages_json", "damages_summary", "input_title", "said_facts", "said_formula"]
