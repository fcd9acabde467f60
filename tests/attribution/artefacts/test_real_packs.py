"""Packs and programs as they were really shipped: CEF 57 and 66, and Debian's Chromium.

They are not part of the project: `tools/setup.sh packs` downloads them into build/packs.
"""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from truetally.attribution.artefacts.content import mapped
from truetally.attribution.artefacts.item import Inventory
from truetally.attribution.artefacts.pak import decoded, read_pack
from truetally.attribution.artefacts.read import examine

PACKS = Path(__file__).resolve().parents[3] / "build" / "packs"
CASES = [("cefpython3-57.0", "pak v4", 58, "57.0.2987.133"),
         ("cefpython3-66.1", "pak v5", 58, "66.0.3359.181")]


@cache
def examined(name: str) -> Inventory:
    found = sorted(PACKS.glob(f"{name}-*.whl"))
    if not found:
        pytest.skip(f"no {name} in build/packs: bash tools/setup.sh packs")
    return examine(found[0])


@pytest.mark.parametrize(("name", "kind", "packs", "version"), CASES)
def test_every_pack_of_cef_is_read_whole(name: str, kind: str, packs: int, version: str) -> None:
    found = examined(name)
    assert found.refused == ()
    assert Counter(entry.type for entry in found.entries)[kind] == packs
    assert version in {item.text for item in found.extracted if item.kind == "version"}


@pytest.mark.parametrize("name", [case[0] for case in CASES])
def test_the_plugins_of_the_case_are_in_every_cef_and_so_class_evidence(name: str) -> None:
    items = [item for item in examined(name).extracted if item.kind == "plugin"]
    held = {item.text for item in items if item.file.endswith("!cefpython3/cef.pak")}
    assert held >= {"Chromium PDF Viewer", "Shockwave Flash", "application/x-shockwave-flash"}
    program = {item.text for item in items if item.file.endswith("!cefpython3/libcef.dll")}
    assert program >= {"Chromium PDF Viewer", "Portable Document Format",
                       "application/x-google-chrome-pdf", "Shockwave Flash"}
    assert {item.weight for item in items} == {"class"}


@pytest.mark.parametrize("name", [case[0] for case in CASES])
def test_a_pack_of_pictures_names_no_plugin(name: str) -> None:
    pictures = [item for item in examined(name).extracted
                if item.file.endswith("!cefpython3/cef_100_percent.pak")]
    assert pictures == []


@pytest.mark.parametrize("name", [case[0] for case in CASES])
def test_the_agents_of_the_developer_tools_are_told_as_never_sent(name: str) -> None:
    agents = [item for item in examined(name).extracted if item.kind == "user-agent"
              and item.file.endswith("devtools_resources.pak")]
    assert len(agents) > 40
    assert all("does not send it of itself" in item.note for item in agents)
    assert {item.weight for item in agents} == {"class"}


def test_debians_chromium_parses_whole() -> None:
    path = PACKS / "chromium" / "usr" / "lib" / "chromium" / "resources.pak"
    if not path.exists():
        pytest.skip("no Chromium in build/packs: bash tools/setup.sh packs")
    with mapped(path, path.name, 1 << 30) as content:
        pack = read_pack(content.data)
        kinds = Counter(decoded(content.data, pack, place, 1 << 25)[1]
                        for place in range(len(pack.ids)))
    assert pack.faults == ()
    assert min(kinds["raw"], kinds["gzip"], kinds["brotli"]) > 500
    assert len(pack.aliases) > 100
