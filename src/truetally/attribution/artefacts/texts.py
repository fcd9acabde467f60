"""Tell the encoding of a text file and give its lines."""

import codecs
from collections.abc import Iterator

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"),
          (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}
_LEAST_UTF16 = 8  # bytes: too few prove nothing
_MOST_CUT = 3  # bytes of a character that the end of a sample may cut off


def encoding_of(head: bytes, *, whole: bool) -> str:
    """Return the encoding of a text by its first bytes, "" if it is no text.

    UTF-8 (with or without mark), UTF-16 (also without one, told by its zero bytes), and GB 18030,
    of which GBK and GB 2312 are parts. `whole` says that `head` is all there is.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name if _reads(head, name, whole=whole) else ""
    if len(head) >= _LEAST_UTF16 and 0 in head:
        return _unmarked(head, whole=whole)
    return next((name for name in ("utf-8", "gb18030") if _reads(head, name, whole=whole)), "")


def text_of(data: bytes, encoding: str) -> str:
    """Decode a text without its mark, lines ending in LF; bytes that are no text are replaced."""
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines of a text one at a time, as an editor counts them."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    if start < len(text):
        yield text[start:]


def _unmarked(head: bytes, *, whole: bool) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) or min(even, odd) * 20 > max(even, odd):
        return ""  # text of few Latin letters keeps its mark, or is not told from binary
    name = "utf-16-le" if odd > even else "utf-16-be"
    return name if _reads(head, name, whole=whole) else ""


def _reads(head: bytes, name: str, *, whole: bool) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        text = decoder.decode(head, final=whole)
    except UnicodeDecodeError:
        return False
    if not name.startswith("utf-16") and _CONTROLS & set(head):
        return False
    return bool(text) and not any(ord(char) in _CONTROLS for char in text[:4096])
