"""Tell what a file is by its first bytes, never by its name."""

from collections.abc import Mapping

from truetally.attribution.artefacts.content import Buffer
from truetally.attribution.artefacts.pak import pack_version
from truetally.attribution.artefacts.texts import encoding_of

_HEAD = 1 << 16
_SIGNS: Mapping[bytes, str] = {
    b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"SQLite format 3\0": "sqlite",
    b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar", b"MSCF\0\0\0\0": "cab",
    b"\x1f\x8b": "gzip", b"\xfd7zXZ\0": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd",
    b"\x7fELF": "elf", b"%PDF-": "pdf", b"\x89PNG\r\n": "png", b"\xff\xd8\xff": "jpeg",
    b"GIF8": "gif", b"EVF\x09\x0d\x0a\xff\x00": "disk image (EnCase)", b"KDMV": "disk image (VMDK)",
    b"vhdxfile": "disk image (VHDX)", b"QFI\xfb": "disk image (QCOW)",
    b"conectix": "disk image (VHD)", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "compound file",
    b"\xcf\xfa\xed\xfe": "mach-o", b"\xce\xfa\xed\xfe": "mach-o",
}
_TAR = slice(257, 262)
_BOOT = slice(510, 512)
_PE_AT = 0x3C
UNOPENED = ("7z", "rar", "cab", "gzip", "xz", "bzip2", "zstd", "tar", "disk image")


def kind_of(data: Buffer) -> str:
    """Return a short name for what the bytes are: "pak v5", "pe", "text (utf-8)"."""
    if not len(data):
        return "empty"
    if version := pack_version(data):
        return f"pak v{version}"
    head = data[:_HEAD]
    signed = next((kind for sign, kind in _SIGNS.items() if head.startswith(sign)), "")
    return signed or _unsigned(data, head)


def _unsigned(data: Buffer, head: bytes) -> str:
    if head.startswith(b"MZ"):
        return "pe" if _is_pe(data) else "dos program"
    if head[_TAR] == b"ustar":
        return "tar"
    encoding = encoding_of(head, whole=len(data) <= _HEAD)
    if encoding:
        return f"text ({encoding})"
    return "disk image (raw)" if head[_BOOT] == b"\x55\xaa" else "binary"


def _is_pe(data: Buffer) -> bool:
    at = int.from_bytes(data[_PE_AT:_PE_AT + 4], "little")
    return data[at:at + 4] == b"PE\0\0"
