"""Every word exists in both languages, is used, and takes the same values in both."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from truetally.errors import InputError
from truetally.report.words import all_words, checked_lang, say

SOURCE = Path(__file__).resolve().parents[2] / "src" / "truetally"
PYTHON = [path for room in ("report", "commands", "run") for path in (SOURCE / room).rglob("*.py")]
TEMPLATES = sorted((SOURCE / "report").rglob("*.html"))
IN_TEMPLATE = re.compile(r'\bsay\(\s*"([a-z_.]+)"( ~)?')

# The function that templates call under the same name.
PASSED_ON = {"page.py": {"? key"}, "fill.py": {"? key"}}


def _said(path: Path) -> set[str]:
    """Find the keys a file says; a key put together at run time is found as its group: ``by.``."""
    if path.suffix == ".html":
        return {key for key, _ in IN_TEMPLATE.findall(path.read_text("utf-8"))}
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8")))
             if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args]
    return {_start(node.args[0]) for node in calls} - PASSED_ON.get(path.name, set())


def _start(key: ast.expr) -> str:
    """Return a key, or the fixed beginning of one that is put together."""
    if isinstance(key, ast.JoinedStr):
        key = key.values[0]
    if isinstance(key, ast.BinOp):
        key = key.left
    if isinstance(key, ast.IfExp):
        return _start(key.body).split(".")[0] + "."
    return str(key.value) if isinstance(key, ast.Constant) else f"? {ast.unparse(key)}"


SAID = {key for path in (*PYTHON, *TEMPLATES) for key in _said(path)}
# labels.py reads these two groups by key, because a terminal that is not in them is shown as it is.
SAID |= {"terminal."}


@pytest.mark.parametrize("key", sorted(all_words()))
def test_every_key_has_a_text_in_both_languages_with_the_same_values(key: str) -> None:
    texts = all_words()[key]
    assert set(texts) == {"en", "zh"}
    assert all(text.strip() == text and text for text in texts.values())
    fields = [sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)
              for text in texts.values()]
    assert fields[0] == fields[1]


def test_chinese_texts_are_chinese() -> None:
    latin = {key for key, texts in all_words().items()
             if not re.search("[\u4e00-\u9fff]", texts["zh"])}
    assert latin == {"page.html_lang"}


@pytest.mark.parametrize("key", sorted(SAID))
def test_every_key_that_is_said_exists(key: str) -> None:
    known = all_words()
    assert any(each.startswith(key) for each in known) if key.endswith(".") else key in known


def test_no_key_is_left_unsaid() -> None:
    groups = tuple(key for key in SAID if key.endswith("."))
    assert [key for key in all_words() if key not in SAID and not key.startswith(groups)] == []


def test_values_stand_in_the_text_and_are_not_read_as_a_pattern() -> None:
    assert say("terms.over", "en", key="{evil} %s") == "over {evil} %s"


def test_an_unknown_language_is_named_in_the_error() -> None:
    with pytest.raises(InputError, match="expected en or zh; found fr"):
        checked_lang("fr")


def test_every_note_of_a_proposed_mapping_has_words_and_no_other_has() -> None:
    text = (SOURCE / "events" / "propose.py").read_text("utf-8")
    codes = {code for found in re.findall(r'Note\(code="(\w+)"(?: if verdict else "(\w+)")?', text)
             for code in found if code}
    words = {key.split(".")[1] for key in all_words() if key.startswith(("map_note.", "map_why."))}
    assert codes == words
