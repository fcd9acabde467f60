"""What a Chromium resource pack says: plugin names and user agents, with their resources."""

from collections.abc import Iterator, Mapping

from truetally.attribution.artefacts import agents, plugins
from truetally.attribution.artefacts.bounds import Bounds
from truetally.attribution.artefacts.content import Buffer, Content, NotReadError
from truetally.attribution.artefacts.item import Extracted, Kind
from truetally.attribution.artefacts.marks import anchor_offsets, marks
from truetally.attribution.artefacts.pak import Pack, compressed, decoded, read_pack

Said = tuple[Kind, str, int, str]  # kind, text, offset, note
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
    also = aliases_of(pack)
    yield from _raw(content, pack, also, bounds)
    for name, data, how in unpacked(content.data, pack, bounds, refused):
        devtools = _is_devtools(data)
        for kind, text, at, note in (*_known(data), *_marked(data, bounds)):
            yield _item(content, kind, text, _noted(kind, note, devtools=devtools),
                        unpacked_place(name, at, how))


def aliases_of(pack: Pack) -> dict[int, list[int]]:
    """Give the ids that stand for a resource, by its place in the pack's table."""
    also: dict[int, list[int]] = {}
    for alias, place in pack.aliases:
        also.setdefault(place, []).append(alias)
    return also


def unpacked(data: Buffer, pack: Pack, bounds: Bounds,
             refused: list[str]) -> Iterator[tuple[str, bytes, str]]:
    """Yield name, bytes and packing of every compressed resource that can be unpacked; what is not
    read is told in `refused`."""
    also, spent = aliases_of(pack), 0
    for place in compressed(data, pack):
        name = resource_name(pack, place, also)
        if spent > bounds.pack_bytes:
            refused.append(f"its resources unpack to more than {bounds.pack_bytes} bytes: {name} "
                           "and what follows were not read")
            return
        try:
            found, how = decoded(data, pack, place, bounds.resource_bytes)
        except NotReadError as why:
            refused.append(f"{name}: {why}")
            continue
        spent += len(found)
        yield name, found, how


def unpacked_place(name: str, at: int, how: str) -> str:
    """Say where something stands in a compressed resource."""
    return f"{name}, offset {at:#x} of its unpacked {how} data"


def _raw(content: Content, pack: Pack, also: Mapping[int, list[int]],
         bounds: Bounds) -> Iterator[Extracted]:
    """Search the whole file once, then each resource that something was seen in for itself.

    A pack puts no byte between one resource and the next: a text must not run on into it.
    """
    packed = set(compressed(content.data, pack))
    seen = {pack.at(at) for at in (*anchor_offsets(content.data), *_databases(content.data))}
    for place in sorted(place for place in seen if place is not None and place not in packed):
        start = int(pack.offsets[place])
        data = bytes(content.data[start:int(pack.offsets[place + 1])])
        devtools = _is_devtools(data)
        for kind, text, at, note in (*_known(data), *_marked(data, bounds)):
            yield _item(content, kind, text, _noted(kind, note, devtools=devtools),
                        f"{resource_name(pack, place, also)}, offset {start + at:#x}")


def _databases(data: Buffer) -> Iterator[int]:
    at = data.find(plugins.DATABASE)
    while at >= 0:
        yield at
        at = data.find(plugins.DATABASE, at + 1)


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


def resource_name(pack: Pack, place: int, also: Mapping[int, list[int]]) -> str:
    """Name a resource by its id, and by those that stand for it."""
    others = also.get(place, [])
    said = f" (also {', '.join(map(str, others[:5]))})" if others else ""
    return f"resource {int(pack.ids[place])}{said}"


def _item(content: Content, kind: Kind, text: str, note: str, place: str) -> Extracted:
    return Extracted(kind=kind, text=text, place=place, file=content.path, sha256=content.sha256,
                     weight="class", note=note)
