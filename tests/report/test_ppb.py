import pytest

from truetally.report.ppb import ratio, share


@pytest.mark.parametrize(("ppb", "said"), [
    (0, "0 %"), (1_000_000_000, "100 %"), (None, "–"), (1_402_000, "0.140 %"), (1, "0.0000001 %"),
    (500_000_000, "50.0 %"),
    (123_456_789, "12.3 %"), (999_999_999, "100.0 %"), (10_000_000, "1.00 %")])
def test_a_share_has_three_digits_that_count(ppb: int | None, said: str) -> None:
    assert share(ppb) == said


@pytest.mark.parametrize(("thousandths", "said"), [
    (None, "no bound"), (999, "0.99"), (1_000, "1.00"), (9_999, "9.99"), (10_000, "10"),
    (1_234_567_000, "1,234,567")])
def test_a_ratio_is_rounded_down(thousandths: int | None, said: str) -> None:
    assert ratio(thousandths, "no bound") == said
