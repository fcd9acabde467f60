"""What columns support: all with all of them, nothing with none, never less with more."""

from hypothesis import given
from hypothesis import strategies as st

from truetally.events.schema import EVENT
from truetally.report.data import Claim, Text
from truetally.run.sufficiency import _table, advice, claims

columns = st.sets(st.sampled_from(sorted(EVENT)))
NAME = Text(en="x", zh="某")


def claim(code: str, *missing: str) -> Claim:
    return Claim(about="proof", code=code, title=NAME, missing=missing)


def test_every_need_is_an_event_column_and_every_claim_has_both_languages() -> None:
    for entry in _table().values():
        assert {column for line in entry["needs"] for column in line} <= set(EVENT)
        assert entry["about"] in {"money", "proof"}
        assert entry["en"]
        assert entry["zh"]


def test_all_columns_support_every_claim() -> None:
    assert [one.code for one in claims(set(EVENT)) if one.missing] == []


def test_no_column_supports_no_claim() -> None:
    assert [one.code for one in claims(set()) if not one.missing] == []


@given(columns, columns)
def test_more_columns_never_support_less(some: set[str], more: set[str]) -> None:
    before = {one.code for one in claims(some) if not one.missing}
    assert before <= {one.code for one in claims(some | more) if not one.missing}


@given(columns)
def test_collecting_all_that_is_advised_supports_every_claim(have: set[str]) -> None:
    advised = {each.column for each in advice(claims(have), most=len(EVENT))}
    assert [one.code for one in claims(have | advised) if one.missing] == []


def test_the_column_that_alone_opens_most_comes_first() -> None:
    found = advice([claim("a", "plugins"), claim("b", "plugins"), claim("c", "ip", "region"),
                    claim("d", "ip", "region"), claim("e", "ip", "screen"), claim("f")])
    assert [each.column for each in found] == ["plugins", "ip", "region", "screen"]
    assert found[0].codes == ("a", "b")


def test_any_one_of_several_identities_is_enough() -> None:
    found = {one.code: one.missing for one in claims({"watched_ms", "cookie_id"})}
    assert found["watch-per-person"] == ()
    lacking = {one.code: one.missing for one in claims({"watched_ms"})}["watch-per-person"]
    assert lacking == ("account_id or cookie_id or device_id or session_id",)
