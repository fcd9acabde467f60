"""An attribution in the terminal: the chain, the look-ups, the strength, the answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Cell

from truetally.report.chain import notes
from truetally.report.ppb import ratio, share
from truetally.report.shares import grouped
from truetally.report.terminal.cells import cell, facts, table
from truetally.report.words import Lang, say

_LISTED = 10
_STATUS = {"answered": "green", "open": "yellow", "unanswerable": "dim"}


def attribution_view(results: Mapping[str, Any], lang: Lang) -> RenderableType:
    """Show what must be known first, each signature, what stands beside the log, the answers."""
    parts: list[RenderableType] = [
        Cell.assemble(("! ", "bold yellow"), cell(note, cap=600)) for note in notes(results, lang)]
    for signature in results["signatures"]:
        parts += [Cell(), *_signature(signature, lang)]
    if len(results["signatures"]) > 1:
        parts += [Cell(), _together(results, lang)]
    if results["captures"] or results["tasks"]:
        parts += [Cell(), _matches(results, lang)]
    parts += [Cell(), _orders(results["orders"], lang)] if results["orders"] else []
    parts += [_tests(results["test_orders"], lang)] if results["test_orders"] else []
    return Group(*parts, Cell(), _answers(results["answers"], lang))


def _signature(s: Mapping[str, Any], lang: Lang) -> list[RenderableType]:
    return [_head(s, lang), _reverse(s["reverse"], lang), _missing(s["reverse"], lang),
            _strength(s["strength"], s["sets"]["bearing_devices"], lang), _controls(s, lang)]


def _head(s: Mapping[str, Any], lang: Lang) -> Table:
    made, sets = facts(), s["sets"]
    proposed = f" ({say('attribution.proposed', lang)})" if s["proposed"] else ""
    made.add_row(say("attribution.signature", lang), cell(
        f"{s['name']} r{s['revision']}{proposed}  {s['sha256']}", "bold"))
    made.add_row(say("attribution.frozen", lang), cell(s["frozen"]["at"]))
    if s["frozen"]["changed_after"]:
        made.add_row("", Cell(say("attribution.changed", lang), "yellow"))
    for key, name in (("period", "period_events"), ("bearing", "bearing_events"),
                      ("devices", "devices"), ("taken", "events"), ("items", "items"),
                      ("outside", "outside_events")):
        made.add_row(say(f"attribution.{key}", lang), grouped(sets[name]))
    made.add_row(say("attribution.strings", lang), say(
        "attribution.strings_found", lang, found=s["strings"]["found"],
        texts=s["strings"]["searched"],
        places=grouped(sum(len(text["places"]) for text in s["strings"]["texts"]))))
    return made


def _reverse(found: Mapping[str, Any], lang: Lang) -> Table:
    made = table(say("attribution.looked_up", lang), say("attribution.distinct", lang),
                 say("attribution.found", lang), say("attribution.not_found", lang),
                 right=(1, 2, 3))
    for column, counts in found["columns"].items():
        made.add_row(column, *[grouped(counts[k]) for k in ("distinct", "found", "not_found")])
    return made


def _missing(found: Mapping[str, Any], lang: Lang) -> RenderableType:
    """List what was not found: the first, and how many more the results have."""
    rows = [r for r in found["values"] if not r["found"]]
    if not found["values"]:
        return Group()
    if not rows:
        return Cell(say("attribution.none_missing", lang), "green")
    made = table(say("attribution.missing_values", lang), "", say("attribution.events", lang),
                 right=(2,))
    for row in rows[:_LISTED]:
        made.add_row(row["column"], cell(row["value"]), grouped(row["events"]))
    more = len(rows) - _LISTED
    return Group(made, say("terms.more", lang, number=grouped(more))) if more > 0 else made


def _strength(s: Mapping[str, Any], found: int, lang: Lang) -> RenderableType:
    said: list[RenderableType] = [Cell(say(f"attribution.{s['evidence']}", lang), "yellow")]
    if not s["references"]:
        key = "no_reference" if found else "nothing"
        return Group(*said, Cell(say(f"attribution.{key}", lang), "yellow"))
    made = table(say("attribution.strength", lang), "n", say("attribution.found", lang),
                 say("attribution.base_rate", lang), say("attribution.ratio", lang),
                 say("attribution.words", lang), right=(1, 2, 3, 4))
    free = say("attribution.unbounded", lang)
    for r in s["references"]:
        made.add_row(reference(r["reference"], lang), grouped(r["devices"]),
                     grouped(r["bearing"]), share(r["base_upper_ppb"]),
                     f"{ratio(r['ratio_lower'], free)} – {ratio(r['ratio_upper'], free)}",
                     say(f"verbal.{r['verbal']}", lang))
    said += [made, Cell(say("attribution.weakest", lang, devices=grouped(found), innocent=grouped(
        s["reference"]["innocent_upper"]))), Cell(say("attribution.worthless", lang,
                                                     rate=share(s["worthless_ppb"])))]
    assumed = table(say("attribution.assumed", lang), say("attribution.ratio", lang),
                    say("attribution.words", lang), say("attribution.innocent", lang),
                    right=(1, 3))
    for a in s["sensitivity"]:
        assumed.add_row(share(a["base_ppb"]), ratio(a["ratio"], free),
                        say(f"verbal.{a['verbal']}", lang), grouped(a["innocent"]))
    return Group(*said, assumed)


def reference(name: str, lang: Lang) -> str:
    """Name a reference; of several other logs, with its number."""
    key, _, number = name.partition("elsewhere_")
    return f"{say('reference.elsewhere', lang)} {number}" if number else \
        say(f"reference.{key}", lang)


def _controls(s: Mapping[str, Any], lang: Lang) -> Table:
    made, held, decoys = facts(), s["held_out"], s["controls"]["decoys"]
    for key, part in (("own", held["bearing"]), ("neutral", held["neutral"])):
        made.add_row(say(f"attribution.{key}", lang),
                     f"{grouped(part['devices'])} / {grouped(part['of'])}  "
                     f"{share(part['share_ppb'])}")
    if decoys["as_good"] is not None:
        made.add_row(say("attribution.decoys", lang, drawn=decoys["drawn"]),
                     grouped(decoys["as_good"]))
    before = s["controls"]["before"]
    if before:
        made.add_row(say("attribution.before", lang),
                     f"{grouped(before['bearing'])} / {grouped(before['devices'])}")
    return made


def _together(results: Mapping[str, Any], lang: Lang) -> RenderableType:
    made = facts()
    for key in ("taken", "devices", "items"):
        name = "events" if key == "taken" else key
        made.add_row(say(f"attribution.{key}", lang), grouped(results[name]))
    return Group(Cell(say("attribution.together", lang), "dim"), made)


def _matches(results: Mapping[str, Any], lang: Lang) -> RenderableType:
    made = table(say("attribution.matches", lang), "n", say("attribution.pages", lang),
                 *[say(f"attribution.{k}", lang) for k in ("one", "several", "none", "chance")],
                 right=(1, 2, 3, 4, 5, 6))
    hidden = 0
    for kind in ("captures", "tasks"):
        if results[kind]:
            m = results[kind]["matched"]
            chance = -(-m["by_chance"] // max(1, m["shifts"]))
            made.add_row(f"{say(f'attribution.{kind}', lang)}, " + say(
                "attribution.within", lang, ms=grouped(results[kind]["clock_offset_ms"])),
                *[grouped(m[k]) for k in ("sightings", "pages", "one", "several", "none")],
                grouped(chance))
            hidden += sum(f.get("tls_greetings", 0) for f in results[kind]["files"])
    said = [Cell(say("attribution.tls", lang, connections=grouped(hidden)), "dim")] \
        if hidden else []
    return Group(made, *said)


def _orders(o: Mapping[str, Any], lang: Lang) -> RenderableType:
    e = o["excess"]
    numbers = {k: grouped(o[k]) for k in ("orders", "on_log", "delivered", "agreeing",
                                          "comparable")}
    excess = say("attribution.order_unknown", lang) if e["excess"] is None else say(
        "attribution.order_excess", lang, **{k: grouped(e[k]) for k in ("excess", "lower",
                                                                        "upper")})
    return Group(
        Cell(say("attribution.orders", lang), "dim"),
        Cell(say("attribution.order_totals", lang, **{k: numbers[k] for k in (
            "orders", "on_log", "delivered")})), Cell(excess),
        Cell(say("attribution.order_agreeing", lang, agreeing=numbers["agreeing"],
                 comparable=numbers["comparable"])),
        Cell(say("attribution.order_unmatched", lang, without=grouped(o["without_excess"]),
                 baseline=grouped(o["without_baseline"]), lost=grouped(o["not_on_log_count"]),
                 outside=grouped(o["attributed_outside"]["events"]))))


def _tests(t: Mapping[str, Any], lang: Lang) -> Table:
    made = table(say("attribution.tests", lang), say("attribution.found", lang),
                 say("attribution.done", lang), say("attribution.share", lang), right=(1, 2, 3))
    for name, f in t["found"].items():
        made.add_row(cell(name), grouped(f["found"]), grouped(f["done"]),
                     f"{share(f['share_ppb'])} ({share(f['lower_ppb'])} – "
                     f"{share(f['upper_ppb'])}, n {grouped(f['effective_n'])})")
    return made


def _answers(answers: Sequence[Mapping[str, Any]], lang: Lang) -> Table:
    made = table(say("attribution.answers", lang), "", say("attribution.answer", lang))
    for a in answers:
        made.add_row(cell(a["argument_text"][lang], cap=300),
                     Cell(say(f"status_answer.{a['status']}", lang), _STATUS[a["status"]]),
                     cell(a["answer_text"][lang], cap=1200))
    return made
