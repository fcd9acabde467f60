import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.attribution.strength import (
    ASSUMED_PPB,
    Hold,
    Reference,
    sensitivity,
    strength,
    verbal,
    worthless_ppb,
)
from truetally.intervals import PPB


def against(bearing: int, devices: int, hold: Hold | None = None) -> int:
    return strength(Reference(name="r", devices=devices, bearing=bearing), 50, 950,
                    hold).ratio_lower


@pytest.mark.parametrize(("ratio", "word"), [
    (999, "contrary"), (1_000, "none"), (2_000, "weak"), (9_999, "weak"), (10_000, "moderate"),
    (100_000, "moderately_strong"), (1_000_000, "strong"), (10_000_000, "very_strong"),
    (1_000_000_000, "extremely_strong"), (None, "extremely_strong")])
def test_words_are_those_of_the_scale(ratio: int | None, word: str) -> None:
    assert verbal(ratio) == word


def test_no_bearer_in_the_reference_bounds_the_ratio_below_and_not_above() -> None:
    found = strength(Reference(name="r", devices=1_000, bearing=0), 50, 950)
    assert found.ratio is None
    assert found.ratio_upper is None
    assert 200_000 < found.ratio_lower < 300_000  # 1 / (4.4 / 1000), at 97.5 % of each side
    assert found.verbal == "moderately_strong"


def test_more_bearers_in_the_reference_make_it_weaker() -> None:
    ratios = [against(bearing, 1_000) for bearing in (0, 1, 10, 100, 1_000)]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] <= 1_000


def test_more_devices_without_a_bearer_make_it_stronger() -> None:
    assert against(0, 100) < against(0, 10_000)


def test_without_a_reference_device_nothing_is_shown() -> None:
    found = strength(Reference(name="r", devices=0, bearing=0), 50, 950)
    assert found.verbal in ("none", "contrary")
    assert found.false_share_upper_ppb == PPB


def test_software_that_does_not_always_show_it_makes_it_weaker() -> None:
    assert against(1, 1_000, Hold(devices=20, bearing=10)) < against(1, 1_000)


def test_the_base_rate_of_a_worthless_match_expects_as_many_innocents_as_were_found() -> None:
    assert worthless_ppb(50, 950) == 50_000_000
    assert worthless_ppb(0, 0) == 0


def test_assumed_rates_lower_the_ratio_as_they_rise() -> None:
    lines = sensitivity(50, 950)
    assert [line.base_ppb for line in lines] == list(ASSUMED_PPB)
    assert [line.ratio for line in lines] == sorted((x.ratio for x in lines), reverse=True)
    assert lines[4].innocent == 10  # 1 % of 1,000 devices


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_point_lies_in_its_interval(bearing: int, more: int) -> None:
    found = strength(Reference(name="r", devices=bearing + more, bearing=bearing), 5, 5)
    if found.ratio is not None:
        assert found.ratio_lower <= found.ratio
        assert found.ratio_upper is None or found.ratio <= found.ratio_upper
