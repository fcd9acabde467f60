"""Tell what a source is by its content, never by its name."""

import json
from pathlib import Path

from truetally.errors import InputError, problem
from truetally.events import access_line, nginx_json
from truetally.events.fill import pieces
from truetally.events.limits import Limits
from truetally.events.stored import Stored, plain

PARQUET = b"PAR1"
KINDS = ("parquet", "csv", "json-lines", "access-log")
_HEAD_BYTES = 1 << 16
_TRIED_LINES = 200
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def head(path: Path, limits: Limits) -> bytes:
    """Return the first 64 KiB of a file, decompressed.

    Raises:
        InputError: it is empty, cannot be opened, or its compressed data is damaged there.
    """
    stored = Stored(path)
    try:
        data = b""
        for piece in pieces(plain(stored, limits), _HEAD_BYTES):
            data += piece[:_HEAD_BYTES]
            if len(data) >= _HEAD_BYTES:
                break
    finally:
        stored.close()
    if not data:
        raise InputError(problem("the file is empty", where=path, expected="at least one record",
                                 found="0 bytes", then="check how it was exported"))
    return data[:_HEAD_BYTES]


def encoding_of(start: bytes, stated: str) -> str:
    """Return the encoding to read text in: as stated, or UTF-16 by its byte order mark."""
    return stated or ("utf-16" if start.startswith(_UTF16) else "")


def text_of(start: bytes, encoding: str) -> str:
    """Decode the start of a file for a look at it; what is not text is replaced."""
    return start.decode(encoding or "utf-8", "replace").removeprefix("\ufeff")


def kind_of(path: Path, start: bytes, encoding: str) -> str:
    """Tell the kind of a source from its first bytes.

    Raises:
        InputError: it is none of the kinds that can be read.
    """
    if start.startswith(PARQUET):
        return "parquet"
    lines = [line for line in text_of(start, encoding).split("\n")[:_TRIED_LINES] if line.strip()]
    if lines and lines[0].lstrip().startswith("{"):
        return "json-lines"
    if any(isinstance(access_line.read(line.rstrip("\r")), dict) for line in lines):
        return "access-log"
    if lines and "\0" not in lines[0] and any(sign in lines[0] for sign in ",;\t|"):
        return "csv"
    raise InputError(problem(
        "the file is of no kind that can be read", where=path,
        expected="Parquet, CSV with a header, JSON lines or an access log, plain, gz or zst",
        found=repr(lines[0][:60]) if lines else "blank lines",
        then="name its kind as `source` in a mapping"))


def first_keys(start: bytes, encoding: str) -> tuple[str, ...]:
    """Return the keys of the first JSON object in the first lines, or none."""
    for line in text_of(start, encoding).split("\n")[:_TRIED_LINES]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return tuple(found)
    return ()


def is_nginx(start: bytes, encoding: str) -> bool:
    """Tell whether JSON lines are an nginx access log."""
    return nginx_json.is_nginx(first_keys(start, encoding))
