"""Chromium resource packs, versions 4 and 5: their table, their aliases, and one resource decoded.

Layout (Chromium, ui/base/resource/data_pack.cc): version 4 begins with u32 version, u32 number of
resources, u8 text encoding; version 5 with u32 version, u8 text encoding, 3 bytes of padding, u16
number of resources, u16 number of aliases. Then, little-endian and without gaps, (u16 id, u32
offset) for each resource and one more that marks the end, and in version 5 (u16 id, u16 index) for
each alias. An entry may be gzip or Brotli; the latter has the prefix 1E 9B and its length unpacked
in 6 bytes (ui/base/resource/resource_bundle.cc).
"""

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from truetally.attribution.artefacts.content import Buffer, NotReadError

ENCODINGS = {0: "binary", 1: "utf-8", 2: "utf-16-le"}
GZIP, BROTLI = b"\x1f\x8b", b"\x1e\x9b"
_BROTLI_HEAD = 8
_ENTRY = np.dtype([("id", "<u2"), ("offset", "<u4")])
_ALIAS = np.dtype([("id", "<u2"), ("index", "<u2")])
_HEADS = {4: 9, 5: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The table of a pack: resource i has `ids[i]` and the bytes `offsets[i]` to `offsets[i+1]`.

    `aliases` are pairs of an id and the place in `ids` of the resource it stands for. `faults` says
    what of the table cannot be right; entries with a fault are left out of `usable`.
    """

    version: int
    encoding: str
    ids: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    usable: npt.NDArray[np.bool_]
    aliases: tuple[tuple[int, int], ...]
    faults: tuple[str, ...]

    def at(self, offset: int) -> int | None:
        """Return the place in `ids` of the resource that holds the byte at `offset`."""
        place = int(np.searchsorted(self.offsets, offset, side="right")) - 1
        held = 0 <= place < len(self.ids) and offset < self.offsets[place + 1]
        return place if held and self.usable[place] else None


def pack_version(data: Buffer) -> int:
    """Return 4 or 5 if the bytes begin like a pack of that version, else 0.

    The number alone would take in many a binary file: the table must end where the first resource
    begins, which holds for every pack that Chromium's own tools write.
    """
    version = int.from_bytes(data[:4], "little")
    if version not in _HEADS or len(data) < _HEADS[version] + _ENTRY.itemsize:
        return 0
    encoding, count, aliases = _head(data, version)
    end = _HEADS[version] + (count + 1) * _ENTRY.itemsize + aliases * _ALIAS.itemsize
    first = int.from_bytes(data[_HEADS[version] + 2:_HEADS[version] + 6], "little")
    return version if encoding in ENCODINGS and first == end <= len(data) else 0


def read_pack(data: Buffer) -> Pack:
    """Read the table of a pack.

    Raises NotReadError if it is none, or is cut off within its table.
    """
    version = pack_version(data)
    if not version:
        raise NotReadError("no resource pack of version 4 or 5, or cut off in its table")
    encoding, count, aliased = _head(data, version)
    table = np.frombuffer(_bytes(data, _HEADS[version], (count + 1) * _ENTRY.itemsize), _ENTRY)
    ids, offsets = table["id"][:-1].astype(np.int64), table["offset"].astype(np.int64)
    usable = (offsets[:-1] <= offsets[1:]) & (offsets[1:] <= len(data)) & (offsets[:-1] >= 0)
    start = _HEADS[version] + (count + 1) * _ENTRY.itemsize
    pairs = np.frombuffer(_bytes(data, start, aliased * _ALIAS.itemsize), _ALIAS)
    good = [(int(i), int(n)) for i, n in pairs.tolist() if n < count]
    return Pack(version=version, encoding=ENCODINGS[encoding], ids=ids, usable=usable,
                offsets=np.maximum.accumulate(offsets), aliases=tuple(good),
                faults=_faults(usable, ids, len(pairs) - len(good)))


def decoded(data: Buffer, pack: Pack, place: int, most: int) -> tuple[bytes, str]:
    """Return the bytes of the resource at `place`, unpacked, and "raw", "gzip" or "brotli".

    Raises NotReadError if its entry lies outside the file, is damaged, or unpacks to more than
    `most` bytes.
    """
    if not pack.usable[place]:
        raise NotReadError("its bytes would lie outside the file")
    raw = bytes(data[int(pack.offsets[place]):int(pack.offsets[place + 1])])
    if raw.startswith(GZIP):
        return _gunzip(raw, most), "gzip"
    if raw.startswith(BROTLI) and len(raw) > _BROTLI_HEAD:
        return _unbrotli(raw, most), "brotli"
    return raw, "raw"


def compressed(data: Buffer, pack: Pack) -> list[int]:
    """Return the places of the entries that begin as gzip or Brotli do."""
    places = np.flatnonzero(pack.usable).tolist()
    return [place for place in places
            if data[(at := int(pack.offsets[place])):at + 2] in (GZIP, BROTLI)
            and pack.offsets[place + 1] - at > _BROTLI_HEAD]


def _bytes(data: Buffer, start: int, count: int) -> bytes:
    return bytes(data[start:start + count])


def _head(data: Buffer, version: int) -> tuple[int, int, int]:
    """Return encoding, number of resources and number of aliases."""
    if version == 4:
        return data[8], int.from_bytes(data[4:8], "little"), 0
    return data[4], int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")


def _faults(usable: npt.NDArray[np.bool_], ids: npt.NDArray[np.int64],
            lost: int) -> tuple[str, ...]:
    outside, twice = int((~usable).sum()), len(ids) - len(np.unique(ids))
    said = [f"{outside} resources would lie outside the file"] if outside else []
    said += [f"{twice} resource ids are given twice"] if twice else []
    return (*said, *([f"{lost} aliases point at no resource"] if lost else []))


def _gunzip(raw: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        out = unpacker.decompress(raw, most + 1)
    except zlib.error as why:
        raise NotReadError(f"its gzip data is damaged: {why}") from None
    return _whole(out, most, "gzip", finished=unpacker.eof)


def _unbrotli(raw: bytes, most: int) -> bytes:
    try:
        import brotli
    except ImportError:
        raise NotReadError("it is Brotli: install truetally[forensics] to read it") from None
    unpacker = brotli.Decompressor()
    try:
        out: bytes = unpacker.process(raw[_BROTLI_HEAD:], output_buffer_limit=most + 1)
        while len(out) <= most and not unpacker.is_finished():
            more = unpacker.process(b"", output_buffer_limit=most + 1 - len(out))
            if not more:
                break
            out += more
    except brotli.error:
        raise NotReadError("its Brotli data is damaged") from None
    _whole(out, most, "Brotli", finished=unpacker.is_finished())
    if len(out) != (said := int.from_bytes(raw[2:_BROTLI_HEAD], "little")):
        raise NotReadError(f"its Brotli data says {said} bytes and holds {len(out)}")
    return out


def _whole(out: bytes, most: int, kind: str, *, finished: bool) -> bytes:
    if len(out) > most:
        raise NotReadError(f"its {kind} data unpacks to more than {most} bytes")
    if not finished:
        raise NotReadError(f"its {kind} data is cut off")
    return out
