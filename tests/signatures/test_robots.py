import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from truetally.signatures.crawlers import starting_a_word, withdrawn_patterns
from truetally.signatures.lists import covering, entry
from truetally.signatures.packages import crawler_lines
from truetally.signatures.robots import alternations, robot_patterns

ROBOTS = alternations(robot_patterns().entries)
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


def robots_among(texts: list[str]) -> list[str]:
    column = pa.array(texts, pa.string())
    found = [pc.match_substring_regex(column, pattern, ignore_case=True) for pattern in ROBOTS]
    return [text for i, text in enumerate(texts) if any(hits[i].as_py() for hits in found)]


@pytest.mark.parametrize("text", [
    "SomeBOT/1.0", "HEADLESSCHROME", "Curl/7.0", "curl/7.88.1", "Python-urllib/3.4",
    "Java/1.8.0_40",
    "Mozilla/5.0 (compatible; Example-Crawler; +http://www.example/about)", "newbot",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/99.0 Safari/537.36",
    ("Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) (compatible; Googlebot/2.1; "
     "+http://www.google.com/bot.html)"), "Sogou web spider/4.0", "okhttp/4.9.0", "Acme Spider 1.2",
    "archiver of example (mail to a.person@archive.example)", "WhatsApp/2.22.20.72 A"])
def test_software_that_names_itself_is_a_robot(text: str) -> None:
    assert robots_among([text]) == [text]


@pytest.mark.parametrize("text", [
    f"Mozilla/5.0 (Linux; Android 6.0; CUBOT MAX) {WEBKIT} Chrome/77.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 8.0.0; CUBOT_X18_Plus Build/O00623; wv) {WEBKIT} Chrome/80.0",
    f"Mozilla/5.0 (Linux; Android 6.0; POWER BOT Build/MRA58K) {WEBKIT} Chrome/54.0",
    f"Mozilla/5.0 (Linux; Android 13; Spider 8) {WEBKIT} Chrome/124.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 15; CPH2655 Build/AP3A.240617.008) {WEBKIT} Chrome/119.0",
    f"Mozilla/5.0 (Linux; U; Android 9; zh-CN) {WEBKIT} SogouMSE,SogouMobileBrowser/5.22.8",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/535.11 Chrome/17.0 SE 2.X MetaSr 1.0",
    f"Mozilla/5.0 (SMART-TV; Linux) {WEBKIT} TV/V8 (PANASONIC,TH-55FS430M,wireless)",
    f"Mozilla/5.0 (Linux; Android 10) {WEBKIT} MicroMessenger/8.0.2 NetType/WIFI MMWEBID/1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_1 like Mac OS X) AppleWebKit/605.1.15 MQQBrowser/13.1",
    f"Mozilla/5.0 (Linux; Android 11) {WEBKIT} baiduboxapp/13.7.0.10 (Baidu; P1 11)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:29.0) Gecko/20100101 SeaMonkey/2.26 Lightning/3.1",
    "com.apple.appstored/1.0 iOS/10.2 model/iPad4,8", "Dalvik/2.1.0 (Linux; U; Android 9; MI 8)",
    "Overcast/3.0 (iOS podcast app)", "Instagram 128.0.0.19.119 (iPhone12,3; iOS 13_3_1)"])
def test_a_persons_software_is_not_a_robot(text: str) -> None:
    assert robots_among([text]) == []


def test_every_example_of_the_package_matches_its_pattern() -> None:
    lines = [line for line in crawler_lines() if line["pattern"] not in withdrawn_patterns()]
    texts = [text for line in lines for text in line["instances"]]
    assert len(texts) > 1500
    assert robots_among(texts) == texts


def test_what_was_withdrawn_is_in_the_package_and_out_of_force() -> None:
    known = {line["pattern"] for line in crawler_lines()}
    assert set(withdrawn_patterns()) <= known
    for pattern, (date, reason) in withdrawn_patterns().items():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)
        assert len(reason) > 10
        assert entry(robot_patterns(), starting_a_word(pattern))[0].withdrawn == date
        assert starting_a_word(pattern) not in robot_patterns().entries


def test_a_pattern_is_free_of_case_only_where_a_word_starts() -> None:
    pattern = starting_a_word("NING\\/")
    for text, found in (("NING/1.0", True), ("ning/1.0", True), ("LightNING/1", True),
                        ("Lightning/3.1", False)):
        hit = pc.match_substring_regex(pa.scalar(text), pattern, ignore_case=True).as_py()
        assert hit is found


def test_the_entry_behind_a_finding_can_be_named() -> None:
    lines = covering(robot_patterns(), "Bytespider; spider-feedback@bytedance.com")
    assert any("Bytespider" in line.source for line in lines)
    assert all(line.source for line in lines)


def test_joining_the_patterns_changes_nothing() -> None:
    assert len(alternations(["a", "b", "c"], at_once=2)) == 2
    assert alternations([]) == ()
    assert robots_among(["abc", "SomeBOT/1.0"]) == ["SomeBOT/1.0"]
