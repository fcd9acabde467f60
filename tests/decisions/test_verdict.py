from hypothesis import given
from hypothesis import strategies as st
from tests.decisions.policies import HEAD, line, policy

from truetally.decisions.plan import UNSIGNED_BIT
from truetally.decisions.verdict import VERDICTS, codes, verdict

POLICY = policy(
    line("http-status"), line("declared-robot"), line("impossible-watch"),
    line("plugin-list-match", 2), line("interval-heaping", 2), line("redirect-referrer", 2),
    line("round-the-clock", 2))
STATUS, ROBOT, WATCH, PLUGINS, GAPS, REFERRER, CLOCK = (1 << n for n in range(7))
UNSIGNED = 1 << UNSIGNED_BIT


def said(mask: int) -> tuple[str, str, bool]:
    v = verdict(mask, POLICY)
    return v.verdict, v.primary, v.suspect


def test_nothing_flagged_is_valid_as_presumed() -> None:
    assert said(0) == ("valid", "", False)


def test_a_rule_decides_alone() -> None:
    assert said(ROBOT) == ("givt", "declared-robot", False)
    assert said(WATCH) == ("sivt", "impossible-watch", False)


def test_the_first_rule_in_the_policys_order_is_the_primary_reason() -> None:
    assert said(STATUS | ROBOT) == ("not_counted", "http-status", False)
    assert said(ROBOT | WATCH | GAPS) == ("givt", "declared-robot", False)


def test_a_signature_alone_marks_an_event_suspect_and_it_stays_valid() -> None:
    assert said(PLUGINS) == ("valid", "", True)


def test_a_statistic_alone_marks_an_event_suspect_and_it_stays_valid() -> None:
    assert said(GAPS) == ("valid", "", True)


def test_two_independent_families_void() -> None:
    assert said(PLUGINS | GAPS) == ("sivt", "plugin-list-match", False)


def test_two_criteria_of_one_family_do_not_void() -> None:
    assert said(GAPS | CLOCK) == ("valid", "", True)


def test_two_families_that_the_policy_does_not_call_independent_do_not_void() -> None:
    assert said(PLUGINS | REFERRER) == ("valid", "", True)


def test_two_criteria_that_one_innocent_cause_sets_off_do_not_void() -> None:
    head = HEAD + '\n[common_causes]\n"a kiosk" = ["round-the-clock", "plugin-list-match"]\n'
    kiosk = policy(line("plugin-list-match"), line("round-the-clock"), line("interval-heaping"),
                   head=head)
    assert verdict(0b011, kiosk).suspect
    assert verdict(0b011, kiosk).verdict == "valid"
    assert verdict(0b101, kiosk).verdict == "sivt"


def test_what_lacks_the_minimum_signals_is_undetermined_and_not_suspect() -> None:
    assert said(UNSIGNED) == ("undetermined", "", False)
    assert said(UNSIGNED | GAPS) == ("undetermined", "", False)


def test_a_rule_decides_even_without_the_minimum_signals() -> None:
    assert said(UNSIGNED | ROBOT) == ("givt", "declared-robot", False)


def test_what_is_not_counted_corroborates_nothing() -> None:
    odd = policy(line("plugin-list-match"), line("double-click", 1, consequence="suspect"))
    counted = policy(line("plugin-list-match", 2), line("round-the-clock", 2))
    assert verdict(3, odd).verdict == "sivt"  # a mark of suspicion does corroborate
    assert verdict(3, counted).verdict == "sivt"
    plain = policy(line("replayed-row", 1, consequence="suspect"), line("double-click", 2))
    assert verdict(3, plain).verdict == "not_counted"


def test_a_criterion_with_the_consequence_suspect_never_voids() -> None:
    soft = policy(line("declared-robot", 1, consequence="suspect"))
    assert verdict(1, soft).verdict == "valid"
    assert verdict(1, soft).suspect


def test_codes_come_in_policy_order() -> None:
    assert codes(CLOCK | ROBOT, POLICY) == ("declared-robot", "round-the-clock")


@given(st.integers(0, 2**7 - 1), st.booleans())
def test_every_mask_has_one_verdict_and_only_valid_events_are_suspect(
        mask: int, unsigned: bool) -> None:  # noqa: FBT001  # hypothesis gives it by place
    v = verdict(mask | (UNSIGNED if unsigned else 0), POLICY)
    assert v.verdict in VERDICTS
    assert not v.suspect or v.verdict == "valid"
    assert (v.primary != "") == (v.verdict in ("not_counted", "givt", "sivt"))
    assert v.primary == "" or v.primary in codes(mask, POLICY)


@given(st.integers(0, 2**7 - 1))
def test_another_flag_never_makes_a_voided_event_valid(mask: int) -> None:
    for bit in range(7):
        if said(mask)[0] in ("givt", "sivt", "not_counted"):
            assert said(mask | 1 << bit)[0] != "valid"
