"""What a run is told before it reads anything: the offset of local days, and the policy."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.run.cases import decide, row

from truetally.engine.duck import Duck
from truetally.errors import InputError
from truetally.run import start
from truetally.run.deciding import default_policy
from truetally.run.ingest import Known
from truetally.run.start import parse_offset

FORM = re.compile(r"[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00", re.ASCII)


def source(kind: str, *columns: str) -> Known:
    return Known(number=0, name="s", path="/s", sha256="0" * 64, size=1, mtime_ns=0, kind=kind,
                 rows=1, rejected=0, events="", row_column="",
                 columns=("time_ms", "kind", "item_id", *columns), first_ms=None, last_ms=None,
                 mapping_sha256="", mapping="", warnings=(), synthetic="", days={})


@given(st.sampled_from("+-"), st.integers(0, 14 * 60))
def test_an_offset_up_to_fourteen_hours_is_read_to_the_minute(sign: str, minutes: int) -> None:
    found = parse_offset(f"{sign}{minutes // 60:02}:{minutes % 60:02}")
    assert found == (minutes if sign == "+" else -minutes) * 60_000


@given(st.one_of(st.text(max_size=8),
                 st.from_regex(r"\A[+-]?\d{1,2}:?\d{1,2}\n?\Z").filter(lambda t: len(t) < 9)))
def test_any_other_text_is_refused(text: str) -> None:
    if FORM.fullmatch(text):
        assert abs(parse_offset(text)) <= 14 * 3_600_000
    else:
        with pytest.raises(InputError, match="not an offset"):
            parse_offset(text)


@pytest.mark.parametrize("text", [
    "", "8", "+8:00", "08:00", "+0800", "+08:60", "+14:01", "+15:00", "+08:00 ", "+08:00\n",
    "\u221208:00", "+\u0660\u0668:00", "+0\u00b2:00", "Z", "Asia/Shanghai", "+08-00", "++8:00"])
def test_what_is_no_fixed_offset_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not an offset"):
        parse_offset(text)


def test_plays_are_decided_as_video_and_page_views_as_counter() -> None:
    assert default_policy([source("csv", "watched_ms")]) == "video"
    assert default_policy([source("parquet")]) == "video"
    assert default_policy([source("access log", "status", "method")]) == "counter-r5.1"


def test_one_source_of_plays_makes_it_a_case_of_plays() -> None:
    assert default_policy([source("access log"), source("csv", "watched_ms")]) == "video"


def test_no_sources_are_no_case() -> None:
    with pytest.raises(InputError, match="no sources"):
        default_policy([])


def test_the_engine_is_closed_once_whatever_comes_after_the_manifest(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    close = Duck.close

    def noted(duck: Duck) -> None:
        close(duck)
        closed.append(True)

    monkeypatch.setattr(Duck, "close", noted)
    monkeypatch.setattr(start, "record_run", lambda *_, **__: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        decide(tmp_path, [row()])
    assert closed == [True]
    assert not list(tmp_path.glob("**/temp"))
