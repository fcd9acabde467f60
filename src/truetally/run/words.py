"""The words of the drawings, which the room of charts takes as they are given."""

from truetally.report.words import Lang, say

_WORDS = ("number_manner", "before", "after", "plays", "persons", "per_person", "per_play",
          "percent", "rest", "unsure", "nothing_left",
          "ours", "theirs")


def chart_words(lang: Lang) -> dict[str, str]:
    """Give every word of the drawings in `lang`, by its name."""
    return {name: say(f"chart.{name}", lang) for name in _WORDS}
