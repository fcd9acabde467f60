"""Terminal views: every figure is there, in both languages, and no text acts on the terminal."""

import io
import unicodedata
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType
from tests.report import samples

from truetally.events.propose import Guess, Note, Proposal
from truetally.events.sufficiency import MONEY, PROOF, sufficiency
from truetally.report.data import Explanation, Signal, Text
from truetally.report.labels import label
from truetally.report.progress import Silent
from truetally.report.terminal import (
    criteria_view,
    criterion_view,
    explanation_view,
    lines_view,
    summary_view,
)
from truetally.report.terminal.mapping import claim_titles, mapping_view
from truetally.report.terminal.progress import watched
from truetally.report.words import LANGS, Lang

TITLES = {view.code: view.en.title for view in samples.CRITERIA}
BAD = samples.HOSTILE


def seen(view: RenderableType, *, width: int = 200) -> str:
    """Print a view as the command line does."""
    out = io.StringIO()
    Console(file=out, width=width, markup=False, highlight=False, emoji=False,
            ).print(view, crop=False)
    return out.getvalue()


def hostile_views(lang: Lang) -> list[RenderableType]:
    data = samples.hostile()
    signal = Signal(code=BAD, title=Text(en=BAD, zh=BAD), klass="SIVT", basis="rule",
                    family="origin", stage=BAD, status="flagged", measured={BAD: BAD},
                    thresholds={BAD: (BAD,)}, key={BAD: BAD}, entry=BAD)
    event: Explanation = replace(samples.EXPLANATION, source=BAD, original=BAD, primary=BAD,
                                 event={"user_agent": BAD, BAD: True}, signals=(signal,))
    summary = replace(data.summary, reasons={BAD: 1}, not_applicable={BAD: (BAD,)})
    return [summary_view(summary, lang, {BAD: BAD}),
            lines_view("item", data.by_item, lang, {}), explanation_view(event, lang),
            criteria_view(data.criteria, lang), criterion_view(data.criteria[0], lang),
            mapped(BAD, lang)]


def mapped(text: str, lang: Lang) -> RenderableType:
    """Show a proposed mapping with `text` wherever data can put one."""
    guess = Guess(column=text, target="item_id", confidence_permille=950,
                  why=Note(code="part", values={"part": text}))
    proposal = Proposal(kind="csv", toml="", guesses=(guess,), present=("item_id",),
                        missing=("time_ms",),
                        notes=(Note(code="no_column", values={"name": text}),))
    support = sufficiency({"item_id", "time_ms"}, {"plugin-list": ("plugins",), "any": ("day",)})
    return mapping_view(text, proposal, support, lang,
                        {"plugin-list": "Plugins P", "any": "Any A", **claim_titles(support, lang)})


@pytest.mark.parametrize("lang", LANGS)
def test_no_view_sends_what_a_terminal_would_act_on(lang: Lang) -> None:
    for view in hostile_views(lang):
        text = seen(view)
        kinds = {unicodedata.category(c) for c in text.replace("\n", "")}
        assert not kinds & {"Cc", "Cf", "Cs", "Co"}
        assert "\\x1b[31m" in text


@pytest.mark.parametrize("lang", LANGS)
def test_markup_in_data_is_shown_and_not_read(lang: Lang) -> None:
    assert all("[red]" in seen(view) for view in hostile_views(lang))


@pytest.mark.parametrize("lang", LANGS)
def test_the_summary_shows_every_count_reason_warning_and_hash(lang: Lang) -> None:
    s = replace(samples.SUMMARY, not_applicable={"automation_flag": ("automation",)})
    text = seen(summary_view(s, lang, TITLES))
    counts = (s.events, s.gross, s.net, s.total_net, s.not_counted, s.givt, s.sivt, s.undetermined,
              s.suspect, s.unique_items or 0, *s.reasons.values())
    assert all(f"{count:,}" in text for count in counts)
    assert all(known in text for known in (s.digest, s.policy_sha256, s.sources[1].sha256, "96.2 %",
                                           "automation_flag", "A warning in one language."))


def test_a_breakdown_leaves_out_columns_that_say_nothing_and_tells_how_many_lines_follow() -> None:
    lines = [samples.line(f"item-{n}", 100, 1, 2) for n in range(60)]
    text = seen(lines_view("item", lines, "en", {}))
    assert "Not counted" not in text
    assert "Suspect" in text
    assert "item-49" in text
    assert "item-50" not in text
    assert "and 10 more" in text


def test_an_explanation_puts_measured_values_beside_thresholds_and_flagged_signals_first() -> None:
    event = replace(samples.EXPLANATION, signals=samples.EXPLANATION.signals[::-1])
    text = seen(explanation_view(event, "en"))
    row = next(line for line in text.splitlines() if "Stay-time heaping " in line and "58" in line)
    assert "n 60, top 58" in row
    assert "least 30, share_permille 800" in row
    assert text.index("top 58") < text.index("not flagged") < text.index("Original row")
    assert "2017-08-31T00:00:00.000Z" in text
    assert event.original in text


def test_a_long_original_row_is_shown_whole() -> None:
    event = replace(samples.EXPLANATION, original="x" * 90_000)
    assert seen(explanation_view(event, "en")).splitlines()[-1] == "x" * 90_000


def test_a_mapping_says_what_is_supported_what_not_and_what_to_collect() -> None:
    lines = [" ".join(line.split()) for line in seen(mapped("vid", "en")).splitlines()]
    assert "vid item_id 95.0 % the name contains 'vid'" in lines
    assert "Any A supported" in lines
    assert "Plugins P not supported plugins" in lines
    assert "Damages by number and price supported" in lines
    assert any(line.startswith("plugins 3 ") and "Plugins P" in line for line in lines)
    assert "Required, not found time_ms" in lines


def test_labels_name_terminals_provinces_and_criteria_and_leave_the_rest() -> None:
    assert label("terminal", "tv", "zh") == "电视"
    assert label("terminal", "fridge", "en") == "fridge"
    assert label("region", "320500", "en") == "Jiangsu 320500"
    assert label("region", "990000", "en") == "990000"
    assert label("reason", "double_click", "en", TITLES) == "Double-click"
    assert label("item", None, "zh") == "未知"


@pytest.mark.parametrize("lang", LANGS)
def test_every_claim_has_a_name_of_its_own(lang: Lang) -> None:
    names = claim_titles(sufficiency((), {}), lang)
    assert set(names) == {*MONEY, *PROOF}
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("lang", LANGS)
def test_every_province_has_a_name_of_its_own(lang: Lang) -> None:
    named = [name for name in (label("region", f"{code}0000", lang) for code in range(10, 100))
             if not name.isdigit()]
    assert len(set(named)) == 34


def test_progress_is_silent_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with watched() as progress:
        progress.stage("read", 10)
        progress.advance(10)
    assert isinstance(progress, Silent)
    assert capsys.readouterr() == ("", "")


def test_progress_is_shown_where_somebody_looks(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with watched() as progress:
        progress.stage("read \x1b]0;owned\x07[red]", 10)
        progress.advance(4)
        progress.stage("decide", None)
        progress.advance(7)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "decide" in shown.err
    assert "10/10" in shown.err
    assert "7/7" in shown.err
    assert "\\x1b]0;owned\\x07[red]" in shown.err
    assert "\x07" not in shown.err


def test_progress_is_silent_when_asked_to_be(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with watched(quiet=True) as progress:
        progress.stage("read", 10)
    assert capsys.readouterr().err == ""
