"""What a criterion is worth where it is needed: views of a log, fleets of one trace."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tests.decisions.policies import line, policy

from truetally.bench.grids_criteria import by_worth
from truetally.bench.suite import FLEETS, FULL, QUICK, suite
from truetally.bench.worth import (
    ACCESS,
    ASIDE,
    VIEWS,
    WHOLE,
    Gain,
    Worth,
    attempt,
    gains,
    trials,
    weighed,
)
from truetally.criteria import all_criteria
from truetally.decisions.policy import read_policy
from truetally.events.schema import EVENT
from truetally.simulate import scenarios

POLICY = policy(line("plugin-list-match"), line("interval-heaping"), line("round-the-clock"),
                line("short-play"))
PLUGINS, GAPS, CLOCK, SHORT = 1, 2, 4, 8
TRIALS = {trial.scenario: trial for trial in trials("quick", 7)}


def gained(fakes: list[int], honest: dict[int, int]) -> dict[str, Gain]:
    """Give masks of fakes, and the mask of each honest device's one event."""
    mask = np.array([*fakes, *honest.values()], dtype=np.int64)
    fake = np.arange(len(mask)) < len(fakes)
    device = np.array([*range(-len(fakes), 0), *honest], dtype=np.int64)
    return dict(gains(mask, fake, ~fake, device, POLICY))


def test_a_fake_that_two_void_together_is_lost_without_either() -> None:
    found = gained([PLUGINS | GAPS, PLUGINS | GAPS | CLOCK, PLUGINS, 0], {})
    assert (found["plugin-list-match"].lost, found["plugin-list-match"].alone) == (2, 2)
    assert (found["interval-heaping"].lost, found["interval-heaping"].alone) == (1, 2)
    assert (found["round-the-clock"].lost, found["round-the-clock"].alone) == (0, 1)


def test_what_one_criterion_alone_makes_suspect_is_counted() -> None:
    found = gained([PLUGINS, GAPS | CLOCK, CLOCK], {})
    assert {code: gain.marked for code, gain in found.items()} == {
        "plugin-list-match": 1, "interval-heaping": 0, "round-the-clock": 1}


def test_honest_devices_are_harmed_only_where_it_decides() -> None:
    found = gained([], {1: PLUGINS | GAPS, 2: PLUGINS | GAPS | CLOCK, 3: CLOCK, 4: 0})
    assert (found["plugin-list-match"].flagged, found["plugin-list-match"].harmed) == (2, 2)
    assert (found["interval-heaping"].flagged, found["interval-heaping"].harmed) == (2, 1)
    assert (found["round-the-clock"].flagged, found["round-the-clock"].harmed) == (2, 0)


def test_a_view_takes_columns_away_that_events_have_and_never_what_makes_an_event() -> None:
    assert set(ACCESS) <= EVENT.keys()
    for name, kept in VIEWS.items():
        left = {column for column in EVENT if kept(column)}
        assert left >= {"time_ms", "kind", "item_id"}
        assert (left == EVENT.keys()) is (name == WHOLE)


def test_what_is_tried_beside_a_policy_shares_the_causes_of_what_it_is_like() -> None:
    more = weighed("video")
    assert set(more.reason_codes) >= {*ASIDE["video"], "even-curve"}
    for codes in more.common_causes.values():
        assert ("driven-together" in codes) is ("even-curve" in codes)
    assert weighed("click") == read_policy("click", all_criteria())


@pytest.mark.parametrize("size", [QUICK, FULL], ids=lambda size: size.name)
def test_fleets_of_one_trace_are_tried_here_and_not_in_the_suite(size: object) -> None:
    chosen = QUICK if size is QUICK else FULL
    made = {name for name in scenarios() if name.startswith(FLEETS)}
    tried = trials(chosen.name, 7)
    assert made <= {trial.scenario for trial in tried}
    assert not made & {case.scenario for case in suite(chosen, 7)}
    assert len({trial.seed for trial in tried}) == len(tried)


@pytest.mark.parametrize(("name", "code"), [
    ("fleet-driven", "driven-together")])
def test_a_fleet_of_one_trace_is_lost_without_the_criterion_and_harms_nobody(
        name: str, code: str, tmp_path: Path) -> None:
    (found,) = attempt(TRIALS[name], tmp_path)
    gain = found.gains[code]
    assert gain.lost * 2 > found.fakes > 2_000
    assert gain.harmed == 0
    assert not list(tmp_path.iterdir())


def test_without_a_column_what_reads_it_does_not_apply(tmp_path: Path) -> None:
    trial = replace(TRIALS["fleet-click-flood"], events=2_000, views=(WHOLE, "no device ids"))
    whole, less = attempt(trial, tmp_path)
    assert whole.fakes == less.fakes > 0
    assert less.gains["device-rate"] == Gain(lost=0, alone=0, marked=0, flagged=0, harmed=0)


def test_the_table_says_where_a_criterion_is_needed_and_what_earns_nothing() -> None:
    nothing = Gain(lost=0, alone=0, marked=0, flagged=2, harmed=0)
    views = [Worth(trial=TRIALS["fleet-driven"], view=view, fakes=1000, voided=0, devices=50,
                   gains={"even-curve": replace(nothing, lost=lost, harmed=1),
                          "driven-together": nothing})
             for view, lost in ((WHOLE, 10), ("no cookies", 500))]
    cells = by_worth(SimpleNamespace(worth=views)).cells  # type: ignore[arg-type]
    assert [row[:4] for row in cells] == [
        ("driven-together \\*", "earns nothing", "–", "–"),
        ("even-curve", "fleet-driven", "no cookies", "50.0"),
        ("even-curve", "fleet-driven", WHOLE, "1.0")]
    assert cells[1][6:] == ("2 of 100", "4")
