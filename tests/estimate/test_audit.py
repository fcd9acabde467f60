"""What a labelled sample says: by hand, against exact sums, and over worlds drawn many times."""

from pathlib import Path

import numpy as np
import pytest

from truetally.errors import InputError
from truetally.estimate.audit import Stratum, audit, powered, read_labels
from truetally.intervals import hypergeometric


def stratum(events: int, valid: int, invalid: int, unsure: int = 0) -> Stratum:
    return Stratum(name="", events=events, valid=valid, invalid=invalid, cannot_tell=unsure)


def test_one_stratum_is_the_hypergeometric_bound() -> None:
    found = audit([stratum(10_000, 380, 20)])
    assert found is not None
    assert found.exact == hypergeometric(20, 400, 10_000)
    assert found.point == 500


def test_the_stratified_mean_is_that_of_the_book() -> None:
    """N = 900 and 100; 5 of 50 and 40 of 50 invalid, so shares of 6 / 52 and 41 / 52: their
    variance is 810000 (1 - 50/900) 6/52 46/52 / 50 + 10000 (1 - 50/100) 41/52 11/52 / 50."""
    strata = [stratum(900, 45, 5), stratum(100, 10, 40)]
    found = powered(strata, [5, 40], 950)
    spread = (810_000 * (850 / 900) * 6 * 46 + 10_000 * 0.5 * 41 * 11) / 52 / 52 / 50
    assert found is not None
    mean = 900 * 6 / 52 + 100 * 41 / 52
    assert found.lower == int(mean - 2.0537489106318225 * spread**0.5)
    assert found.upper == -int(-(mean + 2.0537489106318225 * spread**0.5) // 1)


def test_what_cannot_be_told_widens_both_ends() -> None:
    sure, unsure = audit([stratum(1000, 60, 40)]), audit([stratum(1000, 50, 40, 10)])
    assert sure is not None
    assert unsure is not None
    assert unsure.exact.lower == sure.exact.lower
    assert unsure.exact.upper > sure.exact.upper
    assert unsure.cannot_tell == 10


def test_a_stratum_that_was_not_sampled_may_be_anything() -> None:
    found = audit([stratum(1000, 50, 50), stratum(300, 0, 0)])
    assert found is not None
    assert found.exact.upper >= 300
    assert found.powered is None


def test_a_small_sample_has_the_exact_interval_alone() -> None:
    found = audit([stratum(1000, 30, 3)])
    assert found is not None
    assert found.powered is None
    assert found.bounds == found.exact


def test_no_sample_says_nothing() -> None:
    assert audit([stratum(1000, 0, 0)]) is None


def test_both_intervals_cover_the_truth_and_marks_make_it_narrower() -> None:
    source = np.random.Generator(np.random.PCG64(2023))
    mark = np.arange(3000) < 600
    fake = source.random(3000) < np.where(mark, 0.8, 0.03)
    exact = sharp = narrower = 0
    for _ in range(120):
        drawn = source.choice(3000, 300, replace=False)
        strata = [stratum(int((mark == m).sum()), int((~fake[drawn] & (mark[drawn] == m)).sum()),
                          int((fake[drawn] & (mark[drawn] == m)).sum())) for m in (False, True)]
        found = audit(strata)
        assert found is not None
        assert found.powered is not None
        exact += found.exact.lower <= fake.sum() <= found.exact.upper
        sharp += found.powered.lower <= fake.sum() <= found.powered.upper
        narrower += (found.powered.upper - found.powered.lower
                     < found.exact.upper - found.exact.lower)
    assert exact >= 114
    assert sharp >= 109  # 95 %, less three standard deviations of 120 worlds
    assert narrower == 120


def test_labels_are_read_from_a_sheet_and_rows_left_empty_are_no_labels(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("no,event_id,judgement\n1,5,invalid\n2,6,\n3,7,无法判断\n", "utf-8")
    assert read_labels(path) == {5: "invalid", 7: "cannot_tell"}


@pytest.mark.parametrize(("text", "says"), [
    ("event_id,verdict\n", "no labels"), ("id,verdict\n1,valid\n", "no labels"),
    ("event_id,verdict\nx,valid\n", "not an event id"),
    ("event_id,verdict\n1,fake\n", "unknown verdict"),
    ("event_id,verdict\n1,valid\n1,invalid\n", "two verdicts"),
    ("event_id,verdict\n1,\n", "no labels"),
    ("event_id,verdict\n99999999999999999999,valid\n", "not an event id")])
def test_an_unusable_sheet_is_refused_with_its_line(tmp_path: Path, text: str,
                                                    says: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=says):
        read_labels(path)
