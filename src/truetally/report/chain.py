"""The chain of an attribution, drawn: signature -> devices -> events -> artefact, and back."""

import html
from collections.abc import Mapping
from typing import Any

from truetally.report.ppb import share
from truetally.report.safe import visible
from truetally.report.shares import grouped
from truetally.report.words import Lang, say

_WIDTH, _HEIGHT, _BOX, _GAP = 1120, 290, 220, 60
_TOP, _TALL = 96, 128
_INK, _QUIET, _LINE, _PAPER = "#1d2733", "#5b6673", "#31688e", "#f4f7f9"
_FONT = "Noto Sans CJK SC, Noto Sans, sans-serif"
_PIXELS = 2


def files(results: Mapping[str, Any], lang: Lang) -> dict[str, bytes]:
    """Draw the chain as SVG, PNG and a page; returns the content by file name."""
    import vl_convert

    from truetally.charts.render import fonts
    from truetally.report.figure.page import Sheet, figure_page

    fonts()
    svg = draw(results, lang)
    rows = [(a["argument_text"][lang], say(f"status_answer.{a['status']}", lang),
             a["answer_text"][lang]) for a in results["answers"]]
    heads = (say("attribution.argument", lang), "", say("attribution.answer", lang))
    page = figure_page(say("attribution.title", lang), notes(results, lang), svg, [Sheet(
        title=say("attribution.answers", lang), heads=heads, rows=tuple(rows),
        left=frozenset({0, 1, 2}))], lang)
    return {f"chain-{lang}.svg": svg, f"chain-{lang}.png": bytes(vl_convert.svg_to_png(
                svg.decode(), scale=_PIXELS)),
            f"chain-{lang}.html": page.encode()}


def notes(results: Mapping[str, Any], lang: Lang) -> list[str]:
    """Say what a reader must know before the figures."""
    said = [say("attribution.synthetic", lang)] if results["log"]["synthetic"] else []
    if any(s["frozen"]["changed_after"] for s in results["signatures"]):
        said.append(say("attribution.changed", lang))
    said.append(say(f"attribution.{results['strength']['evidence']}", lang))
    if results["strength"]["reference"] is None:
        key = "no_reference" if results["devices"] else "nothing"
        said.append(say(f"attribution.{key}", lang))
    return said


def draw(results: Mapping[str, Any], lang: Lang) -> bytes:
    """Draw four boxes with the counts of each step, the way forward above and back below."""
    boxes = _boxes(results, lang)
    lefts = [30 + n * (_BOX + _GAP) for n in range(len(boxes))]
    parts = [_text(30, 40, say("attribution.figure_title", lang), 20, "bold"),
             *[_text(30, 64 + 14 * n, line, 11, colour=_QUIET) for n, line in
               enumerate(notes(results, lang)[:1])]]
    for left, (title, lines) in zip(lefts, boxes, strict=True):
        parts.append(_box(left, title, lines))
    middle = _TOP + _TALL // 2
    parts += [_arrow(left + _BOX + 6, middle, left + _BOX + _GAP - 6) for left in lefts[:2]]
    parts.append(_arrow(lefts[2] + _BOX + _GAP - 6, middle, lefts[2] + _BOX + 6))
    parts += [_brace(lefts[0], lefts[2] + _BOX, say("attribution.forward_arrow", lang)),
              _brace(lefts[2] + _BOX + 8, lefts[3] + _BOX,
                     say("attribution.reverse_arrow", lang))]
    body = "".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            f'width="{_WIDTH}" height="{_HEIGHT}" font-family="{_FONT}">'
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>{body}</svg>').encode()


def _boxes(results: Mapping[str, Any], lang: Lang) -> list[tuple[str, list[str]]]:
    first, many = results["signatures"][0], results["signatures"]
    strength, looked = results["strength"], results["reverse"]
    main = strength["reference"]
    verbal = say(f"verbal.{strength['verbal']}", lang)
    every = looked["found"] + looked["not_found"]
    return [
        (say("attribution.signature", lang), [
            *[f"{s['name']} r{s['revision']}" for s in many[:2]],
            f"SHA-256 {first['sha256'][:16]}…",
            say("attribution.frozen", lang) + f" {first['frozen']['at'][:19]}"]),
        (say("attribution.devices", lang), [
            f"#{grouped(results['devices'])}", verbal,
            say("attribution.base_rate", lang) + " " + share(
                main["base_upper_ppb"] if main else None)]),
        (say("attribution.taken", lang), [
            f"#{grouped(results['events'])}",
            f"{say('attribution.items', lang)} {grouped(results['items'])}"]),
        (say("attribution.artefact", lang), [
            results["inventory"]["root"],
            say("attribution.files_read", lang, files=grouped(results["inventory"]["files"])),
            say("attribution.values_found", lang, found=grouped(looked["found"]),
                all=grouped(every))])]


def _box(left: int, title: str, lines: list[str]) -> str:
    frame = (f'<rect x="{left}" y="{_TOP}" width="{_BOX}" height="{_TALL}" rx="6" '
             f'fill="{_PAPER}" stroke="{_LINE}"/>')
    made = [frame, _text(left + 12, _TOP + 24, title, 12, colour=_LINE)]
    y = _TOP + 50
    for line in lines:
        large = line.startswith("#")
        made.append(_text(left + 12, y + (6 if large else 0), line.removeprefix("#"),
                          22 if large else 12, "bold" if large else "normal"))
        y += 34 if large else 20
    return "".join(made)


def _text(x: int, y: int, text: str, size: int, weight: str = "normal",
          colour: str = _INK) -> str:
    room = (_BOX - 24) * 10 // (size * 6) if y > _TOP and x > 30 else 170
    wide = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    shown = visible(text, None if wide <= 2 * room else room)
    return (f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" '
            f'fill="{colour}">{html.escape(shown)}</text>')


def _arrow(start: int, y: int, end: int) -> str:
    back = 8 if end > start else -8
    return (f'<path d="M{start} {y}H{end}M{end - back} {y - 5}L{end} {y}L{end - back} {y + 5}" '
            f'stroke="{_LINE}" stroke-width="2" fill="none"/>')


def _brace(left: int, right: int, label: str) -> str:
    y = _TOP + _TALL + 22
    return (f'<path d="M{left} {y - 6}V{y}H{right}V{y - 6}" stroke="{_QUIET}" fill="none"/>'
            f'<text x="{(left + right) // 2}" y="{y + 20}" font-size="12" text-anchor="middle" '
            f'fill="{_QUIET}">{html.escape(label)}</text>')
