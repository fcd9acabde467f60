"""Policies that ask every criterion, and what a case decided, measured and counted."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.criteria import all_criteria
from truetally.criterion import Criterion, Row, Run

# So low that the few hostile events reach them.
LOW: dict[str, dict[str, Any]] = {
    "address-crowd": {"least_identities": 10},
    "device-rate": {"least_events": 30},
    "even-curve": {"least_events": 240},
    "copied-curve": {"least_events": 240, "index_milli": 13_000, "least_others": 1},
    "driven-together": {"least_devices": 3, "span_ms": 3_600_000, "least_plays": 3},
    "malformed-user-agent": {"other_software_is_flagged": 1},
    "platform-contradiction": {"terminal_is_device": 1},
    "stay-heaping": {"least_plays": 3, "spreads": 1, "factor_permille": 1000, "shortest_ms": 0,
                     "unknown_length_is_measured": 1},
    "item-surge": {"least_events": 5, "least_excess": 1, "spreads": 1, "factor_permille": 1000,
                   "least_past_days": 1},
    "watch-drop": {"least_plays": 5, "plays_permille": 1000, "watch_permille": 1000,
                   "least_past_days": 1, "least_past_plays": 1},
    "equal-stays": {"least_plays": 3, "window_ms": 600_000, "shortest_ms": 0,
                    "longest_ms": 86_400_000},
    "too-few-bytes": {"least_plays": 1, "least_kbps": 100_000, "shortest_ms": 0},
    "no-gesture": {"least_plays": 3},
    "cookie-churn": {"least_cookies": 3, "events_a_cookie": 1000},
    "same-pace": {"least_visits": 3, "share_permille": 10, "window_ms": 10_000, "shortest_ms": 0,
                  "longest_ms": 3_600_000},
    "visits-without-gesture": {"least_visits": 3, "least_others": 1, "share_permille": 10,
                               "factor_permille": 1000},
}


def stage(criterion: Criterion) -> int:
    """Give the first stage in which a policy may ask a criterion."""
    if isinstance(criterion.shape, Row) and criterion.basis == "rule":
        return 1
    return 2 if isinstance(criterion.shape, Run) else 3


def policy(codes: list[str]) -> str:
    """Write a policy that asks these criteria and marks what they find."""
    every = all_criteria()
    text = ('name = "conformance"\nrevision = 1\ntitle = "t"\ntitle_zh = "题"\nmetric = "m"\n'
            'metric_zh = "量"\ncitation = "none"\nindependent = [["technical", "timing"]]\n')
    for code in sorted(codes, key=lambda code: (stage(every[code]), code)):
        values = ", ".join(f"{name} = {json.dumps(v)}" for name, v in LOW.get(code, {}).items())
        text += (f'[[criterion]]\ncode = "{code}"\nstage = {stage(every[code])}\n'
                 f"parameters = {{ {values} }}\n")
    return text


def manifest(case: Path) -> dict[str, Any]:
    """Read what a case says of itself."""
    found: dict[str, Any] = json.loads((case / "manifest.json").read_text("utf-8"))
    return found


def digest_of(case: Path, code: str) -> tuple[int, str]:
    """Count and hash the events that one criterion flagged."""
    said = manifest(case)
    bit = 1 << said["reason_codes"].index(code)
    rows = [pq.read_table(case / p["file"], columns=["event_id", "reasons"])
            for p in said["partitions"]]
    decided = pa.concat_tables(rows)
    hit = decided.filter(pc.not_equal(pc.bit_wise_and(decided["reasons"], bit), 0))
    events = sorted(hit["event_id"].to_pylist())
    return len(events), hashlib.sha256(repr(events).encode()).hexdigest()


def findings(case: Path) -> dict[str, pa.Table]:
    """Read what was measured of flagged groups, by criterion."""
    return {code: pq.read_table(case / file) for code, file in manifest(case)["findings"].items()}


def counts(case: Path, kind: str) -> pa.Table:
    """Read the counts of all days: `kind` is cube or unique."""
    return pa.concat_tables([pq.read_table(case / p[kind]) for p in manifest(case)["partitions"]])
