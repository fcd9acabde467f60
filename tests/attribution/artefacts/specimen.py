"""Build the files of a client byte by byte: resource packs, programs, databases, archives."""

import gzip
import io
import sqlite3
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

PLUGIN_DATABASE = b"""// Copyright
{
  "x-version": 23,
  "adobe-flash-player": {
    "mime_types": ["application/x-shockwave-flash"],
    "name": "Adobe Flash Player",
    "group_name_matcher": "*Shockwave Flash*"
  },
  "chromium-pdf": {
    "mime_types": [],
    "name": "Chromium PDF Viewer",
    "group_name_matcher": "*Chromium PDF Viewer*"
  }
}
"""
DEVTOOLS = b'DevTools.list=[{"user-agent":"Mozilla/5.0 (iPhone; CPU iPhone OS 9_1) Version/9.0"}]'
AGENTS = (
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/55.0.2883",
    "Mozilla/5.0 (Windows NT 10.0; WOW64; rv:55.0) Gecko/20100101 Firefox/55.0",
    "MQQBrowser/26 Mozilla/5.0 (Linux; U; Android 2.3.7; zh-cn; MB200) AppleWebKit/533.1",
    "NOKIA5700/ UCWEB7.0.2.37/28/999",
)
FLASH = "Shockwave Flash::Shockwave Flash 25.0 r0::application/x-shockwave-flash?swf"


def pak(resources: Mapping[int, bytes], *, version: int = 5, encoding: int = 0,
        aliases: Sequence[tuple[int, int]] = ()) -> bytes:
    """A resource pack as Chromium's grit writes it."""
    count = len(resources)
    head = struct.pack("<IIB", 4, count, encoding) if version == 4 else \
        struct.pack("<IB3xHH", 5, encoding, count, len(aliases))
    at = len(head) + 6 * (count + 1) + 4 * len(aliases)
    table = b""
    for number, data in sorted(resources.items()):
        table += struct.pack("<HI", number, at)
        at += len(data)
    table += struct.pack("<HI", 0, at) + b"".join(struct.pack("<HH", *pair) for pair in aliases)
    return head + table + b"".join(data for _, data in sorted(resources.items()))


def brotli_entry(data: bytes) -> bytes:
    """A Brotli resource with Chromium's prefix and its length."""
    import brotli

    packed: bytes = brotli.compress(data)
    return b"\x1e\x9b" + len(data).to_bytes(6, "little") + packed


def gzip_entry(data: bytes) -> bytes:
    """A gzip resource, the same bytes each time."""
    return gzip.compress(data, mtime=0)


def _node(key: str, value: bytes, children: bytes = b"", *, text: bool = False) -> bytes:
    """One node of a version resource: length, length of the value, type, key, value, children."""
    head = key.encode("utf-16-le") + b"\0\0"
    head += bytes(-(6 + len(head)) % 4)
    body = head + value + bytes(-len(value) % 4 if children else 0) + children
    size = len(value) // 2 if text else len(value)
    return struct.pack("<HHH", 6 + len(body), size, int(text)) + body


def _joined(nodes: Sequence[bytes]) -> bytes:
    return b"".join(node + bytes(-len(node) % 4) for node in nodes)


def program(version: tuple[int, int, int, int], texts: Mapping[str, str],
            tail: bytes = b"") -> bytes:
    """A PE32 file with nothing but a version resource."""
    fixed = struct.pack("<13I", 0xFEEF04BD, 0x10000, version[0] << 16 | version[1],
                        version[2] << 16 | version[3], 0, 0, 0, 0, 4, 2, 0, 0, 0)
    strings = _joined([_node(key, f"{text}\0".encode("utf-16-le"), text=True)
                       for key, text in texts.items()])
    info = _node("StringFileInfo", b"", _node("080404b0", b"", strings, text=True), text=True)
    block = _node("VS_VERSION_INFO", fixed, info)
    tree = b"".join(struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, number, 0x80000000 | at)
                    for number, at in ((16, 24), (1, 48)))
    tree += struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, 0x804, 72)
    tree += struct.pack("<IIII", 0x1000 + 88, len(block), 0, 0)
    section = tree + block
    raw = -(-len(section) // 512) * 512
    head = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0"
    head += struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x2102)
    optional = struct.pack("<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII", 0x10B, 14, 0, 0, raw, 0, 0, 0x1000,
                           0x1000, 0x10000000, 0x1000, 512, 6, 0, 0, 0, 6, 0, 0, 0x1000 + raw, 512,
                           0, 2, 0, 0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
    directories = bytes(16) + struct.pack("<II", 0x1000, len(section)) + bytes(13 * 8)
    named = b".rsrc\0\0\0" + struct.pack("<IIIIIIHHI", len(section), 0x1000, raw, 512, 0, 0, 0, 0,
                                         0x40000040)
    return (head + optional + directories + named).ljust(512, b"\0") + section.ljust(raw, b"\0") \
        + tail


def database(folder: Path, *statements: str) -> bytes:
    """The bytes of an SQLite file after some statements."""
    path = folder / "made.sqlite"
    with sqlite3.connect(path) as made:
        for statement in statements:
            made.execute(statement)
    made.close()
    data = path.read_bytes()
    path.unlink()
    return data


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip with these members, deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def client(folder: Path) -> Path:
    """A client like that of the case: packs, a list of user agents, Flash, a database."""
    root = folder / "client"
    (root / "cef" / "locales").mkdir(parents=True)
    (root / "cef" / "cef.pak").write_bytes(pak({
        101: b"raw", 102: PLUGIN_DATABASE, 103: gzip_entry(DEVTOOLS)}, aliases=[(200, 1)]))
    (root / "cef" / "locales" / "zh-CN.pak").write_bytes(
        pak({1: "播放".encode(), 2: b"Play"}, version=4, encoding=1))
    (root / "FLBrowser").write_bytes("\r\n".join(AGENTS).encode("utf-16"))
    (root / "pepflashplayer32_25_0_0_171.dll").write_bytes(
        program((25, 0, 0, 171), {"FileVersion": "25,0,0,171", "ProductName": "Shockwave Flash"}))
    (root / "plugins.txt").write_text(f"{FLASH}\n", "utf-8")
    (root / "Cookies").write_bytes(database(
        folder, "CREATE TABLE cookies (host_key TEXT, name TEXT, value TEXT)",
        "INSERT INTO cookies VALUES ('.video.example', 'uid', 'c0ffee')",
        "CREATE TABLE task (id INTEGER, url TEXT, ua TEXT)",
        f"INSERT INTO task VALUES (534890, 'http://www.video.example/v_1.html', '{AGENTS[0]}')"))
    return root
