"""IAB Podcast Technical Measurement v2.3: what a download is."""

from importlib import resources
from pathlib import Path

import pyarrow.parquet as pq
from tests.run.cases import NOON_MS, decide, write

from truetally.counts.windows import Downloads
from truetally.run import podcast_windows, run_case
from truetally.run.case import read_manifest

MINUTE = 16_000 * 60  # bytes of one minute at 128 kbit/s


def request(at_ms: int, agent: int = 0, **columns: object) -> dict[str, object]:
    return {"time_ms": NOON_MS + at_ms, "kind": "play", "item_id": "/episode.mp3", "method": "GET",
            "status": 200, "bytes_sent": MINUTE, "ip": "203.0.113.9",
            "user_agent": f"AppleCoreMedia/1.0.0.{agent} (iPhone; U; CPU OS 11_0 like Mac OS X)",
            "length_ms": 1_800_000} | columns


def downloads(folder: Path, *rows: dict[str, object]) -> int:
    return decide(folder, rows, "podcast-2.3").total_net


def test_ten_downloads_by_six_user_agents_behind_one_address_are_six(tmp_path: Path) -> None:
    rows = [request(n * 60_000, agent=n % 6) for n in range(10)]
    assert downloads(tmp_path, *rows) == 6


def test_less_than_one_minute_is_no_download(tmp_path: Path) -> None:
    assert downloads(tmp_path, request(0, bytes_sent=MINUTE - 1)) == 0


def test_all_of_a_shorter_file_is_a_download(tmp_path: Path) -> None:
    assert downloads(tmp_path, request(0, bytes_sent=16_000 * 40, length_ms=40_000)) == 1


def test_a_probe_of_two_bytes_a_head_and_a_304_never_count(tmp_path: Path) -> None:
    probe = request(0, agent=1, range_start=0, range_end=1)
    head, unchanged = request(0, agent=2, method="HEAD"), request(0, agent=3, status=304)
    assert downloads(tmp_path, probe, head, unchanged) == 0


def test_ranges_that_add_up_to_one_minute_are_one_download(tmp_path: Path) -> None:
    parts = [request(n * 1000, status=206, bytes_sent=MINUTE // 3) for n in range(3)]
    assert downloads(tmp_path, *parts) == 1


def test_a_short_request_does_not_stand_for_the_full_one_of_the_day(tmp_path: Path) -> None:
    rows = [request(0, bytes_sent=0), request(1000)]
    assert downloads(tmp_path, *rows) == 1


def test_addresses_of_one_ipv6_network_are_one_listener(tmp_path: Path) -> None:
    rows = [request(n * 1000, ip=f"2001:db8::{n + 1:x}") for n in range(4)]
    assert downloads(tmp_path, *rows) == 1


def test_the_window_types_are_counted_beside_each_other(tmp_path: Path) -> None:
    evenings = [request(n * 86_400_000 - n * 60_000) for n in range(4)]
    decide(tmp_path, [*evenings, request(1_000, agent=3, bytes_sent=1)], "podcast-2.3")
    found = podcast_windows(tmp_path / "case")
    assert found == Downloads(calendar=4, first_touch=2, last_touch=1)


def test_other_policies_have_no_podcast_windows(tmp_path: Path) -> None:
    decide(tmp_path, [request(0)], "counter-r5.1")
    assert podcast_windows(tmp_path / "case") is None


def test_findings_of_a_growing_case_with_whole_day_margins_are_those_from_scratch(
        tmp_path: Path) -> None:
    policy = tmp_path / "last-touch.toml"
    text = (resources.files("truetally.decisions") / "policies" / "podcast-2.3.toml").read_text()
    policy.write_text(text.replace("repeat-same-day", "repeat-last-touch"), encoding="utf-8")
    days = [str(write(tmp_path / f"{n}.parquet", [request(n * 86_400_000, bytes_sent=n)]))
            for n in range(4)]
    for day in days:
        run_case([day], tmp_path / "grown", policy=str(policy))
    run_case(days, tmp_path / "whole", policy=str(policy))
    found = []
    for case in (tmp_path / "grown", tmp_path / "whole"):
        file = read_manifest(case)["findings"]["one-minute-rule"]
        found.append(pq.read_table(case / file))
    assert found[0].to_pylist() == found[1].to_pylist()
    assert found[0].num_rows == 4
