"""Write what the benchmark measured, as ratios, into the page and beside it as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median_high
from typing import Any

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One promise and what was measured of it, in hundredths: 187 is 1.87.

    `wanted` is the most it may be, or with `at_least` the least.
    """

    name: str
    hundredths: int
    wanted: int
    at_least: bool = False
    detail: str


def kept(promise: Ratio) -> bool:
    """Say whether what was measured keeps the promise."""
    if promise.at_least:
        return promise.hundredths >= promise.wanted
    return promise.hundredths <= promise.wanted


def ratio(part: int, whole: int) -> int:
    """Divide in whole hundredths, rounded up: never better than measured."""
    return -(-part * 100 // whole)


def beside(runs: Sequence[int], copies: Sequence[int]) -> int:
    """Compare every run with the mean of the copies before and after it; give the median.

    The machine's speed drifts: what was copied long before or after a run says little of it.
    """
    around = zip(runs, pairwise(copies), strict=True)
    return median_high(ratio(2 * one, sum(both)) for one, both in around)


def shown(hundredths: int) -> str:
    """Write hundredths as a decimal."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def phrase(promise: Ratio) -> str:
    """Say one promise and what was measured of it in a line."""
    bound = f"{'>=' if promise.at_least else '<='} {shown(promise.wanted)}"
    return (f"{promise.name}: {shown(promise.hundredths)} (wanted {bound}, "
            f"{'kept' if kept(promise) else 'NOT KEPT'}): {promise.detail}")


def section(ratios: Sequence[Ratio], stages: Mapping[str, Mapping[str, int]],
            about: Mapping[str, Any]) -> str:
    """Make the measured part of the page: ratios, stages of a run, and what they were taken on."""
    lines = ["| measured | ratio | wanted | kept | figures |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {r.name} | {shown(r.hundredths)} | {'>=' if r.at_least else '<='} "
              f"{shown(r.wanted)} | {'yes' if kept(r) else 'no'} | {r.detail} |" for r in ratios]
    for name, timings in stages.items():
        whole = max(1, sum(timings.values()))
        lines += ["", f"Stages of {name}:", "", "| stage | ms | permille of all stages |",
                  "| --- | --- | --- |"]
        lines += [f"| {stage} | {ms} | {ms * 1000 // whole} |" for stage, ms in timings.items()]
    lines += ["", "| taken on | |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in about.items()]
    return "\n".join(lines)


def write(page: Path, text: str, ratios: Sequence[Ratio],
          stages: Mapping[str, Mapping[str, int]], about: Mapping[str, Any]) -> None:
    """Replace the measured part of `page`, and write the same figures as JSON beside it.

    Raises ValueError when the page has no place marked for it.
    """
    before, mark, rest = page.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{page}: expected {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")
    measured = [asdict(promise) | {"kept": kept(promise)} for promise in ratios]
    data = {"about": about, "ratios": measured, "stages": stages}
    page.with_suffix(".json").write_text(
        json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")
