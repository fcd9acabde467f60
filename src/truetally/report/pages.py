"""A criterion of the code as the views show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truetally.report.data import CriterionView, PageText, ParameterView, Text

if TYPE_CHECKING:  # the shape of a criterion brings Ibis with it; a list of them needs none
    from truetally.criterion import Criterion, Page, Values


def criterion_page(criterion: Criterion, values: Values | None = None) -> CriterionView:
    """Return the view of a criterion, with `values` as the parameters applied (else defaults)."""
    applied = {name: parameter.default for name, parameter in criterion.parameters.items()}
    applied |= dict(values or {})
    parameters = tuple(
        ParameterView(name=name, value=applied[name], default=p.default, low=p.low, high=p.high,
                      unit=p.unit, meaning=Text(en=p.meaning, zh=p.meaning_zh))
        for name, p in criterion.parameters.items())
    return CriterionView(
        code=criterion.code, revision=criterion.revision, en=_text(criterion.en),
        zh=_text(criterion.zh), klass=criterion.klass, basis=criterion.basis,
        family=criterion.family, scope=criterion.scope, citation=criterion.citation,
        standard_says=criterion.standard_says, reads=criterion.reads, parameters=parameters)


def _text(page: Page) -> PageText:
    return PageText(title=page.title, finds=page.finds, shows=page.shows, innocent=page.innocent)
