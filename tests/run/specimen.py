"""A seized client for tests: a real pack layout, a list of user agents, a library by its name."""

import struct
from collections.abc import Sequence
from pathlib import Path

STRINGS = ("Chromium PDF Viewer", "Portable Document Format", "Shockwave Flash",
           "application/x-google-chrome-pdf", "application/x-shockwave-flash",
           "application/futuresplash", "Settings", "Open link in new tab")


def pack(texts: Sequence[str]) -> bytes:
    """Write a version 5 pack: header, one (id, offset) an entry and one that ends, no alias."""
    bodies = [text.encode() for text in texts]
    start = 12 + 6 * (len(bodies) + 1)
    table, at = b"", start
    for number, body in enumerate(bodies, 100):
        table += struct.pack("<HI", number, at)
        at += len(body)
    head = struct.pack("<IB3xHH", 5, 1, len(bodies), 0)
    return head + table + struct.pack("<HI", 0, at) + b"".join(bodies)


def specimen(folder: Path, agents: Path) -> Path:
    """Write the client: pack, user-agent list in UTF-16, and a Flash library by its name."""
    (folder / "PepperFlash").mkdir(parents=True)
    (folder / "cef.pak").write_bytes(pack(STRINGS))
    (folder / "FLBrowser").write_bytes(agents.read_text("utf-8").encode("utf-16"))
    (folder / "PepperFlash" / "pepflashplayer32_25_0_0_171.dll").write_bytes(b"MZ" + bytes(200))
    return folder
