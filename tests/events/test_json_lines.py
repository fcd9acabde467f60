"""JSON lines: dotted keys, exact row numbers, nginx's own JSON logs."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.events.sources_for_tests import rejects, rows, run, values

from truetally.errors import InputError
from truetally.events.json_lines import pointer

T = 1_700_000_000_000
EVENT = {"time_ms": T, "kind": "play", "item_id": "a"}
NESTED = ('[time]\ncolumn = "at.ms"\nunit = "ms"\n[columns]\nitem_id = "v.id"\n'
          'plugins = "nav.plugins"\n'
          'paid = "paid"\naccount_id = "a\\\\.b"\n[constants]\nkind = "play"')


def lines(*entries: Any) -> str:
    return "\n".join(e if isinstance(e, str) else json.dumps(e, ensure_ascii=False)
                     for e in entries)


def test_objects_are_events_and_everything_else_is_a_reject(tmp_path: Path) -> None:
    source = run(tmp_path, lines(EVENT, [1], "{", EVENT, "7", "", '{"a":1} x', EVENT))
    assert values(source, "row") == [0, 3, 7]
    assert [(r["row"], r["reason"]) for r in rejects(source, tmp_path)] == [
        (1, "not a JSON object"), (2, "not JSON"), (4, "not a JSON object"), (5, "empty line"),
        (6, "not JSON")]


def test_nested_keys_lists_and_numbers_are_taken_exactly(tmp_path: Path) -> None:
    entry = {"at": {"ms": T}, "v": {"id": 12345678901234567890123}, "paid": True,
             "nav": {"plugins": ["b | c", "a"]}, "a.b": "dot"}
    found = rows(run(tmp_path, lines(entry), NESTED))[0]
    assert found["item_id"] == "12345678901234567890123"
    assert found["plugins"] == "b | c | a"
    assert (found["paid"], found["account_id"]) == (True, "dot")


def test_null_and_empty_are_unknown(tmp_path: Path) -> None:
    source = run(tmp_path, lines({**EVENT, "ip": None, "region": "", "status": None}, EVENT))
    assert source.columns == ("time_ms", "kind", "item_id")


@pytest.mark.parametrize(("status", "kept"), [(200, 200), ("200", 200), ("12.5", None), (1.5, None),
                                              (True, None), ("x", None)])
def test_a_number_is_strict_or_unknown_with_a_warning(
        tmp_path: Path, status: object, kept: int | None) -> None:
    source = run(tmp_path, lines({**EVENT, "status": status}))
    assert values(source, "status") == [kept]
    wanted = () if kept else ("status: value not understood, kept as unknown: 1 rows",)
    assert source.warnings == wanted


def test_a_required_value_that_is_not_understood_rejects_its_row(tmp_path: Path) -> None:
    source = run(tmp_path, lines(EVENT, {**EVENT, "time_ms": "12.5x"}, {**EVENT, "kind": "dance"},
                                 {**EVENT, "item_id": None}, {**EVENT, "time_ms": None}))
    assert [r["reason"] for r in rejects(source, tmp_path)] == [
        "time not understood", "kind is none of play, click, view", "item unknown", "time unknown"]


NGINX = {"remote_addr": "192.0.2.1", "remote_user": "-", "request": "GET /a?b HTTP/1.1",
         "status": 200, "body_bytes_sent": "12", "http_referer": "-", "http_user_agent": "x"}


@pytest.mark.parametrize("time", [
    {"time_iso8601": "2024-10-10T13:55:36+08:00"}, {"time_local": "10/Oct/2024:13:55:36 +0800"},
    {"msec": "1728539736.000"}, {"msec": 1728539736.0}])
def test_nginx_json_logs_are_read_without_a_mapping(tmp_path: Path, time: dict[str, Any]) -> None:
    assert rows(run(tmp_path, lines({**NGINX, **time})))[0] == {
        "time_ms": 1_728_539_736_000, "kind": "view", "item_id": "/a", "page_url": "/a?b",
        "account_id": None, "ip": "192.0.2.1", "user_agent": "x", "referrer": None,
        "method": "GET", "status": 200, "bytes_sent": 12, "row": 0}


def test_nginx_parts_of_a_request_are_used_too(tmp_path: Path) -> None:
    entry = {**NGINX, "msec": "1728539736.5", "request_method": "HEAD",
             "request_uri": "http://h/x?y"}
    del entry["request"]
    found = rows(run(tmp_path, lines(entry)))[0]
    assert found["time_ms"] == 1_728_539_736_500
    assert (found["method"], found["item_id"]) == ("HEAD", "/x")


def test_deep_nesting_does_not_break_the_reader(tmp_path: Path) -> None:
    source = run(tmp_path, lines(EVENT, "[" * 100_000, "{" * 1000, '{"a":' * 50_000))
    assert (source.rows, source.rejected) == (1, 3)


def test_a_json_array_is_not_taken_for_lines(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        run(tmp_path, json.dumps([EVENT, EVENT], indent=1))


@given(st.text(max_size=30))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    wanted = text.encode("utf-8", "replace").decode()
    source = run(tmp_path_factory.mktemp("t"), lines(EVENT, {**EVENT, "referrer": wanted}))
    assert values(source, "referrer") == [None, wanted or None]


def test_a_key_becomes_a_pointer() -> None:
    assert pointer(r"a.b\.c.d/e~f") == "/a/b.c/d~1e~0f"
