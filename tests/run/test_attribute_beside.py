"""A packet capture and another site's log beside the case's own."""

from pathlib import Path

import pytest
from tests.attribution.captures import wire
from tests.run.cases import CHROME, NOON_MS, decide, row

from truetally.run.attribute import attribute
from truetally.run.attribute_options import Options

HOST = "www.video.example"
SIGNATURE = """
name = "agent"
revision = 1
title = "One user agent"
frozen_at = 2017-08-31T00:00:00Z
source = "made for a test"

[[field]]
column = "user_agent"
condition = "exact"
values = ["Bot/1"]
source = "made for a test"
"""


def play(n: int, **columns: object) -> dict[str, object]:
    return row(60 * n, item_id=f"v{n}", account_id=f"a{n}", device_id=f"d{n}",
               page_url=f"http://{HOST}/v_{n}.html") | columns


def options(folder: Path, **more: object) -> Options:
    (folder / "client").mkdir(exist_ok=True)
    (folder / "client" / "agents.txt").write_text("Bot/1\n", "utf-8")
    (folder / "agent.toml").write_text(SIGNATURE, "utf-8")
    return Options(artefacts=folder / "client", signatures=(str(folder / "agent.toml"),),
                   **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("write", [wire.pcap, wire.pcapng])
def test_a_captured_request_is_found_in_the_log_within_the_clocks_offset(
        tmp_path: Path, write: object) -> None:
    decide(tmp_path, [play(1, user_agent="Bot/1"), play(2), play(3)])
    packets = [*wire.stream(wire.asked("/v_1.html", agent="Bot/1"), [40],
                            start_us=(NOON_MS + 61_000) * 1000),
               *wire.stream(wire.asked("/v_2.html"), [500], source_port=40_001,
                            start_us=(NOON_MS + 600_000) * 1000)]  # eight minutes late
    (tmp_path / "seen.pcap").write_bytes(write(packets))  # type: ignore[operator]
    found = attribute(tmp_path / "case", options(tmp_path, captures=(tmp_path / "seen.pcap",)))
    matched = found["captures"]["matched"]
    assert (matched["one"], matched["none"]) == (1, 1)
    assert found["captures"]["list"][0]["uri"] == f"http://{HOST}/v_1.html"


def test_another_sites_log_gives_a_base_rate(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    decide(tmp_path, [play(1, user_agent="Bot/1"), play(2)])
    decide(tmp_path / "other", [play(n, user_agent="Bot/1" if n == 7 else CHROME)
                                for n in range(50)])
    found = attribute(tmp_path / "case", options(
        tmp_path, references=(tmp_path / "other" / "case",)))
    (reference,) = found["signatures"][0]["strength"]["references"]
    assert (reference["devices"], reference["bearing"]) == (50, 1)
