"""`truetally show`: the counts of a case, whole or broken down."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truetally.commands.options import CaseArgument, JsonOption, LangOption
from truetally.errors import InputError, problem

if TYPE_CHECKING:
    from truetally.report.data import By
    from truetally.report.words import Lang

ByOption = Annotated[str | None, typer.Option(
    "--by", metavar="day|item|reason|terminal|region", help="Break the counts down.")]
ItemOption = Annotated[str | None, typer.Option(
    "--item", metavar="ID", help="One item alone.")]
LimitOption = Annotated[int, typer.Option(
    "--limit", min=1, metavar="N", help="Most lines of a table; JSON has them all.")]
CreatorOption = Annotated[bool, typer.Option("--for-creator", help=(
    "Write the item's page for its creator: what was left out, why, and how to appeal."))]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=(
    "Where the creator's page goes, .html or .pdf; left out: for-creator.html here."))]


def show(case: CaseArgument, by: ByOption = None, item: ItemOption = None,
         limit: LimitOption = 50, *, for_creator: CreatorOption = False, out: OutOption = None,
         json: JsonOption = False, lang: LangOption = "en") -> None:
    """Show the counts of a case.

    The whole, or by day, item, reason, terminal or region; an item alone is shown by day.
    """
    if for_creator:
        from truetally.commands.creator import for_creator as write_page

        _with_creator_only(by)
        write_page(case, item, out, _lang(lang), as_json=json)
        return
    from truetally.commands.show_text import show as print_views
    from truetally.commands.show_text import show_json
    from truetally.commands.titles import titles
    from truetally.report.plain import plain, summary_json
    from truetally.report.terminal.counts import lines_view, summary_view, windows_view
    from truetally.report.words import checked_lang
    from truetally.run import breakdown, load_summary, podcast_windows
    from truetally.run.custody import record_reading

    tongue, key = checked_lang(lang), _checked_by(by, item)
    summary = load_summary(case)
    record_reading(case, "show")
    lines = breakdown(case, key, item) if key else []
    windows = podcast_windows(case) if not key else None
    if json:
        more = {"by": key, "item": item, "lines": plain(lines)} if key else {}
        more |= {"podcast_windows": plain(windows)} if windows else {}
        show_json({**summary_json(summary), **more})
    elif key:
        print_views(lines_view(key, lines, tongue, titles(tongue), limit))
    else:
        print_views(summary_view(summary, tongue, titles(tongue)))
        if windows:
            print_views(windows_view(windows.calendar, windows.first_touch, windows.last_touch,
                                     tongue))


def _lang(text: str) -> "Lang":
    from truetally.report.words import checked_lang

    return checked_lang(text)


def _with_creator_only(by: str | None) -> None:
    if by is not None:
        raise InputError(problem("two different things are asked for", where="--for-creator",
                                 found=f"--by {by!r}", then="leave one of them out"))


def _checked_by(by: str | None, item: str | None) -> "By | None":
    """Return the breakdown asked for; an item alone is shown by day. Raises InputError."""
    from truetally.report.data import BY

    asked = by or ("day" if item is not None else None)
    for known in BY:
        if asked == known:
            return known
    if asked is not None:
        raise InputError(problem("unknown breakdown", where="--by", expected=" or ".join(BY),
                                 found=repr(asked), then="choose one of them"))
    return None
