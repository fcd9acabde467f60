"""Draw figures with Vega-Lite, offline: SVG for pages and PDF, PNG for Word."""

import json
from collections.abc import Mapping
from typing import Any

from truetally.charts.render import fonts

_PNG_SCALE = 3  # 216 dots an inch


def svg(drawing: Mapping[str, Any]) -> str:
    """Draw a figure as SVG; its texts stay texts.

    Raises:
        EngineError: there is no font with Chinese, without which all text would vanish.
    """
    import vl_convert

    fonts()
    text: str = vl_convert.vegalite_to_svg(json.dumps(drawing, ensure_ascii=False))
    return text


def png(drawing: Mapping[str, Any]) -> bytes:
    """Draw a figure as PNG, 216 dots an inch.

    Raises:
        EngineError: there is no font with Chinese, without which all text would vanish.
    """
    import vl_convert

    fonts()
    return bytes(vl_convert.vegalite_to_png(json.dumps(drawing, ensure_ascii=False),
                                            scale=_PNG_SCALE))
