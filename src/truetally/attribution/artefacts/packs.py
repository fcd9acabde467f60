"""What a Chromium resource pack says: plugin names and user agents, with their resources."""

from collections.abc import Iterator, Mapping

from truetally.attribution.artefacts import agents, plugins
from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.content import Buffer, Content, NotReadError
from truetally.attribution.artefacts.item import Extracted, Kind
from truetally.attribution.artefacts.marks import marks
from truetally.attribution.artefacts.pak import Pack, compressed, decoded, read_pack

Said = tuple[Kind, str, int, str]  # kind, text, offset, note
_LONGEST_NAME = 200  # bytes
_DEVTOOLS = (b"DevTools", b"devtools")
DEVTOOLS_NOTE = ("a device that the developer tools can imitate: the program does not send it of "
                 "itself; every copy of this build has it")
PAGE_NOTE = ("in a resource of the browser: not proof that it is sent; every copy of this build "
             "has it")


def pack_says(content: Content, bounds: Bounds, refused: list[str]) -> Iterator[Extracted]:
    """Yield plugins and user agents of a pack; what is not read of it is told in `refused`.

    Entries that are stored raw are searched in place, all at once; compressed ones one by one.
    Raises NotReadError if the pack's table is damaged.
    """
    pack = read_pack(content.data)
    refused += pack.faults
    also: dict[int, list[int]] = {}
    for alias, place in pack.aliases:
        also.setdefault(place, []).append(alias)
    yield from _raw(content, pack, also, bounds)
    spent = 0
    for place in compressed(content.data, pack):
        name = _named(pack, place, also)
        if spent > bounds.pack_bytes:
            refused.append(f"its resources unpack to more than {bounds.pack_bytes} bytes: {name} "
                           "and what follows were not read")
            return
        try:
            data, how = decoded(content.data, pack, place, bounds.resource_bytes)
        except NotReadError as why:
            refused.append(f"{name}: {why}")
            continue
        spent += len(data)
        devtools = _is_devtools(data)
        for kind, text, at, note in (*_known(data), *_marked(data, bounds)):
            yield _item(content, kind, text, _noted(kind, note, devtools=devtools),
                        f"{name}, offset {at:#x} of its unpacked {how} data")


def _raw(content: Content, pack: Pack, also: Mapping[int, list[int]],
         bounds: Bounds) -> Iterator[Extracted]:
    """Search the whole file once, and give each find the resource that it lies in."""
    packed, devtools = set(compressed(content.data, pack)), dict[int, bool]()
    for kind, text, at, note in (*_strings(content.data, pack), *_databases(content.data, pack),
                                 *_marked(content.data, bounds)):
        place = pack.at(at)
        if place is None or place in packed:
            continue
        if kind == "user-agent" and place not in devtools:
            devtools[place] = _is_devtools(_held(content.data, pack, place))
        yield _item(content, kind, text,
                    _noted(kind, note, devtools=devtools.get(place, False)),
                    f"{_named(pack, place, also)}, offset {at:#x}")


def _strings(data: Buffer, pack: Pack) -> Iterator[Said]:
    """Yield plugin names that are a whole resource: a pack puts no byte between one and the next, so
    that a string beside it would hide the name from a search of the bytes."""
    encoding = pack.encoding if pack.encoding.startswith("utf") else "utf-8"
    sizes = pack.offsets[1:] - pack.offsets[:-1]
    for place in (pack.usable & (sizes > 0) & (sizes <= _LONGEST_NAME)).nonzero()[0].tolist():
        name = plugins.plugin_name(_held(data, pack, place).decode(encoding, "replace"))
        if name:
            yield "plugin", name, int(pack.offsets[place]), plugins.CLASS_NOTE


def _databases(data: Buffer, pack: Pack) -> Iterator[Said]:
    at = data.find(plugins.DATABASE)
    while at >= 0:
        place = pack.at(at)
        if place is not None:
            start = int(pack.offsets[place])
            for kind, text, offset, note in _known(_held(data, pack, place)):
                yield kind, text, start + offset, note
        at = data.find(plugins.DATABASE, at + 1 if place is None else int(pack.offsets[place + 1]))


def _known(data: bytes) -> Iterator[Said]:
    for at, text in plugins.database_names(data):
        yield "plugin", text, at, plugins.DATABASE_NOTE


def _marked(data: Buffer, bounds: Bounds) -> Iterator[Said]:
    for mark in marks(data, bounds.item_chars, addresses=False):
        note = agents.template(mark.text) if mark.kind == "user-agent" else plugins.CLASS_NOTE
        yield mark.kind, mark.text, mark.offset, note


def _noted(kind: Kind, note: str, *, devtools: bool) -> str:
    if kind != "user-agent":
        return note
    return "; ".join(filter(None, (DEVTOOLS_NOTE if devtools else PAGE_NOTE, note)))


def _is_devtools(data: bytes) -> bool:
    return any(sign in data for sign in _DEVTOOLS)


def _held(data: Buffer, pack: Pack, place: int) -> bytes:
    return bytes(data[int(pack.offsets[place]):int(pack.offsets[place + 1])])


def _named(pack: Pack, place: int, also: Mapping[int, list[int]]) -> str:
    others = also.get(place, [])
    said = f" (also {', '.join(map(str, others[:5]))})" if others else ""
    return f"resource {int(pack.ids[place])}{said}"


def _item(content: Content, kind: Kind, text: str, note: str, place: str) -> Extracted:
    return Extracted(kind=kind, text=text, place=place, file=content.path, sha256=content.sha256,
                     weight="class", note=note)
