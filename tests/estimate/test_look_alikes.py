"""The ranking: it finds what resembles the confirmed, and is the same every time."""

import numpy as np
import pyarrow as pa

from truetally.estimate.look_alikes import FEATURES, rank


def devices() -> tuple[pa.Table, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """300 people; 60 bots of one fleet, of which every second is confirmed."""
    source = np.random.Generator(np.random.PCG64(2008))
    bot = np.arange(360) >= 300
    columns = {name: source.integers(1, 9, 360) for name in FEATURES}
    columns["hours"] = np.where(bot, 23, source.integers(1, 9, 360))
    columns["plays"] = np.where(bot, 400, source.integers(5, 60, 360))
    return pa.table(columns), bot & (np.arange(360) % 2 == 0)


def test_the_fleet_that_was_not_confirmed_comes_first() -> None:
    rows, confirmed = devices()
    score, held = rank(rows, confirmed)
    rest = np.flatnonzero(~confirmed)
    first = rest[np.argsort(-score[rest], kind="stable")][:30]
    assert (first >= 300).all()
    assert held > 400
    assert score.min() >= 0
    assert score.max() <= 1000


def test_the_same_devices_have_the_same_scores() -> None:
    rows, confirmed = devices()
    assert (rank(rows, confirmed)[0] == rank(rows, confirmed)[0]).all()
