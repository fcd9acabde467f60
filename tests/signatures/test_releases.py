import datetime

import pytest

from truetally.signatures.releases import EPOCH, release_day, releases


@pytest.mark.parametrize(("family", "major", "day"), [
    ("Chrome", 57, "2017-03-09"), ("Chrome Mobile", 100, "2022-03-29"),
    ("Firefox", 57, "2017-11-14"), ("Edge", 79, "2020-01-15"),
    ("Mobile Safari", 11, "2017-09-19")])
def test_well_known_releases_are_on_their_days(family: str, major: int, day: str) -> None:
    found = release_day(family, major)
    assert found is not None
    assert EPOCH + datetime.timedelta(days=found) == datetime.date.fromisoformat(day)


def test_later_versions_are_never_released_earlier() -> None:
    for browser in releases():
        versions, days = zip(*browser.days, strict=True)
        assert list(versions) == sorted(set(versions))
        assert list(days) == sorted(days)
        assert browser.source


def test_a_version_between_two_counts_as_the_lower() -> None:
    assert release_day("Mobile Safari", 20) == release_day("Mobile Safari", 18)


@pytest.mark.parametrize(("family", "major"), [
    ("Chrome", 10_000), ("Chrome", 1), ("Edge", 18), ("Opera", 50), ("", 1)])
def test_what_is_not_known_is_unknown(family: str, major: int) -> None:
    assert release_day(family, major) is None
