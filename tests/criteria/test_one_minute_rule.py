import pytest
from tests.criteria.evaluate import verdict, verdicts

from truetally.criteria.one_minute_rule import CRITERION
from truetally.events.schema import LARGEST

LISTENER = {"listener": "l", "status": 200, "method": "GET"}
MINUTE_BYTES = 960_000


@pytest.mark.parametrize(("known", "found"), [
    ({"watched_ms": 59_999}, True), ({"watched_ms": 60_000}, False),
    ({"bytes_sent": MINUTE_BYTES - 1}, True), ({"bytes_sent": MINUTE_BYTES}, False),
    ({"watched_ms": 1, "bytes_sent": MINUTE_BYTES}, False),
    ({"watched_ms": 0, "bytes_sent": 0}, True)])
def test_less_than_a_minute_by_every_measure_is_found(known: dict[str, int], *,
                                                      found: bool) -> None:
    assert verdict(CRITERION, LISTENER | known) is found


@pytest.mark.parametrize(("watched_ms", "found"), [(29_999, True), (30_000, False)])
def test_all_of_a_shorter_file_suffices(watched_ms: int, *, found: bool) -> None:
    row = LISTENER | {"length_ms": 30_000, "watched_ms": watched_ms}
    assert verdict(CRITERION, row) is found


def test_parts_are_added_up() -> None:
    part = LISTENER | {"status": 206, "bytes_sent": 480_000}
    assert verdicts(CRITERION, [part]) == [True]
    assert verdicts(CRITERION, [part, part]) == [False, False]


def test_another_listener_or_item_is_measured_alone() -> None:
    part = LISTENER | {"bytes_sent": 480_000}
    rows = [part, part | {"listener": "m"}, part | {"item_id": "j"}]
    assert verdicts(CRITERION, rows) == [True] * 3


@pytest.mark.parametrize("other", [{"status": 304}, {"status": 404}, {"method": "HEAD"}])
def test_what_delivers_nothing_neither_helps_nor_is_found_here(other: dict[str, object]) -> None:
    rows = [LISTENER | {"bytes_sent": 1}, LISTENER | {"bytes_sent": 10**9} | other]
    assert verdicts(CRITERION, rows) == [True, False]


@pytest.mark.parametrize(("bytes_sent", "found"), [(LARGEST, False), (-LARGEST, True)])
def test_absurd_sizes_are_decided_and_stop_nothing(bytes_sent: int, *, found: bool) -> None:
    rows = [LISTENER | {"bytes_sent": bytes_sent}] * 9_300  # a thousand times as much: over 2^63
    assert set(verdicts(CRITERION, rows)) == {found}


def test_tags_before_the_content_do_not_count() -> None:
    row = LISTENER | {"bytes_sent": MINUTE_BYTES + 4999}
    assert verdict(CRITERION, row, header_bytes=5000) is True
    assert verdict(CRITERION, row, header_bytes=4999) is False


def test_an_unknown_delivery_or_listener_is_not_found() -> None:
    assert verdict(CRITERION, LISTENER) is False
    assert verdict(CRITERION, {"bytes_sent": 1}) is None


def test_an_unknown_status_is_taken_for_a_delivery() -> None:
    assert verdict(CRITERION, {"listener": "l", "bytes_sent": 1}) is True
