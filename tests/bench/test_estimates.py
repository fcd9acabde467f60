"""The estimates' part of the benchmark: the logs it draws, and how it adds them up."""

from types import SimpleNamespace

import numpy as np
import pytest

from truetally.bench import estimates, gates
from truetally.bench.campaigns import KNOWN, Job, Title, Tried, attempt, known, planned
from truetally.intervals import Bounds
from truetally.simulate.load import load


def tried(bound: int, fakes: int = 100, blamed: int = 0, scenario: str = "s5") -> Tried:
    return Tried(job=Job(scenario=scenario, dose="1", seed=1), others=9, blamed=blamed,
                 titles=(Title(plays=200, fakes=fakes, bound=bound,
                               more=Bounds(lower=80, upper=120)),),
                 fakes=fakes, bound=bound, samples=())


def test_a_bound_above_the_truth_is_counted_against_title_and_log() -> None:
    (line,) = estimates.lines([tried(90), tried(101), tried(80, blamed=1)])
    assert (line.titles, line.covered, line.together, line.blamed) == (3, 2, 1, 1)
    assert line.ratios == (800, 900, 1010)
    assert line.mores == (3, 3)


def test_the_bound_of_a_scenario_is_the_median_of_its_logs_at_dose_1() -> None:
    found = estimates.bounds([tried(79), tried(85), tried(90), tried(70, scenario="s6")])
    assert found == {"s5": (850, "85.0 [79.0, 90.0]"), "s6": (700, "70.0 [70.0, 70.0]")}


@pytest.mark.parametrize(("permille", "kept"), [(799, "no"), (800, "yes")])
def test_what_is_not_voided_must_be_bounded(permille: int, kept: str) -> None:
    gate = gates.either({}, ("s5", "s6"), {"s5": (900, "90.0"), "s6": (permille, "said")})
    assert gate is not None
    assert gate.kept == kept
    assert "s6 – % voided, bound said % of the truth" in gate.measured
    assert gates.either({}, ("s5", "s6"), {}) is None


@pytest.mark.parametrize(("found", "kept"), [(79, "no"), (80, "yes")])
def test_what_is_voided_needs_no_bound(found: int, kept: str) -> None:
    recall = SimpleNamespace(found=found, n=100)
    ours = {"s5": SimpleNamespace(figures=SimpleNamespace(recall=recall))}
    gate = gates.either(ours, ("s5", "s6"), {"s5": (799, "79.9")})
    assert gate is not None
    assert gate.kept == kept


def test_a_claim_on_a_placebo_title_is_a_false_one() -> None:
    found = [tried(bound, fakes=0, scenario="placebo-star") for bound in (0, 5)]
    (line,) = estimates.lines(found)
    assert line.claims == 1
    said = {aim: (measured, kept) for aim, measured, kept in estimates.gates(found)}
    assert said["placebo titles said to hold fakes that cannot be named: at most 2 %"][1] == "no"


def test_nothing_tried_makes_no_table_and_no_gate() -> None:
    assert estimates.tables([]) == ()
    assert estimates.gates([]) == []


def test_the_full_size_has_500_campaigns_of_each_attack_and_200_placebos() -> None:
    jobs = planned("full", 7)
    logs = [job.scenario for job in jobs if job.dose == "1"]
    assert all(logs.count(name) * 24 >= 500 for name in ("s5", "s6", "s7", KNOWN))
    assert sum(estimates.PLACEBOS.get(job.scenario, 0) for job in jobs) >= 200
    assert len({job.seed for job in jobs}) == len(jobs)


def test_a_replay_by_known_devices_takes_the_place_of_the_campaign() -> None:
    sold = load("s7", "1")
    crowd = known(sold).crowds[-1]
    assert known(sold).campaigns == ()
    assert set(crowd.item) == set(sold.campaigns[0].item)
    assert abs(int(crowd.events.sum()) - int(sold.campaigns[0].events.sum())) <= 7 * len(
        sold.campaigns[0].item)


@pytest.mark.parametrize(("scenario", "least"), [("s6", 700), (KNOWN, 0)])
def test_what_is_bounded_is_never_more_than_the_labels_say(scenario: str, least: int) -> None:
    found = attempt(Job(scenario=scenario, dose="1", seed=2031))
    assert all(title.bound <= title.fakes for title in found.titles)
    assert found.blamed == 0
    assert least * found.fakes <= found.bound * 1000 <= 1000 * found.fakes
    assert sum(one.exact.lower <= found.fakes <= one.exact.upper for one in found.samples) >= 2
    if scenario == KNOWN:
        assert np.sum([title.bound for title in found.titles]) == 0
