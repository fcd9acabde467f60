import pytest
from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.many_user_agents import CRITERION


def sent(*user_agents: str | None, **columns: object) -> list[dict[str, object]]:
    return [{"device_id": "d", "time_ms": NOON, "user_agent": text} | columns
            for text in user_agents]


@pytest.mark.parametrize(("count", "found"), [(1, False), (7, False), (8, True), (30, True)])
def test_eight_user_agents_in_an_hour_are_found(count: int, *, found: bool) -> None:
    rows = sent(*[f"agent {i}" for i in range(count)])
    assert verdicts(CRITERION, rows) == [found] * count


def test_the_same_user_agent_counts_once() -> None:
    assert verdicts(CRITERION, sent(*["agent"] * 20)) == [False] * 20


def test_another_hour_is_measured_alone() -> None:
    later = sent("h", time_ms=NOON + 3_600_000)
    assert True not in verdicts(CRITERION, sent(*"abcdefg") + later)


def test_an_unknown_user_agent_is_none_and_an_unknown_device_is_unknown() -> None:
    assert verdicts(CRITERION, sent(*"abcdefg", None)) == [False] * 8
    assert verdicts(CRITERION, sent(*"abcdefgh", device_id=None)) == [None] * 8
