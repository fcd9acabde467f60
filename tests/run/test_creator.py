"""A creator's page: every event of the item once, no viewer, no threshold, and the recount."""

import re
from pathlib import Path

import pytest
from tests.run.cases import CHROME, decide, row

from truetally.errors import InputError
from truetally.report.creator import creator_document
from truetally.report.document.pdf import to_pdf
from truetally.report.document.web import to_html
from truetally.report.words import LANGS, Lang
from truetally.run.appeal import read_appeal
from truetally.run.creator import creator_page
from truetally.run.restate import Asked, restate

ITEM = "<b>片名</b>\u202e"
ROBOT = "SomeBot/1.0"
SECRETS = ("203.0.113.9", "198.51.100.7", "acc-secret", "dev-secret", CHROME, ROBOT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("creator")
    rows = [row(n * 100, item_id=ITEM, account_id=f"acc-secret{n}", device_id="dev-secret")
            for n in range(6)]
    rows += [row(n * 90 + 5, item_id=ITEM, ip="198.51.100.7", user_agent=ROBOT, account_id=f"r{n}")
             for n in range(4)]
    rows += [row(31, item_id=ITEM, watched_ms=900), row(7, item_id="other")]
    decide(place, rows)
    return place


def test_every_event_of_the_item_is_told_once(folder: Path) -> None:
    told = creator_page(folder / "case", ITEM)
    whole = told.whole
    assert whole.events == whole.counted + whole.not_counted + whole.void == 11
    assert sum(r.events for r in told.reasons) == whole.not_counted + whole.void
    assert {r.code: r.events for r in told.reasons}["declared-robot"] == 4
    assert sum(m.events for m in told.months) == whole.events


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_names_no_viewer_and_escapes_the_item(folder: Path, lang: Lang) -> None:
    page = to_html(creator_document(creator_page(folder / "case", ITEM), lang))
    assert not [secret for secret in SECRETS if secret in page]
    assert "<b>片名" not in page
    assert "\u202e" not in page
    assert "&lt;b&gt;片名" in page
    assert "<script" not in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_tells_reason_innocent_causes_and_how_to_appeal(folder: Path, lang: Lang) -> None:
    told = creator_page(folder / "case", ITEM)
    page = re.sub(r"\s+", " ", to_html(creator_document(told, lang)))
    for reason in told.reasons:
        text = reason.zh if lang == "zh" else reason.en
        assert text.title in page
        assert text.innocent[:20] in page
    assert ("如何申诉" if lang == "zh" else "How to appeal") in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_paper_is_a_pdf_and_the_same_bytes_twice(folder: Path, lang: Lang) -> None:
    document = creator_document(creator_page(folder / "case", ITEM), lang)
    made = to_pdf(document)
    assert made.startswith(b"%PDF")
    assert made == to_pdf(document)


def test_after_an_appeal_both_cases_show_the_recount(folder: Path) -> None:
    (folder / "appeal.toml").write_text(
        'id = "7"\nparty = "P"\ndecided_by = "Q"\ndecided_on = 2026-11-20\nwhy = "our own test"\n'
        f'[[withdraw]]\ncriterion = "declared-robot"\nitems = ["{ITEM}"]\n', "utf-8")
    made = restate(folder / "case", Asked(appeals=(read_appeal(folder / "appeal.toml"),)))
    above, below = creator_page(folder / "case", ITEM), creator_page(made, ITEM)
    assert above.recounts[0].result == below.whole
    assert (below.first, below.whole.counted) == (above.whole, above.whole.counted + 4)
    for told in (above, below):
        page = to_html(creator_document(told, "en"))
        assert "our own test" in page
        assert f">{below.whole.counted}<" in page
        assert f">{above.whole.counted}<" in page
    assert creator_page(folder / "case", "other").recounts == ()


def test_an_item_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="no such item"):
        creator_page(folder / "case", "nothing")
