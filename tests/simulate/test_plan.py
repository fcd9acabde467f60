import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.errors import InputError
from truetally.simulate import plan, scenarios
from truetally.simulate.audience import cells_of
from truetally.simulate.plan import Plan, blocks
from truetally.simulate.seeds import I64

EPOCH_TO_0829 = 17_407  # days from 1970-01-01 to 2017-08-29
WITH_DOSES = (*(f"s{n}" for n in range(1, 8)), "h1", "h2", "h3")


def delivered(made: Plan, fleet: str) -> I64:
    """Return (item, local day, events) of every cell of the campaigns of one fleet."""
    rows = [np.stack([c.item[f.source], f.day + made.scenario.start_day, f.events])
            for c, f in zip(made.scenario.campaigns, made.campaigns, strict=True)
            if c.fleet.name == fleet]
    return np.concatenate(rows, axis=1)


def test_the_video_case_has_the_accesses_and_items_of_the_judgment() -> None:
    item, day, events = delivered(plan("video-case"), "S2")
    assert events.sum() == 278_275_797
    assert len(np.unique(item)) == 80_001
    assert (day.min(), day.max()) == (17_410, 17_500)  # 2017-09-01 and 2017-11-30


def test_the_video_case_has_the_referrer_figures_of_the_judgment() -> None:
    made = plan("video-case")
    item, day, events = delivered(made, "S3")
    first, second = made.scenario.catalogue, made.scenario.catalogue + 1
    assert events[item == first].sum() == 41_590_299
    assert set(day[item == first]) == {EPOCH_TO_0829, EPOCH_TO_0829 + 1, EPOCH_TO_0829 + 2}
    assert events[item == second].sum() == 3_677_760
    assert set(day[item == second]) == {EPOCH_TO_0829 + 2}
    assert made.fake == 323_543_856


def kept_by_day(made: Plan) -> dict[int, int]:
    """Count what the platform's filter left of T1: honest plays and fakes with long stays."""
    counts: dict[int, int] = {}
    pairs = [*zip([c.kept for c in made.scenario.crowds], made.crowds, strict=True),
             *zip([c.form.kept for c in made.scenario.campaigns], made.campaigns, strict=True)]
    for kept, flow in pairs:
        for day, n in zip(flow.day.tolist(), flow.events.tolist(), strict=True):
            counts[day] = counts.get(day, 0) + (n if kept else 0)
    return counts


def test_the_filter_leaves_the_opens_of_the_judgment() -> None:
    counts = kept_by_day(plan("video-case"))
    assert [counts[d] for d in (10, 11, 12)] == [705_916, 251_376, 2_021_496]
    assert {counts[d] for d in range(10)} == {40_000}


def test_the_filter_ratio_of_the_third_day_is_89_percent() -> None:
    made = plan("video-case")
    item, day, events = delivered(made, "S3")
    bought = int(events[(item == made.scenario.catalogue) & (day == EPOCH_TO_0829 + 2)].sum())
    before = bought + 40_000
    assert round((before - 2_021_496) * 1000 / (before - 40_000)) == 890


def test_the_click_case_has_27_million_clicks_in_15_days() -> None:
    _, day, events = delivered(plan("click-case"), "H1")
    assert events.sum() == 27_000_000
    assert len(np.unique(day)) == 15


@pytest.mark.parametrize("scale", ["0.001", "0.01", "0.37"])
def test_a_smaller_scale_is_in_proportion(scale: str) -> None:
    whole, part = plan("video-case"), plan("video-case", scale=scale)
    assert part.events == round(500_000_000 * float(scale))
    for one, other in zip((*whole.crowds, *whole.campaigns), (*part.crowds, *part.campaigns),
                          strict=True):
        assert abs(int(other.events.sum()) - float(scale) * int(one.events.sum())) < 1


@given(events=st.integers(1, 3_000_000))
def test_the_number_of_events_is_the_number_asked_for(events: int) -> None:
    made = plan("s9", events=events)
    assert made.events == made.honest + made.fake == events == int(made.per_day().sum())


@pytest.mark.parametrize("name", WITH_DOSES)
@pytest.mark.parametrize("dose", ["0.1", "1", "10"])
def test_a_dose_is_kept_for_every_target_item(name: str, dose: str) -> None:
    made = plan(name, dose=dose)
    campaign, crowd = made.scenario.campaigns[0], made.scenario.crowds[1]
    first, last = campaign.first_day[0], campaign.first_day[0] + campaign.days[0]
    for item, fakes in zip(campaign.item, made.delivered(0), strict=True):
        held = (crowd.item == item) & (crowd.day >= first) & (crowd.day < last)
        assert abs(int(fakes) - float(dose) * int(crowd.events[held].sum())) <= 0.5


@pytest.mark.parametrize("name", scenarios())
@pytest.mark.parametrize("events", [777, 400_000])
def test_blocks_cover_every_play_once(name: str, events: int) -> None:
    made = plan(name, events=events)
    cut = list(blocks(made))
    assert [b.number for b in cut] == list(range(len(cut)))
    for flow in made.crowds:
        counts = np.zeros(len(flow.events), dtype=np.int64)
        for block in cut:
            held, plays = cells_of(flow, block)
            counts[held] += plays
        assert (counts == flow.events).all()


@pytest.mark.parametrize("size", [{"events": 0}, {"events": 2**40}, {"scale": "-1"},
                                  {"scale": "much"}, {"scale": "1/0"},
                                  {"scale": "1", "events": 5}])
def test_an_unusable_size_is_refused(size: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"scale|size"):
        plan("s1", **size)  # type: ignore[arg-type]
