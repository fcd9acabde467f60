import pytest
from tests.decisions.policies import line, policy

from truetally.criteria import all_criteria
from truetally.decisions.plan import lacking, make_plan, text_column
from truetally.decisions.policy import read_policy
from truetally.decisions.runs import first_runs
from truetally.decisions.units import GAP_KEYS, Crowd, steps, studied, units
from truetally.events.schema import EVENT

ALL = tuple(EVENT)


def test_a_criterion_without_its_columns_is_reported_and_left_out() -> None:
    plan = make_plan(policy(line("http-status"), line("prefetch")), ("time_ms", "status"), 0,
                     "int64")
    assert plan.missing == {"prefetch": ("prefetch",)}
    assert [r.criterion.code for r in plan.rules] == ["http-status"]


def test_an_identity_needs_only_one_of_its_parts() -> None:
    double_click = all_criteria()["double-click"]
    assert lacking(double_click, {"time_ms", "kind", "item_id", "cookie_id"}) == ()
    assert "account_id" in lacking(double_click, {"time_ms", "kind", "item_id"})


def test_a_criterion_needs_at_least_one_of_the_columns_that_can_tell() -> None:
    hidden = all_criteria()["hidden-placement"]
    assert set(lacking(hidden, {"kind"})) == {"placement_w", "placement_h"}
    assert lacking(hidden, {"kind", "placement_w", "placement_h"}) == ()
    crowd = all_criteria()["address-crowd"]
    assert set(lacking(crowd, {"ip"})) == {"device_id", "cookie_id"}
    assert lacking(crowd, {"ip", "cookie_id"}) == ()


def test_a_predicate_on_one_text_runs_on_its_distinct_values() -> None:
    assert text_column(all_criteria()["declared-robot"]) == "user_agent"
    assert text_column(all_criteria()["redirect-referrer"]) == "referrer"
    assert text_column(all_criteria()["impossible-watch"]) == ""


def test_criteria_with_the_same_keys_share_one_scan() -> None:
    found = units(make_plan(policy(line("simultaneous-plays"), line("device-rate")), ALL, 0,
                            "int64"))
    assert len(found) == 1
    assert {c.rule.criterion.code for c in found[0].cells} == {"simultaneous-plays", "device-rate"}


def test_the_video_policy_needs_no_more_scans_than_distinct_keys_values_and_crowds() -> None:
    plan = make_plan(read_policy("video", all_criteria()), ALL, 0, "int64")
    places = [(u.source, u.keys, u.value, u.across, u.crowd) for u in units(plan)]
    assert len(places) == len(set(places))
    assert len([u for u in units(plan) if u.crowd is None]) <= 9  # of all events, not of crowds


def test_facts_hold_only_what_the_policy_reads() -> None:
    plan = make_plan(policy(line("http-status")), ALL, 0, "int64")
    assert "plugins" not in plan.spec.keys
    assert "device_id" not in plan.spec.keys
    assert "status" not in plan.fact_columns


def test_a_crowd_is_told_before_what_is_measured_in_it() -> None:
    wanted = policy(line("many-user-agents"), line("device-rate"))
    first, later = units(make_plan(wanted, ALL, 0, "int64"))
    assert (first.sized, first.value, first.crowd) == (True, "", None)
    assert (later.value, later.crowd) == ("user_agent", Crowd(("day", "hour", "device_id"), 8))


def test_studies_come_before_what_they_can_look_beside() -> None:
    plan = make_plan(read_policy("video", all_criteria()), ALL, 0, "int64")
    found = steps([unit for unit in units(plan) if not unit.across])
    later = [bool(step[0].value or step[0].crowd) for step in found]
    assert later == sorted(later)  # the others tell the crowds
    beside = [studied(step) for step in found if step[0].value or step[0].crowd]
    assert beside == sorted(beside, reverse=True)
    assert {*beside} == {False, True}


def test_a_unit_of_several_days_has_no_crowd() -> None:
    plan = make_plan(policy(line("item-surge"), line("platform-switching")), ALL, 0, "int64")
    assert [u.crowd for u in units(plan)] == [None, None]


def test_a_key_that_no_grouping_uses_is_only_asked_whether_it_is_known() -> None:
    spec = make_plan(policy(line("data-centre-address")), ALL, 0, "int64").spec
    assert spec.ungrouped == ("account_id",)
    assert make_plan(policy(line("double-click")), ALL, 0, "int64").spec.ungrouped == ()


def test_runs_go_first_only_if_no_group_of_an_earlier_stage_bears_on_them() -> None:
    def first(*lines: str) -> list[str]:
        plan = make_plan(policy(*lines), ALL, 0, "int64")
        return [r.criterion.code for r in first_runs(plan)]

    assert first(line("double-click", 1), line("simultaneous-plays", 2)) == ["double-click"]
    assert first(line("simultaneous-plays", 1), line("double-click", 2)) == []


@pytest.mark.parametrize("code", sorted(all_criteria()))
def test_a_criterion_of_gaps_reads_nothing_but_the_gaps_of_a_device_on_a_day(code: str) -> None:
    found = units(make_plan(policy(line(code)), ALL, 0, "int64"))
    assert all(u.source == "facts" or (u.keys, u.value) == (GAP_KEYS, "device_gap_s")
               for u in found)
