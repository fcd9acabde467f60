import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.redirect_referrer import CRITERION


@pytest.mark.parametrize("host", [
    "oowok3vd9.bkt.clouddn.com", "7xrqwu.coml.z0.glb.clouddn.com", "any.clouddn.com"])
def test_the_hosts_of_the_case_are_found(host: str) -> None:
    assert verdict(CRITERION, {"referrer_host": host}) is True


@pytest.mark.parametrize("host", [
    "clouddn.com", "notclouddn.com", "clouddn.com.example", "www.example", ""])
def test_other_hosts_are_not_found(host: str) -> None:
    assert verdict(CRITERION, {"referrer_host": host}) is False


def test_no_referrer_is_not_found() -> None:
    assert verdict(CRITERION, {}) is None


def test_an_entry_without_a_dot_stands_for_that_host_alone() -> None:
    hosts = ("a.example",)
    assert verdict(CRITERION, {"referrer_host": "a.example"}, hosts=hosts) is True
    assert verdict(CRITERION, {"referrer_host": "b.a.example"}, hosts=hosts) is False


def test_text_of_a_list_is_never_a_pattern_or_code() -> None:
    hosts = (".%", "._", "' OR 1=1 --")
    assert verdict(CRITERION, {"referrer_host": "www.example"}, hosts=hosts) is False
    assert verdict(CRITERION, {"referrer_host": "' OR 1=1 --"}, hosts=hosts) is True


def test_an_empty_list_finds_nothing() -> None:
    assert verdict(CRITERION, {"referrer_host": "any.clouddn.com"}, hosts=()) is False
