"""Each rival against a worked example of its paper, and all of them against what all promise."""

import numpy as np
import pyarrow as pa
import pytest

from truetally.bench.log import HOUR_MS, Flags, Log, _who, nth, pair, read_log
from truetally.bench.rivals import all_rivals
from truetally.bench.rivals.flock import excess
from truetally.bench.rivals.fraudar import peel
from truetally.bench.rivals.midas import NETWORK, burst, chi_squared
from truetally.bench.rivals.platform_filter import best, relative
from truetally.events.schema import EVENT
from truetally.simulate.generate import Written

NUMBERS = np.random.Generator(np.random.PCG64(3))


def log_of(**columns: list[object]) -> Log:
    """Make a log of a few events with these columns; all others are unknown."""
    count = len(columns["time_ms"])
    table = pa.table({name: pa.array(columns.get(name, [None] * count), kind)
                      for name, kind in EVENT.items()})
    codes = {name: np.unique([str(value) for value in columns[name]], return_inverse=True)[1]
             for name in ("device_id", "item_id")}
    return Log(kind="video", events=table, device=codes["device_id"], item=codes["item_id"],
               hour=np.array(columns["time_ms"]) // HOUR_MS)


@pytest.mark.parametrize(("now", "total", "tick"), [(10, 19, 10), (1, 1, 2), (50, 60, 24)])
def test_the_burst_statistic_is_pearsons_over_now_and_before(
        now: int, total: int, tick: int) -> None:
    """MIDAS, section 4.2: observed (a, s - a) against expected (s / t, s (t - 1) / t)."""
    expected = total / tick, total * (tick - 1) / tick
    observed = now, total - now
    pearson = sum((o - e) ** 2 / e for o, e in zip(observed, expected, strict=True))
    made = chi_squared(np.array([now / 1]), np.array([total / 1]), np.array([tick / 1]))
    assert made[0] == pytest.approx(pearson)


def test_ten_edges_at_once_after_one_an_hour_are_the_burst() -> None:
    """MIDAS, its introductory example: a steady edge that suddenly occurs ten times."""
    tick = np.array([*range(1, 10), *[10] * 10])
    scores = burst(np.zeros(19, dtype=np.int64), tick)
    assert np.argmax(scores) == 18
    assert scores[18] == pytest.approx((10 - 1.9) ** 2 * 100 / (19 * 9))
    assert (scores[:9] == 0).all()


def test_the_injected_clique_of_twenty_by_twenty_is_the_densest_block() -> None:
    """FRAUDAR, the example of the authors' release: a clique in a sparse graph."""
    sparse = np.unique(NUMBERS.integers(0, 500, size=(1000, 2)), axis=0)
    clique = np.stack(np.meshgrid(np.arange(20), np.arange(20)), axis=2).reshape(-1, 2)
    edges = np.unique(np.concatenate([sparse, clique, [[499, 499]]]), axis=0)
    place, gone = peel(edges[:, 0], edges[:, 1], np.ones(len(edges), dtype=np.int64))
    block = np.flatnonzero(place >= gone)
    assert set(block) == {*range(20), *range(500, 520)}


def test_camouflage_does_not_dilute_the_block() -> None:
    """FRAUDAR, theorem on camouflage: edges to honest items take nothing from the fraud."""
    clique = np.stack(np.meshgrid(np.arange(15), np.arange(15)), axis=2).reshape(-1, 2)
    sparse = np.unique(NUMBERS.integers(0, 300, size=(600, 2)), axis=0)
    camouflage = np.stack([np.repeat(np.arange(15), 10), NUMBERS.integers(15, 300, 150)], axis=1)
    edges = np.unique(np.concatenate([clique, sparse, camouflage]), axis=0)
    place, gone = peel(edges[:, 0], edges[:, 1], np.ones(len(edges), dtype=np.int64))
    assert set(range(15)) <= set(np.flatnonzero(place >= gone))


def test_views_that_all_begin_and_stay_alike_are_the_excess() -> None:
    """FLOCK, figure 1c: in the botted broadcast almost all views lie in one (start, stay) cell."""
    usual = np.tile(np.arange(10), 90)
    broadcast = np.repeat(np.arange(9), 100)
    bots, botted = np.full(100, 9), np.full(100, 9)
    scores = excess(np.append(broadcast, botted), np.append(usual, bots), 10)
    assert scores[900:].min() > scores[:900].max()
    expected = 100 * 190 / 1000
    assert scores[-1] == pytest.approx((100 - expected) / expected**0.5)


def test_the_rate_limit_counts_an_address_within_its_hour() -> None:
    log = log_of(time_ms=[0, 1, HOUR_MS, 2], ip=["1.1.1.1", "1.1.1.1", "1.1.1.1", "2.2.2.2"],
                 device_id=list("abcd"), item_id=list("xxxx"))
    assert all_rivals()["rate-limit"].score(log, None, None).tolist() == [1, 2, 1, 1]


def test_the_platform_filter_compares_a_day_with_the_items_median_day() -> None:
    day = 24 * HOUR_MS
    log = log_of(time_ms=[0, day, 2 * day, 2 * day + 1], item_id=list("xxxx"),
                 device_id=list("abcd"), watched_ms=[1000, 1000, 100, 300])
    stay, ratio = relative(log)
    assert stay.tolist() == [1000, 1000, 100, 300]
    assert ratio.tolist() == [1000, 1000, 200, 200]


def test_the_platform_filter_is_tuned_to_the_best_f1() -> None:
    stay = np.array([4_000, 4_000, 15_000, 4_000])
    ratio = np.array([200, 200, 200, 2000])
    fake = np.array([True, True, False, False])
    assert best([(stay, ratio, fake)]) == (300, 5_000)


def test_rows_of_a_key_are_numbered_in_their_order() -> None:
    assert nth(np.array([7, 5, 7, 7, 5])).tolist() == [1, 1, 2, 3, 2]
    assert nth(np.array([], dtype=np.int64)).tolist() == []
    same = pair(np.array([1, 1, 2]), np.array([9, 9, 9]))
    assert same[0] == same[1] != same[2]


def test_there_are_at_least_six_rivals_each_with_its_source() -> None:
    assert len(all_rivals()) >= 6
    for name, rival in all_rivals().items():
        assert name == rival.name
        assert rival.title
        assert rival.citation
        assert not rival.told or "reference" in rival.citation


@pytest.mark.parametrize("name", sorted(all_rivals()))
def test_every_rival_scores_every_event_and_is_repeatable(
        name: str, small: tuple[Log, Flags]) -> None:
    if name in {"boosting", "ecod", "isolation-forest"}:
        pytest.importorskip("sklearn")
        pytest.importorskip("pyod")
    rival = all_rivals()[name]
    log, fake = small
    taught = rival.teach([(log, fake)]) if rival.teach else None
    told = fake if rival.told else None
    one, two = rival.score(log, taught, told), rival.score(log, taught, told)
    assert one.shape == fake.shape
    assert np.isfinite(one).all()
    assert (one == two).all()
    assert not rival.decides or set(np.unique(one)) <= {0.0, 1.0}


def test_a_log_is_read_with_what_it_lacks_as_unknown(simulated: Written) -> None:
    log = read_log(simulated.files, "click")
    assert log.events["watched_ms"].null_count == log.events.num_rows == len(log.device)
    assert set(EVENT) <= set(log.events.column_names)


def test_a_device_is_the_first_identity_that_is_known() -> None:
    log = log_of(time_ms=[0, 1, 2, 3, 4], item_id=list("xxxxx"), ip=["1.1.1.1"] * 5,
                 device_id=["d", None, "d", None, None], cookie_id=["c", "c", None, "d", None])
    made = _who(log)
    assert made[0] == made[2]
    assert len({int(made[n]) for n in (0, 1, 3, 4)}) == 4


def test_networks_are_the_first_three_bytes_or_the_first_half() -> None:
    ips = ["1.2.3.4", "1.2.3.99", "1.2.4.4", None, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:9:9:9:9"]
    log = log_of(time_ms=[0] * 6, item_id=list("x" * 6), device_id=list("abcdef"), ip=ips)
    made = log.shortened("ip", NETWORK, r"\1\2")
    assert made[0] == made[1] != made[2]
    assert made[4] == made[5]
    assert len(set(made.tolist())) == 4
