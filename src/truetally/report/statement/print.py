"""A statement as PDF/A, set by Typst: the same statement gives the same bytes.

The page takes its date from the statement, its font from a package and nothing from the machine.
"""

import datetime
import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from truetally.errors import InputError, problem
from truetally.report.safe import visible
from truetally.report.shares import grouped
from truetally.report.statement.cells import kind_title, reason_title
from truetally.report.statement.facts import (
    statement_facts,
    statement_money,
    statement_warnings,
)
from truetally.report.words import Lang, say
from truetally.settlement.money import exact
from truetally.settlement.statement import Line
from truetally.settlement.statement_data import Statement

MOST_LINES = 2_000  # on paper; the others are added up there and listed in CSV and XLSX
_HEADS = ("period", "item_id", "gross", "void", "undetermined", "valid", "payable_plays", "full",
          "held_back", "release_day", "due", "paid_before", "pay_now", "claw_back")


def statement_pdf(s: Statement, lang: Lang, titles: dict[str, str],
                  most_lines: int = MOST_LINES) -> bytes:
    """Set a statement as PDF/A-2b, A4 across, with its first `most_lines` lines and a sum of the
    others.

    Raises:
        InputError: the packages of the extra `report` are not installed.
    """
    with TemporaryDirectory(prefix="truetally-") as temp:
        template = (resources.files(__package__) / "statement.typ").read_text("utf-8")
        (Path(temp) / "statement.typ").write_text(template, "utf-8")
        data = json.dumps(_data(s, lang, titles, most_lines), ensure_ascii=True, sort_keys=True)
        (Path(temp) / "data.json").write_text(data, "utf-8")
        return _set(Path(temp), datetime.date.fromisoformat(s.as_of))


def fonts() -> Path:
    """Return the folder of the font, after looking that all packages of a PDF are there.

    Raises:
        InputError: one is not installed.
    """
    try:
        import manimgx_fonts_cjk
        import typst
    except ImportError as error:
        raise InputError(problem("a PDF needs packages that are not installed",
                                 expected="the extra report",
                                 then="pip install 'truetally[report]', or take --format csv"
                                 )) from error
    del typst
    return Path(manimgx_fonts_cjk.__file__).parent


def _set(folder: Path, day: datetime.date) -> bytes:
    font_folder = fonts()
    import typst

    noon = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC)
    made: bytes = typst.compile(
        folder / "statement.typ", root=folder, font_paths=[font_folder],
        ignore_system_fonts=True, format="pdf", pdf_standards="a-2b",
        timestamp=int(noon.timestamp()), package_path=folder, package_cache_path=folder)
    return made


def _data(s: Statement, lang: Lang, titles: dict[str, str], most_lines: int) -> dict[str, Any]:
    """Give the template its texts; it holds no word of its own."""
    shown, rest = s.lines[:most_lines], s.lines[most_lines:]
    p = s.totals.plays
    plays = [(say(f"statement.{name}", lang), grouped(n)) for name, n in (
        ("gross", p.gross), ("void", p.voided), ("undetermined", p.undetermined),
        ("valid", p.valid), ("suspect", p.suspect), ("not_counted", p.not_counted))]
    reasons = [(visible(reason_title(code, lang, titles)), grouped(n))
               for code, n in sorted(p.void.items(), key=lambda pair: (-pair[1], pair[0]))]
    rows = [_row(line, lang) for line in shown]
    if rest:
        rows.append(_sum(rest, say("statement.more", lang, number=grouped(len(rest)))))
    return {
        "lang": lang, "title": say("statement.title", lang), "day": s.as_of,
        "facts": [[name, visible(value)] for name, value in statement_facts(s, lang)],
        "warnings": [visible(w) for w in statement_warnings(s, lang)],
        "money_title": say("statement.amounts", lang), "currency": s.contract.currency,
        "money": [[name, _grouped_money(value)] for name, value in statement_money(s, lang)],
        "plays_title": say("statement.plays", lang), "plays": plays,
        "reasons_title": say("statement.void_by_reason", lang), "reasons": reasons,
        "heads": [say(f"statement.{name}", lang) for name in _HEADS], "rows": rows,
        "total": _sum(s.lines, say("statement.total", lang)),
        "formula": say("statement.formula", lang),
        "signs": [say("statement.payer", lang), say("statement.payee", lang)],
        "sign": say("statement.sign", lang),
        "foot": visible(f"{s.number or say('statement.draft', lang)}  {s.basis.digest[:16]}")}


def _row(line: Line, lang: Lang) -> list[str]:
    p = line.plays
    what = visible(line.name) if line.kind == "item" else kind_title(line, lang)
    counts = (p.gross, p.voided, p.undetermined, p.valid, line.payable_plays)
    return [visible(line.period), what,
            *[grouped(n) if line.kind == "item" else "" for n in counts],
            _amount(line.full_nano), _amount(line.held_back_nano),
            str(line.release_day or ""), _amount(line.due_nano), _amount(line.paid_before_nano),
            _amount(line.pay_now_nano), _amount(line.claw_back_nano)]


def _sum(lines: Sequence[Line], title: str) -> list[str]:
    counts = [sum(x.plays.gross for x in lines), sum(x.plays.voided for x in lines),
              sum(x.plays.undetermined for x in lines), sum(x.plays.valid for x in lines),
              sum(x.payable_plays for x in lines)]
    money = {name: sum(getattr(x, f"{name}_nano") for x in lines) for name in (
        "full", "held_back", "due", "paid_before", "pay_now", "claw_back")}
    return ["", title, *map(grouped, counts), _amount(money["full"]), _amount(money["held_back"]),
            "", *[_amount(money[n]) for n in ("due", "paid_before", "pay_now", "claw_back")]]


def _amount(nano: int) -> str:
    return _grouped_money(exact(nano))


def _grouped_money(text: str) -> str:
    """Group the thousands of a decimal text."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, places = digits.split(".")
    return f"{sign}{int(whole):,}.{places}"
