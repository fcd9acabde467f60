"""Drawings are there, in both languages, hostile names are only names, and fonts have Chinese."""

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import vl_convert

from truetally.charts import render as rendering
from truetally.charts.draw_gap import draw_gap
from truetally.charts.draw_rank import draw_rank
from truetally.charts.draw_shares import draw_shares, together
from truetally.charts.draw_trend import draw_trend
from truetally.charts.rank import Counted, ranking, ranks, top
from truetally.charts.render import FORMS, font_folder, render
from truetally.charts.shares import shares
from truetally.charts.trend import DayCount, trend
from truetally.errors import EngineError
from truetally.report.safe import visible
from truetally.report.words import LANGS, Lang
from truetally.run.words import chart_words

HOSTILE = "</text><script>alert(1)</script>\x1b[31m\u202e<img src=x onerror=1>{{1}} datum.x"
NAMES = ["长安十二时辰", HOSTILE, "plain"]


def words(lang: Lang) -> dict[str, str]:
    """Give a drawing its words, and a title."""
    return chart_words(lang) | {"title": "标题", "subtitle": "副标题", "apart": "", "flagged": ""}


def rank(lang: Lang) -> Any:
    """Draw three items, of which two cannot be told apart."""
    places = ranking([Counted(item=name, before=900 - n, after=100 + n, low=90, high=100 + n)
                      for n, name in enumerate(NAMES)])
    return draw_rank(places, {name: visible(name, 60) for name in NAMES}, words(lang))


def days(lang: Lang) -> Any:
    """Draw six days, one of them flagged."""
    counts = [DayCount(day=f"2017-08-{n + 1:02}", before=100 * (1 + 30 * (n == 5)), after=90,
                       low=80, high=90, watched_before_ms=10**7, watched_after_ms=10**7,
                       persons_before=50, persons_after=40) for n in range(6)]
    return draw_trend(trend(counts), words(lang))


def parts(lang: Lang) -> Any:
    """Draw the shares of three regions."""
    found = shares({name: (n + 1, 3 - n) for n, name in enumerate(NAMES)})
    return draw_shares(found, {name: visible(name, 60) for name in NAMES}, words(lang), "地区")


def gap(lang: Lang) -> Any:
    """Draw two counters."""
    return draw_gap(100, 130, [("robots", 40), ("unexplained", -10)],
                    {"robots": "机器人", "unexplained": visible(HOSTILE, 60)}, words(lang))


DRAWINGS: dict[str, Callable[[Lang], Any]] = {
    "rank": rank, "trend": days, "shares": parts, "gap": gap}


def ink(png: bytes) -> int:
    """Count the bytes of a PNG's picture that are not white, reading it by its definition."""
    data, at = b"", 8
    while at < len(png):
        length = struct.unpack(">I", png[at:at + 4])[0]
        if png[at + 4:at + 8] == b"IDAT":
            data += png[at + 8:at + 8 + length]
        at += 12 + length
    return len(zlib.decompress(data).replace(b"\x00", b"").replace(b"\xff", b""))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_not_blank(name: str, lang: Lang) -> None:
    chart = DRAWINGS[name](lang)
    found = {form: render(chart, form) for form in (FORMS if lang == "zh" else ("png",))}
    assert found["png"].startswith(b"\x89PNG")
    assert ink(found["png"]) > 5_000
    assert found.get("pdf", b"%PDF").startswith(b"%PDF")
    assert found.get("svg", b"<svg").startswith(b"<svg")


@pytest.mark.parametrize("name", DRAWINGS)
def test_chinese_words_are_in_the_drawing_and_leave_ink(name: str) -> None:
    text = render(DRAWINGS[name]("zh"), "svg").decode()
    assert "标题" in text or name == "shares"
    assert re.search("[\u4e00-\u9fff]", text)
    silent = re.sub("[\u4e00-\u9fff]", " ", text)
    assert ink(bytes(vl_convert.svg_to_png(_sized(text)))) > ink(
        bytes(vl_convert.svg_to_png(_sized(silent)))) + 500


def _sized(svg: str) -> str:
    """Give a drawing a size again, for the renderer of pictures."""
    return svg.replace("<svg ", '<svg width="900" height="600" ', 1)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["rank", "shares", "gap"])
def test_a_hostile_name_is_text_and_nothing_else(name: str, lang: Lang) -> None:
    text = render(DRAWINGS[name](lang), "svg").decode()
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}  # noqa: S314 - our own drawing
    assert tags <= {"svg", "g", "path", "text", "tspan", "rect", "line", "defs", "clipPath",
                    "linearGradient", "stop", "title", "desc"}
    assert "script" not in tags
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_drawing_is_the_same_bytes_every_time() -> None:
    assert [render(rank("zh"), form) for form in ("svg", "png")] == [
        render(rank("zh"), form) for form in ("svg", "png")]


@pytest.mark.parametrize("probes", ["\u0378\u0379", "真 "])
def test_where_no_font_has_a_character_a_drawing_is_refused(
        monkeypatch: pytest.MonkeyPatch, probes: str) -> None:
    rendering.fonts.cache_clear()
    monkeypatch.setattr(rendering, "_PROBES", probes)  # unassigned characters, or a blank
    with pytest.raises(EngineError, match="no font has Chinese"):
        rendering.fonts()
    rendering.fonts.cache_clear()


def test_the_packaged_font_is_there() -> None:
    folder = font_folder()
    assert folder is not None
    assert [p.suffix for p in Path(folder).iterdir() if p.suffix in (".ttc", ".otf", ".ttf")]


def test_more_than_fifteen_shares_are_drawn_as_fifteen_that_add_up() -> None:
    found = together(shares({f"r{n:02}": (n + 1, n + 1) for n in range(40)}))
    assert len(found) == 15
    assert sum(s.before_permille for s in found) == 1000


def test_the_drawing_holds_who_was_first_before_and_who_is_now() -> None:
    n = np.arange(99)
    found = ranks([f"i{k:02}" for k in n], n, 99 - n, 99 - n, 99 - n)
    assert {found.item[k] for k in top(found, 2)} == {"i98", "i97", "i00", "i01"}
