"""A client of 200 MB is examined in less than 20 seconds, in little memory."""

import time
from pathlib import Path
from random import Random

import pytest
from tests.attribution.artefacts import specimen

from truetally.attribution.artefacts.read import examine

LONGEST_S = 20
MEGABYTE = 1 << 20


def big_client(folder: Path) -> Path:
    """Programs full of strings, packs with thousands of entries, a zip, and the small files."""
    root, draw = specimen.client(folder), Random(9)  # noqa: S311 repeatable, no secret
    noise = draw.randbytes(MEGABYTE)
    words = b"\0".join(b"http://h%d.example/%d\0Chromium PDF Viewer" % (n % 99, n)
                       for n in range(2_000))
    for number in range(3):
        tail = (noise + words) * 30
        (root / f"lib{number}.dll").write_bytes(
            specimen.program((57, 0, 2987, number), {"ProductName": "x"}, tail))
    texts = {n: b"message %d " % n * 20 for n in range(1, 6_000)}
    for number in range(40):
        (root / "cef" / "locales" / f"l{number}.pak").write_bytes(
            specimen.pak(texts, version=4, encoding=1))
    packed = {n: specimen.gzip_entry(noise[n:n + 9_000] + specimen.DEVTOOLS)
              for n in range(1, 3_000)}
    (root / "cef" / "resources.pak").write_bytes(specimen.pak(packed))
    (root / "old.zip").write_bytes(specimen.zipped({"lib.dll": noise * 20}))
    return root


@pytest.mark.soak
def test_a_client_of_200_megabytes_takes_less_than_20_seconds(tmp_path: Path) -> None:
    root = big_client(tmp_path)
    assert sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) > 200 * MEGABYTE
    start = time.monotonic()
    found = examine(root)
    assert time.monotonic() - start < LONGEST_S
    assert len(found.entries) > 50
