"""Sufficiency beside the planner: what `map` calls supported is what a run will apply."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truetally.criteria import all_criteria
from truetally.decisions.plan import lacking
from truetally.events.schema import EVENT
from truetally.events.sufficiency import sufficiency

CRITERIA = all_criteria()


def supported(columns: set[str]) -> dict[str, bool]:
    """Say of every criterion whether `map` calls it supported by these columns."""
    reads = {code: [c for c in each.reads if c not in each.optional]
             for code, each in CRITERIA.items()}
    found = sufficiency(columns, reads, {code: each.one_of for code, each in CRITERIA.items()})
    return {each.name: each.supported for each in found.criteria}


@given(st.sets(st.sampled_from(sorted(EVENT))))
@settings(max_examples=60)
def test_a_criterion_is_supported_exactly_when_a_run_applies_it(columns: set[str]) -> None:
    have = columns | {"time_ms", "kind", "item_id"}
    expected = {code: not lacking(each, have) for code, each in CRITERIA.items()}
    assert supported(have) == expected


@pytest.mark.parametrize("column", ["device_id", "cookie_id"])
def test_any_one_of_several_columns_is_enough(column: str) -> None:
    have = {"time_ms", "kind", "item_id", "ip"}
    assert not supported(have)["address-crowd"]
    assert supported({*have, column})["address-crowd"]
