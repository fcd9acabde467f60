"""Every criterion belongs to one cause, and a restated count is what the reasons left say."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.counts.causes import CAUSES, Bundle, Rules, bits_of, differing, in_band, restated
from truetally.criteria import all_criteria
from truetally.decisions.policy import BUILT_IN, Policy, read_policy
from truetally.decisions.verdict import verdict

VIDEO = read_policy("video", all_criteria())
RAW = Rules(name="raw", offset_ms=0, window_ms=0, loss_permille=10,
            removes=dict.fromkeys(("definition", "duplicates", "robots", "prefetch", "invalid"),
                                  False))


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_criterion_of_every_policy_belongs_to_one_cause(name: str) -> None:
    policy: Policy = read_policy(name, all_criteria())
    parts = [bits_of(policy, cause) for cause in CAUSES]
    assert sum(parts) == (1 << len(policy.rules)) - 1
    assert all(not a & b for a, b in combinations(parts, 2))


def test_a_counter_that_removes_nothing_differs_in_every_cause() -> None:
    assert differing(VIDEO, RAW, 28_800_000) == CAUSES


def test_what_is_not_declared_is_taken_as_ours() -> None:
    assert differing(VIDEO, Rules(name="silent"), 28_800_000) == ()


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 2**20 - 1), st.booleans(),
                          st.integers(1, 1000)), max_size=20))
def test_under_no_cause_the_count_is_ours(rows: list[tuple[bool, bool, int, bool, int]]) -> None:
    bundles = [Bundle(ours=a, theirs=b, mask=m, repeat=r, events=n) for a, b, m, r, n in rows]
    ours = sum(b.events for b in bundles if b.ours
               and verdict(b.mask, VIDEO).verdict in ("valid", "undetermined"))
    assert restated(bundles, VIDEO, RAW)(frozenset()) == ours


def test_under_all_causes_of_a_raw_counter_only_its_repeats_and_losses_are_gone() -> None:
    bundles = [Bundle(ours=False, theirs=True, mask=2**20 - 1, repeat=False, events=900),
               Bundle(ours=True, theirs=False, mask=0, repeat=False, events=50),
               Bundle(ours=True, theirs=True, mask=0, repeat=True, events=7)]
    assert restated(bundles, VIDEO, RAW)(frozenset(CAUSES)) == Fraction(900 * 990, 1000)


@pytest.mark.parametrize(("theirs", "within", "audit"), [
    (1050, True, False), (1051, False, False), (1030, True, True), (1031, True, False),
    (950, True, True), (949, False, True), (920, False, True), (919, False, False)])
def test_the_bands_are_those_of_the_standards(theirs: int, within: bool,  # noqa: FBT001
                                              audit: bool) -> None:  # noqa: FBT001
    assert in_band(theirs, 1000) == (within, audit)
