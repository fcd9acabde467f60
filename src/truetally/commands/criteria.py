"""`truetally criteria`: list the criteria, or show the page of one."""

from typing import Annotated

import typer

from truetally.commands.options import JsonOption, LangOption
from truetally.errors import InputError, problem

CodeArgument = Annotated[str | None, typer.Argument(
    metavar="CODE", help="Code of the criterion to document.", show_default=False)]


def criteria(code: CodeArgument = None, *, json: JsonOption = False,
             lang: LangOption = "en") -> None:
    """List the criteria, or document one.

    A page says what the criterion finds, what that shows, which innocent causes look the same,
    where it comes from, and its parameters.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.criteria import all_criteria
    from truetally.report.plain import plain
    from truetally.report.terminal.criteria import criteria_view, criterion_view
    from truetally.report.words import checked_lang
    from truetally.run.report_data import criterion_view as page_of

    tongue, known = checked_lang(lang), all_criteria()
    if code is not None and code not in known:
        raise InputError(problem("unknown criterion", where="CODE", found=repr(code),
                                 expected=f"one of {', '.join(sorted(known))}",
                                 then="list them with: truetally criteria"))
    views = [page_of(each) for name, each in sorted(known.items()) if code in (None, name)]
    if json:
        show_json({"criteria": plain(views)})
    else:
        show(criteria_view(views, tongue) if code is None else criterion_view(views[0], tongue))
