"""The titles of the criteria, to show beside their codes."""

from collections.abc import Mapping

from truetally.report.words import Lang


def titles(lang: Lang) -> Mapping[str, str]:
    """Return the title of every criterion of this version, by code."""
    from truetally.criteria import all_criteria

    return {code: (criterion.zh if lang == "zh" else criterion.en).title
            for code, criterion in all_criteria().items()}
