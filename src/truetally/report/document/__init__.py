"""The court report: one document, said once, shown as HTML, PDF and Word."""

from truetally.report.document.compose import Scope, compose

__all__ = ["Scope", "compose"]
