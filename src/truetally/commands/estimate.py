"""`truetally estimate`: how many fakes cannot be named, as three numbers with intervals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truetally.commands.drawing import FromOption, ToOption
from truetally.commands.options import CaseArgument, JsonOption, LangOption

if TYPE_CHECKING:
    from rich.console import RenderableType

    from truetally.report.words import Lang
    from truetally.run.estimate import Estimate
    from truetally.run.look_alikes import LookAlikes

ItemOption = Annotated[str | None, typer.Option(
    "--item", metavar="ID", help="Show one item; the bounds hold for all items all the same.")]
AuditOption = Annotated[Path | None, typer.Option("--audit", metavar="FILE.csv", help=(
    "Examiners' labels of a random sample: columns event_id, verdict (valid, invalid, "
    "cannot_tell)."))]
LooksOption = Annotated[int, typer.Option("--look-alikes", min=0, max=10_000, metavar="N", help=(
    "Also rank N devices that resemble confirmed ones, for a person to look at. Decides nothing. "
    "Needs the extra `ranking`."))]
_MOST_DRAWN = 15


def estimate(case: CaseArgument, *, item: ItemOption = None, first: FromOption = None,
             last: ToOption = None, audit: AuditOption = None, look_alikes: LooksOption = 0,
             json: JsonOption = False, lang: LangOption = "en") -> None:
    """Estimate the fakes that no verdict names.

    A lower bound, an interval from a labelled sample, and plays beyond the expected: three numbers
    that are never added together, each with what it assumes and what would void it. Writes them
    into the case's folder `estimate`, with a drawing.
    """
    from truetally.commands.show_text import show, show_json
    from truetally.report.estimate import parts
    from truetally.report.terminal.estimate import parts_view
    from truetally.report.terminal.progress import watched
    from truetally.report.words import checked_lang, say
    from truetally.run.custody import manifest_input, named, record
    from truetally.run.estimate import estimate_case, estimate_json
    from truetally.run.look_alikes import rank_look_alikes
    from truetally.run.period import parse_period

    tongue = checked_lang(lang)
    with watched(quiet=json) as progress:
        found = estimate_case(case, item=item, period=parse_period(first, last), labels=audit,
                              progress=progress)
        looks = rank_look_alikes(case, look_alikes) if look_alikes else None
    files = _write(case, found, looks, tongue)
    record(case, "estimate", inputs=[*manifest_input(case), *([named(audit)] if audit else [])],
           outputs=[path.relative_to(case) for path in files])
    if json:
        show_json({**estimate_json(found), "look_alikes": looks.as_json() if looks else None,
                   "files": [str(path) for path in files]})
        return
    show(*_notes(found, tongue), parts_view(parts(found.lower, found.sample, found.counterfactual,
                                                  tongue)),
         *([_looks_view(looks, tongue)] if looks else []), "",
         say("estimate.written", tongue) + f"  {files[0].parent}")


def _notes(found: "Estimate", lang: "Lang") -> list[str]:
    from truetally.report.words import say

    return [say("estimate.never_added", lang),
            *([say("estimate.synthetic", lang)] if found.synthetic else []),
            *([say("page.uncalibrated", lang)] if found.uncalibrated else [])]


def _write(case: Path, found: "Estimate", looks: "LookAlikes | None", lang: "Lang") -> list[Path]:
    """Write the numbers, the page and the drawing below the case's folder `estimate`."""
    from truetally.charts.draw_estimate import draw_estimate
    from truetally.charts.render import render
    from truetally.report.estimate import parts
    from truetally.report.figure.page import figure_page
    from truetally.report.safe import for_json
    from truetally.report.words import say
    from truetally.run.case import write_aside
    from truetally.run.estimate import estimate_json

    folder = case / "estimate"
    folder.mkdir(exist_ok=True)
    told = parts(found.lower, found.sample, found.counterfactual, lang)
    chart = draw_estimate(_rows(found, lang), _words(found, lang))
    svg = render(chart, "svg")
    said = [line for part in told for line in (part.title, *part.says)]
    page = figure_page(say("estimate.title", lang), [*_notes(found, lang), *said], svg,
                       [part.sheet for part in told if part.sheet], lang)
    content = {"estimate.json": (for_json(estimate_json(found)) + "\n").encode(),
               "estimate.html": page.encode(), "estimate.svg": svg,
               "estimate.png": render(chart, "png")}
    if looks:
        content["look-alikes.csv"] = looks.as_csv().encode()
    for name, what in content.items():
        write_aside(folder / name, what)
    return [folder / name for name in content]


def _rows(found: "Estimate", lang: "Lang") -> list[Any]:
    """Choose the titles of the last window with the largest bounds, then the largest excess."""
    from truetally.report.estimate import name

    if not found.lower:
        return []
    more = {one.item: (one.more_lower, one.more, one.more_upper)
            for one in found.counterfactual[-1].items}
    items = sorted(found.lower[-1].items, key=lambda one: (
        -one.fakes, -more.get(one.item, (0, 0, 0))[1], -one.plays, one.item))[:_MOST_DRAWN]
    return [(name(one.item, lang), one.plays, one.fakes, more.get(one.item)) for one in items]


def _words(found: "Estimate", lang: "Lang") -> dict[str, str]:
    from truetally.report.safe import visible
    from truetally.report.words import say
    from truetally.run.words import chart_words

    own = {name: say(f"estimate.{name}", lang) for name in (
        "title", "never_added", "chart_plays", "chart_bound", "chart_more")}
    return chart_words(lang) | own | {
        "subtitle": say("estimate.subtitle", lang, case=visible(found.case, 80))}


def _looks_view(looks: "LookAlikes", lang: "Lang") -> "RenderableType":
    from truetally.report.estimate import Part
    from truetally.report.figure.page import Sheet
    from truetally.report.safe import visible
    from truetally.report.shares import grouped, of_permille
    from truetally.report.terminal.estimate import parts_view
    from truetally.report.words import say

    title = say("estimate.look_title", lang)
    heads = ("look_device", "look_score", "look_plays", "look_items")
    sheet = Sheet(title=title, heads=tuple(say(f"estimate.{head}", lang) for head in heads),
                  rows=tuple((visible(one.device, 60), str(one.score_permille),
                              grouped(one.plays), grouped(one.items)) for one in looks.devices))
    said = say("estimate.look_caution", lang, confirmed=grouped(looks.confirmed),
               devices=grouped(looks.known), held=of_permille(looks.held_permille))
    return parts_view([Part(title=title, says=(said,), sheet=sheet)])
