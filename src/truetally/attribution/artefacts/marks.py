"""Find user agents, plugin names and addresses in any bytes, as ASCII and as UTF-16LE."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from truetally.attribution.artefacts import agents, plugins
from truetally.attribution.artefacts.content import Buffer, NotReadError
from truetally.attribution.artefacts.item import Kind

_WEB = ("http://", "https://")
_SPEECH = re.compile(rb"[ !\x23-\x26\x28-\x5b\x5d-\x5f\x61-\x7e]*")  # without quotes and backslash
_CODES = {1: "ascii", 2: "utf-16-le"}  # bytes a letter
_BACK = 80
_MOST_PLACES = 20_000  # of one anchor: more are made to stall, not to be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A text of a known shape and the offset of its first byte; `width` is bytes a letter."""

    kind: Kind
    text: str
    offset: int
    width: int


def marks(data: Buffer, most_chars: int, *, addresses: bool) -> Iterator[Mark]:
    """Yield the marks of one kind after the other, each kind in the order of offsets.

    Texts are cut at `most_chars`. `addresses` asks for http and https addresses too. Raises
    NotReadError, after what it found, if an anchor stands there too often.
    """
    shapes = [*((anchor, _agent) for anchor in agents.ANCHORS),
              *((anchor, _plugin) for anchor in plugins.ANCHORS),
              *((anchor, _address) for anchor in (_WEB if addresses else ()))]
    for anchor, shape in shapes:
        for width in _CODES:
            after = 0
            for at in _places(data, anchor, width):
                mark = shape(data, at, width, most_chars) if at >= after else None
                if mark:
                    yield mark
                    after = mark.offset + width * len(mark.text)


def anchor_offsets(data: Buffer) -> Iterator[int]:
    """Yield the offsets at which a user agent or a plugin's name may begin, in no order.

    Raises NotReadError as `marks` does.
    """
    for anchor in (*agents.ANCHORS, *plugins.ANCHORS):
        for width in _CODES:
            yield from _places(data, anchor, width)


def _places(data: Buffer, anchor: str, width: int) -> Iterator[int]:
    wanted, count = anchor.encode(_CODES[width]), 0
    at = data.find(wanted)
    while at >= 0:
        if (count := count + 1) > _MOST_PLACES:
            raise NotReadError(f"{anchor!r} stands in it more than {_MOST_PLACES} times: what "
                               "follows was not listed")
        yield at
        at = data.find(wanted, at + width)


def _agent(data: Buffer, at: int, width: int, most_chars: int) -> Mark | None:
    before, after = _around(data, at, width, most_chars)
    found = agents.agent_at(after, 0)
    if not found:
        return None
    token = agents.agent_before(before)
    return Mark(kind="user-agent", text=token + found, offset=at - width * len(token), width=width)


def _plugin(data: Buffer, at: int, width: int, _: int) -> Mark | None:
    before, after = _around(data, at, width, 2 * _BACK)
    found = plugins.plugin_name(before + after)
    if not found:
        return None
    shift = len(before) - (before + after).index(found)
    return Mark(kind="plugin", text=found, offset=at - width * shift, width=width)


def _address(data: Buffer, at: int, width: int, most_chars: int) -> Mark | None:
    found = agents.addresses_in(_around(data, at, width, most_chars)[1])[:1]
    return Mark(kind="string", text=found[0], offset=at, width=width) if found else None


def _around(data: Buffer, at: int, width: int, most_chars: int) -> tuple[str, str]:
    """Return the printable text without quotes directly before and from an offset on."""
    start = max(at % width, at - _BACK * width)
    before = _letters(data[start:at][::-1], width, first=width - 1)
    after = _letters(data[at:at + most_chars * width], width, first=0)
    head, tail = _SPEECH.match(before), _SPEECH.match(after)
    assert head is not None
    assert tail is not None
    return head[0][::-1].decode("ascii"), tail[0].decode("ascii")


def _letters(raw: bytes, width: int, *, first: int) -> bytes:
    """Return the low bytes of two-byte letters up to the first that is no Latin letter."""
    if width == 1:
        return raw
    high = raw[1 - first::2]
    end = next((n for n, byte in enumerate(high) if byte), len(high))
    return raw[first::2][:end]
