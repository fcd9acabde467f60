import pytest

from truetally.criterion import page

TEXT = """A title.

Finds: this
and that.

Shows: something. Finds: is a word too.

Innocent causes: many.
"""


def test_a_page_is_read_from_a_docstring() -> None:
    found = page(TEXT)
    assert (found.title, found.finds) == ("A title", "this and that.")
    assert (found.shows, found.innocent) == ("something. Finds: is a word too.", "many.")


@pytest.mark.parametrize("text", [
    None, "", "A title.", TEXT.replace("Shows:", "Show:"), TEXT.replace("many.", ""),
    TEXT.replace("A title.", ""), TEXT.replace("Finds: this", "Also: x\n\nFinds: this")])
def test_a_docstring_without_all_sections_is_refused(text: str | None) -> None:
    with pytest.raises(ValueError, match="docstring"):
        page(text)
