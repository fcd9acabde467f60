import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.platform_switching import CRITERION

DAY_MS = 86_400_000


def named(*systems: str | None, device: str | None = "d") -> list[dict[str, object]]:
    return [{"device_id": device, "time_ms": NOON + day * DAY_MS, "ua_os": system}
            for day, system in enumerate(systems)]


@pytest.mark.parametrize(("systems", "found"), [
    (("Android",), False), (("Android", "Linux"), False), (("Android", "iOS", "Windows"), True)])
def test_three_systems_in_the_course_of_a_case_are_found(systems: tuple[str, ...],
                                                         *, found: bool) -> None:
    assert verdicts(CRITERION, named(*systems)) == [found] * len(systems)


def test_an_unknown_system_is_none() -> None:
    assert verdicts(CRITERION, named("Android", "Linux", None)) == [False] * 3


def test_an_unknown_device_is_not_found() -> None:
    assert verdicts(CRITERION, named("Android", "iOS", "Windows", device=None)) == [None] * 3


def test_a_policy_sets_the_number() -> None:
    assert verdicts(CRITERION, named("Android", "Linux"), least_systems=2) == [True, True]
