"""Clocks: declared units, exact decimals, fixed zones; what is not stated is not guessed."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.errors import InputError
from truetally.events import clock
from truetally.events.column_map import TimePick
from truetally.events.dates import day_text
from truetally.events.numbers import scaled, whole
from truetally.events.schema import EARLIEST_MS, LATEST_MS
from truetally.events.times import settle, to_ms

T = 1_700_000_000_000


def read(values: list[object], **said: object) -> list[int | None]:
    column = pa.array(values)
    pick = TimePick(column="t", **said)  # type: ignore[arg-type]
    return list(to_ms(column, settle(pick, column, "here")).to_pylist())


@pytest.mark.parametrize(("value", "unit", "wanted"), [
    ("1700000000", "s", T), ("1700000000.0019", "s", T + 1), ("1700000000000", "ms", T),
    ("1700000000000999", "us", T), ("1700000000000999999", "ns", T), (1700000000, "s", T),
    ("2023-11-14T22:13:20Z", "iso8601", T), ("2023-11-15 06:13:20,5+0800", "iso8601", T + 500),
    ("2023-11-14T22:13Z", "iso8601", T - 20_000), ("2023-11-14T22:13:20.123456789-00:00", "iso8601",
                                                   T + 123)])
def test_each_unit_is_read_exactly(value: object, unit: str, wanted: int) -> None:
    assert read([value, None], unit=unit) == [wanted, None]


@pytest.mark.parametrize(("value", "form", "zone_s", "wanted"), [
    ("2023-11-15 06:13:20", "%Y-%m-%d %H:%M:%S", 28_800, T),
    ("15/Nov/2023:06:13:20 +0800", "%d/%b/%Y:%H:%M:%S %z", None, T),
    ("2023年11月15日", "%Y年%m月%d日", 28_800, T - 22_400_000),
    ("20231114221320250", "%Y%m%d%H%M%S%f", 0, T + 250), ("100% 14.11.2023", "100%% %d.%m.%Y", 0,
                                                          T - 80_000_000)])
def test_a_stated_format_is_read(value: str, form: str, zone_s: int | None, wanted: int) -> None:
    assert read([value], unit="text", format=form, zone_s=zone_s) == [wanted]


@pytest.mark.parametrize("text", [
    "2023-02-29 00:00:00", "2023-13-01 00:00:00", "2023-11-31 00:00:00", "2023-11-14 24:00:00",
    "2023-11-14 22:13:60", "2023-11-14", "2023-11-14 22:13:20Z", " 2023-11-14 22:13:20", "", "x"])
def test_what_is_no_time_in_the_format_is_unknown(text: str) -> None:
    assert read([text, "2023-11-14 22:13:20"], unit="text", format="%Y-%m-%d %H:%M:%S",
                zone_s=0) == [None, T]


@pytest.mark.parametrize(("values", "said", "key"), [
    (["2023-11-14 22:13:20"], {}, "time.zone"),
    (["2023-11-14 22:13:20"], {"unit": "iso8601"}, "time.zone"),
    (["14.11.2023"], {}, "time.unit"), (["20231114"], {}, "time.unit"), ([None], {}, "time.unit"),
    (["1700000000", "1700000000000"], {}, "time.unit"),
    (["14.11.2023"], {"unit": "text", "format": "%d.%m.%Y"}, "time.zone")])
def test_what_could_be_read_in_two_ways_names_the_key_to_set(
        values: list[object], said: dict[str, str], key: str) -> None:
    with pytest.raises(InputError, match=f"set {key}"):
        read(values, **said)


@pytest.mark.parametrize("form", ["%d.%m.%y", "%H:%M", "%Y-%m-%d %Y", "%Y-%d", "%Y-%m-%d %", "%s"])
def test_a_format_that_names_no_day_is_refused(form: str) -> None:
    with pytest.raises(InputError, match=r"time.format cannot be read"):
        read(["x"], unit="text", format=form, zone_s=0)


@pytest.mark.parametrize(("value", "unit", "year"), [
    (1_700_000_000, "ms", 1970), (T, "s", 55_840), (T, "us", 1970), (T * 1000, "ms", 55_840)])
def test_most_times_out_of_range_is_an_error_of_the_unit(value: int, unit: str, year: int) -> None:
    with pytest.raises(InputError, match=rf"found year {year}.*set time.unit"):
        read([value] * 3, unit=unit)


@pytest.mark.parametrize(("value", "unit"), [(T // 1000, "s"), (T, "ms"), (T * 1000, "us"),
                                             (T * 1_000_000, "ns")])
def test_an_unstated_unit_is_taken_only_where_no_other_fits(value: int, unit: str) -> None:
    assert read([value, value + 1]) == read([value, value + 1], unit=unit)


@given(st.integers(EARLIEST_MS, LATEST_MS), st.integers(-14 * 4, 14 * 4))
def test_the_calendar_agrees_with_the_standard_library(time_ms: int, quarters: int) -> None:
    zone = dt.timezone(dt.timedelta(minutes=15 * quarters))
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=time_ms)
    text = moment.astimezone(zone).isoformat(timespec="milliseconds")
    assert read([text], unit="iso8601") == [time_ms]
    assert clock.year_of(time_ms) == moment.year


@given(st.integers(1, 9999), st.integers(0, 13), st.integers(0, 32))
def test_only_dates_that_exist_are_dates(year: int, month: int, day: int) -> None:
    try:
        wanted = (dt.date(year, month, day) - dt.date(1970, 1, 1)).days
    except ValueError:
        wanted = None
    fields = [np.array([n]) for n in (year, month, day)]
    assert clock.is_civil(*fields)[0] == (wanted is not None)
    if wanted is not None:
        assert clock.days_from_civil(*fields)[0] == wanted


@given(st.integers(-(10**15), 10**15), st.integers(0, 999_999))
def test_decimals_are_scaled_without_floats(whole_part: int, micros: int) -> None:
    text = f"{whole_part}.{micros:06d}"
    sign = -1 if whole_part < 0 else 1
    wanted = sign * (abs(whole_part) * 1000 + micros // 1000)
    assert scaled(pa.array([text]), 1000, 1).to_pylist() == [wanted]


@pytest.mark.parametrize("text", ["12.5", "1e3", "+1", " 1", "1 ", "0x1", "", "-", "９",
                                  "99999999999999999999", "1_000"])
def test_what_is_no_whole_number_is_unknown(text: str) -> None:
    assert whole(pa.array([text])).to_pylist() == [None]


@pytest.mark.parametrize("column", [
    pa.array([7.0, 7.5, float("nan"), float("inf"), 1e300]),
    pa.array([7, 2**63, None, None, None], pa.uint64())])
def test_only_values_without_fraction_become_integers(column: pa.Array) -> None:
    assert whole(column).to_pylist() == [7, None, None, None, None]


@pytest.mark.parametrize("value", [10**18, 2**62, -(2**62), float("inf"), float("nan"), 1e300])
def test_numbers_too_large_to_scale_are_unknown(value: float) -> None:
    assert scaled(pa.array([value]), 3_600_000, 1).to_pylist() == [None]


def test_a_day_is_written_as_a_date_however_far_it_lies() -> None:
    assert day_text(17_409) == "2017-08-31"
    assert day_text(10**8) == str(np.datetime64(10**8, "D")) == "275760-09-13"


@given(st.integers(-719_162, 2_932_896))
def test_every_day_of_the_calendar_has_its_date(number: int) -> None:
    assert day_text(number) == (dt.date(1970, 1, 1) + dt.timedelta(number)).isoformat()
