"""The court report in three forms: the same content, safe, whole, the same bytes every time."""

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import docx
import numpy as np
import pypdfium2
import pytest
from tests.report import samples
from tests.report.document.court_samples import HOSTILE, court_data

from truetally.report.document import Scope, compose
from truetally.report.document.draw import png
from truetally.report.document.model import Document, Figure, Paragraph, Table
from truetally.report.document.pdf import to_pdf
from truetally.report.document.web import to_html
from truetally.report.document.word import to_word
from truetally.report.words import LANGS, Lang, say

SECTIONS = ("commission", "material", "method", "process", "results", "opinion", "limits",
            "factors", "points", "chain", "exhibits", "claims", "verify", "undertaking")
GROSS = f"{samples.SUMMARY.gross:,}"


@pytest.fixture(scope="module", params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    return request.param


@pytest.fixture(scope="module")
def document(lang: Lang) -> Document:
    return compose(court_data(), lang)


@pytest.fixture(scope="module")
def content(document: Document) -> bytes:
    return to_pdf(document)


@pytest.fixture(scope="module")
def pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def _words(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _word_text(content: bytes) -> str:
    word = docx.Document(io.BytesIO(content))
    cells = (cell.text for table in word.tables for row in table.rows for cell in row.cells)
    return "\n".join([*[p.text for p in word.paragraphs], *cells])


def test_sections_follow_the_rules_that_ask_for_them(document: Document, lang: Lang) -> None:
    titles = [section.title for section in document.sections]
    assert titles[:len(SECTIONS)] == [say(f"court.{key}", lang) for key in SECTIONS]


def test_the_summary_is_one_page_and_says_the_answer(pages: list[str], lang: Lang) -> None:
    assert GROSS in pages[0]
    assert _words(say("court.check_short", lang)) in _words(pages[0])
    assert _words(f"1{say('court.commission', lang)}") in _words(pages[1])


def test_every_page_carries_the_synthetic_mark_and_its_number(pages: list[str],
                                                              lang: Lang) -> None:
    for number, page in enumerate(pages, 1):
        assert _words(say("court.synthetic", lang)) in _words(page)
        assert _words(say("court.page", lang, page=number, pages=len(pages))) in _words(page)


def test_pdf_and_word_and_page_say_the_same(document: Document, pages: list[str]) -> None:
    pdf, word = _words("".join(pages)), _words(_word_text(to_word(document)))
    page = to_html(document)
    texts = [block.text for section in document.sections for block in section.blocks
             if isinstance(block, Paragraph)]
    cells = [cell for section in document.sections for block in section.blocks
             if isinstance(block, Table) for row in block.rows for cell in row if len(cell) < 20]
    seen = _Page(page).text
    for text in (*texts, *cells):
        assert _words(text) in word
        assert _words(text) in _words(seen)
    assert sum(_words(text) in pdf for text in texts) > len(texts) * 9 // 10  # page breaks cut some


def test_the_same_document_gives_the_same_bytes(document: Document, content: bytes) -> None:
    assert to_pdf(document) == content
    assert to_word(document) == to_word(document)
    assert to_html(document) == to_html(document)


def test_a_pdf_is_archival_and_dated_by_the_case(content: bytes) -> None:
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in content
    with pypdfium2.PdfDocument(content) as pdf:
        assert "20170831" in pdf.get_metadata_dict()["CreationDate"]


def test_a_pdf_draws_its_charts_in_colour(document: Document, content: bytes) -> None:
    with pypdfium2.PdfDocument(content) as pdf:
        shares = [_blue(page.render(scale=0.4).to_numpy()) for page in pdf]
    figures = [b for s in document.sections for b in s.blocks if isinstance(b, Figure)]
    assert len(figures) == 3
    assert max(shares) > 0.005  # the blue of what counts


def _blue(pixels: np.ndarray) -> float:
    """Give the share of pixels (blue, green, red) that are near the blue of what counts."""
    near = np.abs(pixels[..., :3].astype(int) - np.array([111, 83, 36])).max(axis=-1) < 12
    return float(near.mean())


def test_chart_labels_are_in_the_pdf_as_text(pages: list[str], lang: Lang) -> None:
    drawn = _words("".join(pages))
    assert _words(say("terminal.pc", lang)) in drawn
    assert "2017-08-19" in drawn


def test_a_label_leaves_a_mark_in_a_drawing(document: Document) -> None:
    figure = next(b for s in document.sections for b in s.blocks if isinstance(b, Figure))
    values = figure.drawing["data"]["values"]
    silent = figure.drawing | {"data": {"values": [{**v, "name": " "} for v in values]}}
    assert png(figure.drawing) != png(silent)


def test_word_holds_chinese_digits_and_images() -> None:
    content = to_word(compose(court_data(), "zh"))
    word = docx.Document(io.BytesIO(content))
    text = _word_text(content)
    assert "鉴定意见" in text
    assert GROSS in text
    assert len(word.inline_shapes) == 3
    assert all(shape._inline.docPr.get("descr") for shape in word.inline_shapes)  # noqa: SLF001
    fonts = re.findall(r'w:eastAsia="([^"]+)"', word.element.xml)
    assert fonts
    assert set(fonts) == {"Noto Sans CJK SC"}


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def _hostile(scope: Scope = "parties") -> Document:
    return compose(court_data(samples.hostile(HOSTILE), HOSTILE), "en", scope)


def test_hostile_text_adds_no_element_to_the_page() -> None:
    harmless = compose(court_data(samples.hostile("x"), "x"), "en")
    assert _Page(to_html(_hostile())).tags == _Page(to_html(harmless)).tags


@pytest.mark.parametrize("scope", ["parties", "public", "annex"])
def test_hostile_text_is_shown_as_it_is_in_a_pdf(scope: Scope) -> None:
    with pypdfium2.PdfDocument(to_pdf(_hostile(scope))) as pdf:
        text = _words("".join(page.get_textpage().get_text_bounded() for page in pdf))
    assert '#panic("x")*b*$x$<script>' in text
    assert r"\x00\x1b[31m\u202e\u200b" in text


def test_hostile_text_is_shown_as_it_is_in_word() -> None:
    text = _word_text(to_word(_hostile()))
    assert '#panic("x") *b* $x$ <script>alert(1)</script>' in text
    assert r"\x00\x1b[31m\u202e\u200b" in text


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts(each)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _texts(getattr(value, name))


def test_no_unseen_character_reaches_any_view() -> None:
    said = "".join(_texts(_hostile()))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b\u202e]", said)


def test_the_public_version_teaches_nobody_how_to_pass(lang: Lang) -> None:
    said = " ".join(_texts(compose(court_data(text="secret-text"), lang, "public")))
    whole = " ".join(_texts(compose(court_data(text="secret-text"), lang)))
    for taught in ("fewest events in the group", "组内最少事件数", "pymispwarninglists",
                   "[[stage]]", "SELECT 1"):
        assert taught not in said
    assert "[[stage]]" in whole
    assert say("court.annex_commit", lang, sha256=samples.SHA) in said


def test_an_annex_holds_what_the_public_version_leaves_out(lang: Lang) -> None:
    said = " ".join(_texts(compose(court_data(), lang, "annex")))
    assert "[[stage]]" in said
    assert "SELECT 1" in said
    assert "pymispwarninglists" in said
    assert say("court.annex_opening", lang, value=samples.SHA) in said


def test_what_nobody_stated_is_said_to_be_not_stated(document: Document, lang: Lang) -> None:
    rows = document.sections[7].blocks[1].rows  # type: ignore[union-attr]
    assert rows[4][1].endswith(say("court.stated", lang, text="text"))
    assert rows[0][1].endswith(say("court.not_stated", lang))
