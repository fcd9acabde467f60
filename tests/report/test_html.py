"""The page: safe with any data, complete, self-contained, the same bytes every time."""

import base64
import csv
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.report import samples

from truetally.report.data import CriterionView, Summary
from truetally.report.html.chart import WIDE, trend
from truetally.report.html.page import SECTIONS, bar, render, write_report
from truetally.report.words import LANGS, Lang, say

VOID = {"meta", "br", "link", "img", "input"}


class Page(HTMLParser):
    """What a browser would make of the page: elements, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.open += [tag] if tag not in VOID else []

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data if not self.open or self.open[-1] != "style" else ""


@pytest.fixture(scope="module", params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    return request.param


@pytest.fixture(scope="module")
def page(lang: Lang) -> Page:
    return Page(render(samples.DATA, lang))


def test_hostile_data_adds_no_element_and_no_attribute_to_the_page(lang: Lang) -> None:
    hostile, harmless = samples.hostile(), samples.hostile("x")
    found, wanted = Page(render(hostile, lang)), Page(render(harmless, lang))
    assert found.tags == wanted.tags
    assert [name for name, _ in found.attributes] == [name for name, _ in wanted.attributes]
    assert found.open == []


def test_hostile_data_is_shown_not_acted_on(lang: Lang) -> None:
    text = render(samples.hostile(), lang)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", text)
    assert "<script" not in text
    assert "\\x1b[31m\\u202e\\u200b" in Page(text).text


def test_every_element_is_closed(page: Page) -> None:
    assert page.open == []


def test_the_page_has_no_script_no_style_attribute_and_no_event_handler(page: Page) -> None:
    names = {name for name, _ in page.attributes}
    assert "script" not in page.tags
    assert "style" not in names
    assert not {name for name in names if name.startswith("on")}


def test_the_page_loads_nothing(page: Page) -> None:
    assert not {"img", "link", "iframe", "object", "embed", "image", "use"} & set(page.tags)
    assert "src" not in {name for name, _ in page.attributes}
    assert {value[0] for name, value in page.attributes if name.endswith("href")} == {"#"}


def test_every_link_leads_to_a_place_on_the_page(page: Page) -> None:
    places = {value for name, value in page.attributes if name == "id"}
    links = {value[1:] for name, value in page.attributes if name == "href"}
    assert links <= places
    assert set(SECTIONS) <= links


def test_the_policy_of_the_page_names_the_hash_of_its_style(lang: Lang) -> None:
    text = render(samples.DATA, lang)
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"content=\"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'" in text
    assert "url(" not in style
    assert "@import" not in style


def test_every_count_of_the_summary_is_on_the_page(page: Page) -> None:
    s = samples.SUMMARY
    for count in (s.events, s.gross, s.net, s.total_net, s.not_counted, s.givt, s.sivt,
                  s.undetermined, s.suspect, s.unique_items):
        assert f"{count:,}" in page.text
    assert "96.2 %" in page.text


def test_every_source_list_hash_and_criterion_is_on_the_page(page: Page, lang: Lang) -> None:
    s = samples.SUMMARY
    wanted = [s.digest, s.policy_sha256, *[source.sha256 for source in s.sources],
              *[source.name for source in s.sources], *[used.date for used in samples.DATA.lists]]
    wanted += [getattr(view, lang).innocent for view in samples.CRITERIA]
    wanted += [getattr(samples.DATA.metric, lang), getattr(samples.DATA.policy_title, lang)]
    wanted += [view.citation for view in samples.CRITERIA]
    assert [text for text in wanted if text not in page.text] == []


def test_every_warning_is_on_the_page(page: Page, lang: Lang) -> None:
    first = samples.SUMMARY.warnings[0]
    assert (first if isinstance(first, str) else getattr(first, lang)) in page.text
    assert "A warning in one language." in page.text


@pytest.mark.parametrize("mark", ["synthetic", "uncalibrated"])
def test_a_mark_is_on_the_page_exactly_when_the_case_has_it(mark: str, lang: Lang) -> None:
    plain = replace(samples.DATA, summary=replace(samples.SUMMARY, **{mark: False}))
    words = say(f"page.{mark}", lang)
    assert words in Page(render(samples.DATA, lang)).text
    assert words not in Page(render(plain, lang)).text


def test_the_same_data_gives_the_same_bytes(lang: Lang) -> None:
    assert render(samples.DATA, lang) == render(samples.DATA, lang)


def test_an_empty_case_still_makes_a_page(lang: Lang) -> None:
    summary = Summary(case="c", digest="", policy="p", policy_sha256="", engine="e", events=0,
                      gross=0, net=0, total_net=0, not_counted=0, givt=0, sivt=0, undetermined=0,
                      suspect=0, rejected_rows=0, sivt_decision_rate_permille=None, reasons={})
    empty = replace(samples.DATA, summary=summary, by_day=(), by_item=(), by_reason=(),
                    by_terminal=(), by_region=(), criteria=(), lists=(), rejects=(),
                    policy_text="", items_in_all=None, versions={})
    found = Page(render(empty, lang))
    assert found.open == []
    assert say("page.no_reasons", lang) in found.text


def test_a_criterion_that_could_not_be_applied_is_named_with_its_columns(lang: Lang) -> None:
    idle: CriterionView = samples.CRITERIA[-1]
    text = Page(render(samples.DATA, lang)).text
    assert say("page.not_applied", lang) in text
    assert text.count(", ".join(idle.missing)) >= 2


def test_the_trend_shows_one_bar_a_day_and_part_and_chinese_thousands() -> None:
    drawing = trend(samples.DATA.by_day, "zh", WIDE)
    assert drawing.count('aria-roledescription="bar"') == 3 * len(samples.DATA.by_day)
    assert "万" in drawing
    assert "2017-08-19" in drawing


def test_a_trend_needs_two_days_and_takes_no_key_that_is_not_a_day() -> None:
    bad = samples.line("2017-08-19<script>", 1, 0, 0)
    assert trend(samples.DATA.by_day[:1], "en", WIDE) == ""
    assert trend((samples.DATA.by_day[0], bad), "en", WIDE) == ""
    assert "<script" not in trend((*samples.DATA.by_day, bad), "en", WIDE)


def test_what_is_there_has_a_bar_and_what_is_not_has_none() -> None:
    assert bar(0, 10**9) == 0
    assert bar(1, 10**9) > 0
    assert bar(10**9, 10**9) == 1000


def test_the_report_is_written_whole_beside_its_tables(tmp_path: Path) -> None:
    path = write_report(tmp_path, samples.DATA, "zh")
    assert path == tmp_path / "report" / "index.html"
    assert path.read_bytes() == render(samples.DATA, "zh").encode()
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "by_day.csv", "by_item.csv", "by_reason.csv", "by_region.csv", "by_terminal.csv",
        "index.html"]


def test_the_tables_hold_the_counts_and_no_formula(tmp_path: Path) -> None:
    item = samples.line('=HYPERLINK("http://x")', 10, 1, 2)
    write_report(tmp_path, replace(samples.DATA, by_item=(item, samples.line(None, 5, 0, 0))), "en")
    with (tmp_path / "report" / "by_item.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["item"].startswith("'=")
    assert (rows[0]["gross"], rows[0]["total_net"], rows[1]["item"]) == ("10", "7", "")
