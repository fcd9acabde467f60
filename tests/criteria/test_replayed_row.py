from tests.criteria.evaluate import NOON, verdicts

from truetally.criteria.replayed_row import CRITERION


def copy_of(key: int) -> dict[str, int]:
    return {"row_key": key, "time_ms": NOON}


def test_every_copy_after_the_first_is_found() -> None:
    rows = [copy_of(1), copy_of(1), copy_of(2), copy_of(1)]
    assert verdicts(CRITERION, rows) == [False, True, False, True]


def test_rows_that_differ_are_not_found() -> None:
    assert verdicts(CRITERION, [copy_of(1), copy_of(2)]) == [False, False]


def test_a_row_without_a_key_is_unknown() -> None:
    assert verdicts(CRITERION, [{}, {}]) == [None, None]
