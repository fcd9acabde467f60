from truetally.attribution.markers import markers
from truetally.signatures.signature import builtin_signature, parse_signature

TEXT = """
name = "jump"
revision = 1
title = "t"
frozen_at = 2017-01-01T00:00:00Z
source = "a test"
markers = ["停留时间", "/task/list.do", "PC"]
[[field]]
column = "{column}"
condition = "suffix"
values = ["{value}"]
normalise = []
source = "a test"
"""


def of(column: str, value: str) -> tuple[str, ...]:
    """The texts of one field, without those the signature adds."""
    found = markers(parse_signature(TEXT.format(column=column, value=value), "a test"))
    assert found[-2:] == ("停留时间", "/task/list.do")
    return found[:-2]


def test_a_plugin_list_is_looked_for_by_entry_name_description_and_type() -> None:
    found = markers(builtin_signature("video-case"))
    assert {"Chromium PDF Viewer", "Shockwave Flash", "Shockwave Flash 25.0 r0",
            "Portable Document Format", "application/x-google-chrome-pdf",
            "application/futuresplash", "Chromium PDF Viewer::::application/pdf?"} <= set(found)
    assert len(found) == len(set(found))


def test_a_host_is_looked_for_without_its_dot() -> None:
    assert of("referrer_host", ".clouddn.com") == ("clouddn.com",)


def test_an_address_is_looked_for_whole_and_by_host_and_path() -> None:
    assert of("page_url", "http://www.video.example/v_19rreis95c.html") == (
        "http://www.video.example/v_19rreis95c.html", "www.video.example", "/v_19rreis95c.html")


def test_an_address_that_is_none_is_looked_for_whole() -> None:
    assert of("page_url", "http://[video.example") == ("http://[video.example",)


def test_what_is_too_short_to_say_anything_is_left_out() -> None:
    assert of("terminal", "pc") == ()
    assert of("region", "北京") == ("北京",)
