"""`truetally show --for-creator`: one item's page for whoever made it."""

from pathlib import Path

from truetally.commands.drawing import checked_ending
from truetally.errors import InputError, problem
from truetally.report.words import Lang

_ENDINGS = (".html", ".pdf")


def for_creator(case: Path, item: str | None, out: Path | None, lang: Lang, *,
                as_json: bool) -> None:
    """Write the page of an item for its creator, and say where it is.

    Raises:
        InputError: no item is named, or the case has none of that name.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.creator import creator_document
    from truetally.report.document.pdf import to_pdf
    from truetally.report.document.web import to_html
    from truetally.report.plain import plain
    from truetally.report.safe import message
    from truetally.report.words import say
    from truetally.run.case import write_aside
    from truetally.run.creator import creator_page

    if item is None:
        raise InputError(problem("which item is not said", where="--for-creator",
                                 expected="--item ID", then="name the item"))
    told = creator_page(case, item)
    path = checked_ending(out, _ENDINGS)
    if path or not as_json:
        path = path or Path("for-creator.html")
        document = creator_document(told, lang)
        content = to_pdf(document) if path.suffix.lower() == ".pdf" else to_html(
            document).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_aside(path, content)
    if as_json:
        show_json({"for_creator": plain(told)})
    else:
        show(message(f"{say('map.written', lang)} {path}"))
