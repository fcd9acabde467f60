from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.decisions.policies import HEAD, line, policy

from truetally.criteria import all_criteria
from truetally.decisions.policy import BUILT_IN, parse_policy, read_policy
from truetally.errors import PolicyError


def refused(*criteria: str, head: str = HEAD) -> str:
    with pytest.raises(PolicyError) as caught:
        policy(*criteria, head=head)
    return str(caught.value)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_policy_is_sound_and_cites_its_source(name: str) -> None:
    found = read_policy(name, all_criteria())
    assert found.name == name
    assert all((found.citation, found.metric_zh, found.minimum_signals))
    assert len(set(found.reason_codes)) == len(found.reason_codes)


def test_an_unknown_code_is_named_with_the_known_ones() -> None:
    message = refused(line("duble-click"))
    assert all(word in message for word in ("'duble-click'", "double-click", "t.toml"))


def test_a_parameter_out_of_range_says_the_range_and_what_was_found() -> None:
    message = refused(line("double-click") + "parameters = { window_ms = 99999999999 }")
    assert all(word in message for word in ("window_ms", "3600000", "99999999999"))


def test_an_unknown_parameter_is_refused() -> None:
    assert "windows_ms" in refused(line("double-click") + "parameters = { windows_ms = 1 }")


@pytest.mark.parametrize("value", ['"30"', "true", "3.5"])
def test_a_parameter_of_another_kind_is_refused(value: str) -> None:
    message = refused(line("double-click") + f"parameters = {{ window_ms = {value} }}")
    assert "window_ms" in message


def test_a_criterion_named_twice_is_refused() -> None:
    assert "named twice" in refused(line("prefetch"), line("prefetch"))


def test_stages_may_not_decrease() -> None:
    assert "stages" in refused(line("prefetch", 2), line("declared-robot", 1))


def test_an_uncertain_criterion_may_not_come_before_a_run() -> None:
    message = refused(line("plugin-list-match", 1), line("double-click", 2))
    assert "plugin-list-match" in message


def test_an_unknown_key_or_consequence_or_family_is_refused() -> None:
    assert "colour" in refused(line("prefetch"), head='colour = "red"\n' + HEAD)
    assert "consequence" in refused(line("prefetch", 1, consequence="jail"))
    for pair in ('["origin", "moon"]', '["origin", "origin"]', '["origin"]', '"origin"', "[[]]"):
        assert "independent" in refused(
            line("prefetch"), head=HEAD.replace('["origin", "timing"]', pair))


def test_a_common_cause_names_at_least_two_known_criteria() -> None:
    for codes in ('["prefetch"]', '["prefetch", "moon"]', '"prefetch"'):
        head = f'{HEAD}\n[common_causes]\n"a cause" = {codes}\n'
        assert "common_causes" in refused(line("prefetch"), head=head)


def test_a_policy_without_criteria_or_not_toml_is_refused(tmp_path: Path) -> None:
    assert "number of criteria" in refused()
    broken = tmp_path / "p.toml"
    broken.write_text("name = ", encoding="utf-8")
    with pytest.raises(PolicyError, match="not TOML"):
        read_policy(str(broken), all_criteria())


def test_a_missing_policy_names_the_built_in_ones(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"counter-r5\.1"):
        read_policy(str(tmp_path / "none.toml"), all_criteria())


def test_defaults_fill_what_a_policy_does_not_say() -> None:
    found = policy(line("double-click"))
    assert found.rules[0].values["window_ms"] == 30_000
    assert found.rules[0].consequence == "not_counted"


CONTROL = st.characters(categories=["Cc"]).map(lambda c: f"\\u{ord(c):04x}")
UNSEEN = st.one_of(CONTROL, st.sampled_from(
    ["\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2028", "\u00ad", "\U000e0041",
     "\\u202E", "\\U0000202e"]))
PLACES = (('title = "t{}"', "title", 3), ('code = "double-click{}"', "criterion.code", 11),
          ('title_zh = "点{}"', "title_zh", 4), ('name = "{}"', "name", 1),
          ('minimum_signals = [["device_id{}"]]', "minimum_signals", 8))


@given(unseen=UNSEEN, place=st.sampled_from(PLACES))
def test_what_nobody_sees_is_refused_with_its_key_and_line(
        unseen: str, place: tuple[str, str, int]) -> None:
    written, key, number = place
    text = [*HEAD.splitlines(), "[[criterion]]", *line("double-click").splitlines()]
    text[number - 1] = written.replace("{}", unseen)
    with pytest.raises(PolicyError) as caught:
        parse_policy("\n".join(text), "t.toml", all_criteria())
    assert f"key {key}: an invisible or control character" in str(caught.value)
    assert f"t.toml, line {number}: " in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30))
def test_any_text_that_shows_as_it_is_may_be_a_title(title: str) -> None:
    escaped = title.replace("\\", "\\\\").replace('"', '\\"')
    head = HEAD.replace('title = "t"', f'title = "{escaped}"')
    assert policy(line("double-click"), head=head).title == title


def test_a_bidi_mark_in_a_key_or_a_comment_is_refused_and_an_escaped_backslash_is_not() -> None:
    assert "line 10" in refused(line("prefetch"), head=HEAD + '["\u202ex"]\n')
    assert "a comment" in refused(line("prefetch"), head=HEAD + "# not \u202eso\n")
    lists = '[lists]\nrobots = ["a\\u0007"]'
    assert "key lists.robots" in refused(line("prefetch"), head=HEAD + lists)
    head = HEAD.replace('metric = "m"', 'metric = "one\\n\\ntwo \\\\u202e"').replace("\n", "\r\n")
    assert policy(line("prefetch"), head=head).metric == "one\n\ntwo \\u202e"
