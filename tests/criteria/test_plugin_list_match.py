import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.plugin_list_match import CRITERION
from truetally.events.schema import PLUGIN_SEPARATOR

THREE = ("Chromium PDF Viewer::::application/pdf?",
         ("Shockwave Flash::Shockwave Flash 25.0 r0::"
          "application/x-shockwave-flash?swf,application/futuresplash?spl"),
         "Chromium PDF Viewer::Portable Document Format::application/x-google-chrome-pdf?pdf")


def joined(*entries: str) -> dict[str, str]:
    return {"plugins": PLUGIN_SEPARATOR.join(entries)}


def test_exactly_the_three_plugins_of_the_case_are_found() -> None:
    assert verdict(CRITERION, joined(*THREE)) is True


@pytest.mark.parametrize("entries", [
    THREE[:2], (*THREE, "Bank Plugin::::application/x-bank?"), THREE[::-1], ("",),
    tuple(entry.replace("25.0 r0", "26.0 r0") for entry in THREE)])
def test_another_list_is_not_found(entries: tuple[str, ...]) -> None:
    assert verdict(CRITERION, joined(*entries)) is False


def test_an_unknown_list_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None


def test_a_policy_names_its_own_lists() -> None:
    assert verdict(CRITERION, joined("a"), plugin_lists=("a", "b")) is True
    assert verdict(CRITERION, joined(*THREE), plugin_lists=()) is False
