"""What a Windows program says of itself: version resource, own name, names of the DLLs it needs.

Only headers and the version resource are read (PE format, "Version Information"); nothing is loaded
or run.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from truetally.attribution.artefacts.content import Buffer, NotReadError
from truetally.attribution.artefacts.item import Kind

if TYPE_CHECKING:
    import pefile

Said = tuple[Kind, str, str]
_IMPORT_BYTES, _MOST_IMPORTS, _MOST_TEXTS, _LONGEST_NAME = 20, 1_000, 200, 260
_VERSIONS = ("FileVersion", "ProductVersion")
_NUMBER = re.compile(r"(?<![0-9A-Za-uw-z])[0-9]{1,5}(?:[._, ]{1,2}[0-9]{1,6}){2,3}(?![0-9])")
_CHROMIUM = re.compile(r"chromium|google chrome|libcef|microsoft edge", re.IGNORECASE)


def version_in_name(name: str) -> str:
    """Return a version of three or four numbers in a file's name, dotted, "" if there is none.

    ``pepflashplayer32_25_0_0_171.dll`` is 25.0.0.171: the loader of that plugin names it so.
    """
    found = _NUMBER.search(name.rpartition(".")[0])
    return ".".join(re.findall(r"[0-9]+", found[0])) if found else ""


def program_says(data: Buffer) -> list[Said]:
    """Return what a PE file says of itself: kind, text, place.

    Raises NotReadError if it is damaged, or the reader is not installed.
    """
    try:
        import pefile
    except ImportError:
        raise NotReadError("its version was not read: install truetally[forensics]") from None
    try:
        program = pefile.PE(data=data, fast_load=True)  # holds no file: nothing to close
        program.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]])
        return [*_versions(program), *_names(program)]
    except (pefile.PEFormatError, AttributeError, IndexError, KeyError, OverflowError, TypeError,
            ValueError, RecursionError, MemoryError) as why:
        raise NotReadError(f"a damaged program: {str(why)[:200]}") from None


def is_chromium(said: list[Said]) -> bool:
    """Say whether a program calls itself a part of Chromium or of a browser made from it."""
    return any(kind == "resource" and place.startswith("version resource")
               and _CHROMIUM.search(text) for kind, text, place in said)


def _versions(program: "pefile.PE") -> Iterator[Said]:
    for number, fixed in enumerate(getattr(program, "VS_FIXEDFILEINFO", ())):
        parts = (fixed.FileVersionMS >> 16, fixed.FileVersionMS & 0xFFFF,
                 fixed.FileVersionLS >> 16, fixed.FileVersionLS & 0xFFFF)
        yield ("version", ".".join(map(str, parts)),
               f"version resource {number + 1}, fixed file version")
    texts = [(key, value) for block in getattr(program, "FileInfo", ()) for part in block
             for table in getattr(part, "StringTable", ()) for key, value in table.entries.items()]
    for key, value in sorted(set(texts))[:_MOST_TEXTS]:
        name, text = _text(key), _text(value)
        if text:
            yield "version" if name in _VERSIONS else "resource", text, f"version resource, {name}"


def _names(program: "pefile.PE") -> Iterator[Said]:
    tables = program.OPTIONAL_HEADER.DATA_DIRECTORY
    if tables and (at := tables[0].VirtualAddress):
        name = _name(program, program.get_dword_at_rva(at + 12))
        if name:
            yield "resource", name, "export table, own name"
    at = tables[1].VirtualAddress if len(tables) > 1 else 0
    for number in range(_MOST_IMPORTS if at else 0):
        name = _name(program, program.get_dword_at_rva(at + number * _IMPORT_BYTES + 12))
        if not name:
            break
        yield "resource", name, f"import table, entry {number + 1}"


def _name(program: "pefile.PE", rva: int | None) -> str:
    return _text(program.get_string_at_rva(rva, _LONGEST_NAME)) if rva else ""


def _text(value: Any) -> str:
    raw = value if isinstance(value, bytes) else str(value or "").encode("utf-8", "replace")
    return raw.decode("utf-8", "replace").strip(" \0")
