"""Measure speed and memory against the promises, as ratios taken in one go on one machine.

Deciding events is compared with DuckDB copying the same file; deciding an access log with
GoAccess reading it; a new day in a case with that day alone; attribution with the copy; sealing
with the run.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import speed_inputs
import speed_page
import speed_rooms
from speed_measure import Cost, cores, machine, median, run, versions, warm
from speed_page import Ratio, beside, ratio

TRUETALLY = Path(sys.executable).with_name("truetally")
MOST_MB = 3000
COPY = """
import sys, time, duckdb
connection = duckdb.connect()
connection.execute(f"SET threads = {int(sys.argv[3])}")
source, target = (word.replace("'", "''") for word in sys.argv[1:3])
begin = time.monotonic_ns()
connection.execute(f"COPY (SELECT * FROM read_parquet('{source}')) TO '{target}' "
                   "(FORMAT parquet, COMPRESSION zstd)")
print("copied in ms:", (time.monotonic_ns() - begin) // 1_000_000)
"""
Stages = dict[str, dict[str, int]]
Measured = tuple[list[Ratio], Stages]


def main(argv: Sequence[str]) -> int:
    """Measure what was asked for, print it, and write it down if told where."""
    told = arguments(argv)
    told.work.mkdir(parents=True, exist_ok=True)
    ratios: list[Ratio] = []
    stages: Stages = {}
    for name, measure in MEASURES.items():
        if told.only in (None, name):
            print(f"measuring: {name} …", flush=True)
            found, timings = measure(told)
            print("\n".join(speed_page.phrase(promise) for promise in found), flush=True)
            ratios += found
            stages |= timings
    about = {**machine(), **versions(), "goaccess": goaccess_version(), "seed": told.seed,
             "events": told.events, "runs (median)": told.runs, "threads": cores()}
    text = speed_page.section(ratios, stages, about)
    print(text)
    if told.write:
        speed_page.write(told.write, text, ratios, stages, about)
    return 0


def arguments(argv: Sequence[str]) -> Any:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/bench"))
    parser.add_argument("--quick", action="store_true", help="a tenth of the events, one run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20_190_523)
    parser.add_argument("--only", choices=sorted(MEASURES))
    parser.add_argument("--write", type=Path)
    told = parser.parse_args(argv)
    told.work = told.work.resolve()
    told.events = 1_000_000 if told.quick else 10_000_000
    told.lines = 200_000 if told.quick else 2_000_000
    told.runs = 1 if told.quick else told.runs
    return told


def decide(told: Any, *sources: Path, case: str, fresh: bool = True, policy: str = "") -> Cost:
    """Run the main job on sources into a case, a new one unless told otherwise."""
    if fresh:
        shutil.rmtree(told.work / case, ignore_errors=True)
    options = ["--policy", policy] if policy else []
    return run([TRUETALLY, "run", *sources, "--case", told.work / case, *options, "--json"],
               told.work / "run.txt")


def timings(told: Any, case: str) -> dict[str, int]:
    """Read what each stage of the last run on a case took, in ms."""
    manifest = json.loads((told.work / case / "manifest.json").read_text("utf-8"))
    return {str(stage): int(ms) for stage, ms in manifest.get("timings", {}).items()}


def copy_ms(told: Any, source: Path) -> int:
    """Let DuckDB copy a file to Parquet, zstd; count the statement alone, not the start."""
    target, said = told.work / "copy.parquet", told.work / "copy.txt"
    run([sys.executable, "-c", COPY, source, target, str(cores())], said)
    target.unlink()
    return int(re.findall(r"in ms: (\d+)", said.read_text("utf-8"))[-1])


def video(told: Any) -> Measured:
    """Decide events by the video policy, and compare with copying them; then twice as many."""
    once = speed_inputs.events(TRUETALLY, told.work, told.events, told.seed)
    twice = speed_inputs.events(TRUETALLY, told.work, told.events * 2, told.seed)
    warm(once)
    copies, runs = [copy_ms(told, once)], []
    for _ in range(told.runs):  # a copy before and after every run: one alone can be far off
        runs.append(decide(told, once, case="case-once", policy="video"))
        copies.append(copy_ms(told, once))
    one = median(runs)
    warm(twice)
    two = median([decide(told, twice, case="case-twice", policy="video") for _ in range(told.runs)])
    of_copy, growth = beside([r.wall_ms for r in runs], copies), ratio(two.wall_ms, one.wall_ms)
    return [
        Ratio(name="whole run / DuckDB copying the same file", hundredths=of_copy,
              wanted=200, detail=f"{said(one)}; copies {', '.join(map(str, copies))} ms"),
        Ratio(name="peak memory / 3 GB", hundredths=ratio(one.peak_mb, MOST_MB), wanted=100,
              detail=f"{one.peak_mb} MB"),
        Ratio(name="twice the events / once", hundredths=growth, wanted=220, detail=said(two)),
        Ratio(name="peak memory of twice the events / 3 GB", hundredths=ratio(two.peak_mb, MOST_MB),
              wanted=100, detail=f"{two.peak_mb} MB"),
    ], {"the run": timings(told, "case-once"), "twice the events": timings(told, "case-twice")}


def access(told: Any) -> Measured:
    """Decide an access log, and compare with GoAccess on the same file."""
    log = speed_inputs.access_log(told.work, told.lines, told.seed)
    warm(log)
    ours = median([decide(told, log, case="case-access") for _ in range(told.runs)])
    if not (goaccess := shutil.which("goaccess")):
        print(f"no GoAccess here: only ours was measured: {said(ours)}")
        return [], {"the access log": timings(told, "case-access")}
    report = told.work / "goaccess.json"
    theirs = median([run([goaccess, log, "--no-global-config", "--log-format=COMBINED",
                          "--no-progress", "-o", report], told.work / "goaccess.txt")
                     for _ in range(told.runs)])
    faster = theirs.wall_ms * 100 // ours.wall_ms
    return [Ratio(
        name=f"lines a second, {told.lines:,} combined lines / GoAccess", hundredths=faster,
        wanted=500, at_least=True, detail=f"{said(ours)}; GoAccess {said(theirs)}")], {
            "the access log": timings(told, "case-access")}


def day(told: Any) -> Measured:
    """Add the last of thirty days to a case of the others, and compare with that day alone."""
    source = speed_inputs.events(TRUETALLY, told.work, told.events, told.seed)
    *before, last = speed_inputs.days(source, told.work, 30)
    warm(*before, last)
    light = str(speed_rooms.without_case_scope(told.work))
    return [
        _new_day(told, before, last, light, "scopes up to a day"),
        _new_day(told, before, last, "video", "case scope included"),
    ], {"a new day in a case of 30": timings(told, "case-30-days"),
        "that day alone": timings(told, "case-one-day")}


def _new_day(told: Any, before: Sequence[Path], last: Path, policy: str, which: str) -> Ratio:
    decide(told, *before, case="case-29-days", policy=policy)
    added, alone = [], []
    for _ in range(told.runs):
        shutil.rmtree(told.work / "case-30-days", ignore_errors=True)
        shutil.copytree(told.work / "case-29-days", told.work / "case-30-days")
        added.append(decide(told, last, case="case-30-days", fresh=False, policy=policy))
        alone.append(decide(told, last, case="case-one-day", policy=policy))
    new, day_alone = median(added), median(alone)
    return Ratio(name=f"a new day in a case of 30 / that day alone, {which}",
                 hundredths=ratio(new.wall_ms, day_alone.wall_ms), wanted=150,
                 detail=f"{said(new)}; alone {said(day_alone)}")


def rooms(told: Any) -> Measured:
    """Attribute, seal, prove and verify a decided case."""
    source = speed_inputs.events(TRUETALLY, told.work, told.events, told.seed)
    warm(source)
    copied, case = copy_ms(told, source), told.work / "case-rooms"
    ran = decide(told, source, case="case-rooms", policy="video")
    return [speed_rooms.attributing(told.work, told.events, told.seed, case, copied),
            *speed_rooms.sealing(told.work, source, case, ran)], {}


def said(cost: Cost) -> str:
    """Say a cost in one phrase."""
    return f"{cost.wall_ms} ms ({cost.cpu_ms} ms of processor, {cost.peak_mb} MB)"


def goaccess_version() -> str:
    """Name the version of GoAccess, if there is one."""
    if not shutil.which("goaccess"):
        return "not installed"
    shown = subprocess.run(["goaccess", "--version"], capture_output=True, text=True, check=True)
    return shown.stdout.splitlines()[0].removeprefix("GoAccess - ").rstrip(".")


MEASURES: dict[str, Callable[[Any], Measured]] = {"video": video, "access": access, "day": day,
                                               "rooms": rooms}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
