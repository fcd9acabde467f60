"""Turn one Altair chart into SVG, PNG or PDF, offline, with a font that has Chinese in it.

Where no font has a character, the renderer draws nothing, or an empty box, and says nothing. So the
font is registered from its package and tried before the first drawing.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from truetally.charts.print import to_pdf
from truetally.errors import EngineError, problem

FONT = "Noto Sans CJK SC"
Form = Literal["svg", "png", "pdf"]
FORMS: tuple[Form, ...] = get_args(Form)
_SCALE = 2.0
_PROBES = "真量"  # two characters that look alike only where no font has them


def render(chart: Any, form: Form) -> bytes:
    """Draw an Altair chart as SVG, PNG (two pixels a point) or PDF.

    Raises:
        EngineError: no font at hand has Chinese characters; of a PDF, typst is missing.
    """
    import vl_convert

    fonts()
    spec = styled(chart)
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=_SCALE))
    text: str = vl_convert.vegalite_to_svg(spec)
    if form == "pdf":  # the drawing library cannot embed the packaged font, which is a variable one
        return to_pdf(text, packaged_font())
    # Only the root's size: the page's style sheet gives it.
    return re.sub(r'^<svg ([^>]*?) width="[0-9.]+" height="[0-9.]+"', r"<svg \1", text,
                  count=1).encode()


def styled(chart: Any) -> dict[str, Any]:
    """Give a chart's Vega-Lite specification with the house's font and quiet axes."""
    spec: dict[str, Any] = json.loads(json.dumps(chart.to_dict()))
    spec["config"] = {
        "font": f"{FONT}, Noto Sans CJK SC, sans-serif", "background": "#ffffff",
        "view": {"stroke": None}, "padding": 8,
        "axis": {"labelColor": "#444", "titleColor": "#444", "titleFontWeight": "normal",
                 "labelFontSize": 11, "titleFontSize": 11, "gridColor": "#e6e6e6",
                 "domainColor": "#999", "tickColor": "#999", "labelLimit": 260},
        "legend": {"labelFontSize": 11, "titleFontSize": 11, "labelLimit": 400},
        "title": {"fontSize": 13, "subtitleFontSize": 11, "subtitleColor": "#555",
                  "anchor": "start", "subtitlePadding": 4, "offset": 8}}
    return spec


@cache
def fonts() -> None:
    """Register the packaged font and make sure that Chinese characters are drawn as themselves.

    Raises:
        EngineError: they are not.
    """
    import vl_convert

    folder = font_folder()
    if folder is not None:
        vl_convert.register_font_directory(str(folder))
    if not _drawn(_PROBES):
        raise EngineError(problem(
            "no font has Chinese characters: every label would vanish from the drawing",
            expected="the package manimgx-fonts-cjk", then="pip install manimgx-fonts-cjk"))


def packaged_font() -> Path:
    """Return the folder of the font that a PDF embeds.

    Raises:
        EngineError: the package with the font is missing; a system's font would change the bytes.
    """
    folder = font_folder()
    if folder is None:
        raise EngineError(problem("no font with Chinese", expected=FONT,
                                  then="pip install manimgx-fonts-cjk"))
    return folder


def font_folder() -> Path | None:
    """Return the folder of the packaged font, None where the package is missing."""
    try:
        import manimgx_fonts_cjk
    except ImportError:
        return None
    return Path(manimgx_fonts_cjk.__file__).parent


def _drawn(characters: str) -> bool:
    """Say whether each character looks like nothing but itself: no blank, no box for another."""
    import vl_convert

    def png(said: str) -> bytes:
        return bytes(vl_convert.vegalite_to_png({
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "width": 40, "height": 40, "data": {"values": [{"said": said}]},
            "mark": {"type": "text", "fontSize": 24, "font": FONT},
            "encoding": {"text": {"field": "said", "type": "nominal"}}}))

    return len({png(said) for said in (*characters, " ")}) == len(characters) + 1
