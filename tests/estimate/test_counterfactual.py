"""Plays beyond the expected: by hand, and in worlds without any effect."""

import numpy as np

from truetally.estimate.counterfactual import FEWEST, counterfactual


def test_the_trend_of_the_others_is_taken_off() -> None:
    past = {f"t{n}": 2000 for n in range(20)} | {"hot": 2000}  # two windows of 1000
    now = {f"t{n}": 900 for n in range(20)} | {"hot": 3000}
    found = counterfactual(now, past, 2)
    (one,) = found.items
    assert found.trend_permille == 900
    assert (one.usual, one.expected, one.more) == (1000, 900, 2100)
    assert one.more_lower < 2100 < one.more_upper


def test_too_few_matched_titles_say_nothing() -> None:
    past = {f"t{n}": 1000 for n in range(FEWEST - 1)} | {"hot": 1000}
    found = counterfactual(dict.fromkeys(past, 1000) | {"hot": 5000}, past, 1)
    assert (found.ranks_permille, found.items) == (None, ())


def test_a_new_title_has_no_counterfactual() -> None:
    past = {f"t{n}": 1000 for n in range(20)}
    found = counterfactual(dict.fromkeys(past, 1000) | {"new": 5000}, past, 1)
    assert found.items == ()


def test_the_interval_holds_the_truth_in_nearly_all_worlds() -> None:
    source = np.random.Generator(np.random.PCG64(2010))
    held = 0
    for _ in range(300):
        usual = source.integers(100, 3000, 40)
        stray = np.exp(source.normal(0, 0.08, 40))
        past = {f"t{n}": int(source.poisson(v)) for n, v in enumerate(usual)}
        now = {f"t{n}": int(source.poisson(v * s))
               for n, (v, s) in enumerate(zip(usual, stray, strict=True))}
        fakes = int(past["t0"] * 2) + 100
        now["t0"] += fakes
        one = next(x for x in counterfactual(now, past, 1).items if x.item == "t0")
        held += one.more_lower <= fakes <= one.more_upper
    assert held >= 285
