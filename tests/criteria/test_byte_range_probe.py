import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.byte_range_probe import CRITERION


def test_a_request_for_the_first_two_bytes_is_found() -> None:
    assert verdict(CRITERION, {"range_start": 0, "range_end": 1}) is True


@pytest.mark.parametrize(("start", "end"), [(0, 0), (0, 2), (1, 1), (0, 65_535), (1, 2)])
def test_another_range_is_not_found(start: int, end: int) -> None:
    assert verdict(CRITERION, {"range_start": start, "range_end": end}) is False


@pytest.mark.parametrize("row", [{}, {"range_start": 0}, {"range_end": 1}])
def test_an_unknown_range_is_not_found(row: dict[str, int]) -> None:
    assert verdict(CRITERION, row) is None


def test_an_open_range_from_elsewhere_is_not_found() -> None:
    assert verdict(CRITERION, {"range_start": 500}) is False
