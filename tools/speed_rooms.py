"""Measure the commands that come after a run: attribution, and sealing, proving and verifying."""

import re
import shutil
import sys
from importlib import resources
from pathlib import Path

import speed_inputs
from speed_measure import Cost, run, warm
from speed_page import Ratio, ratio

TRUETALLY = Path(sys.executable).with_name("truetally")
MOST_PROVE_MS = 2000
READ = """
import sys, time, pathlib
begin = time.monotonic_ns()
for _ in range(2):
    for place in sys.argv[1:]:
        found = pathlib.Path(place)
        for path in sorted(found.rglob("*")) if found.is_dir() else [found]:
            if path.is_file():
                with path.open("rb") as file:
                    while file.read(1 << 20):
                        pass
print("read in ms:", (time.monotonic_ns() - begin) // 1_000_000)
"""


def without_case_scope(work: Path) -> Path:
    """Write the video policy without the criteria that look at the whole case."""
    from truetally.criteria import all_criteria

    policies = resources.files("truetally.decisions") / "policies"
    head, *rules = (policies / "video.toml").read_text("utf-8").split("[[criterion]]")
    whole = {c.code for c in all_criteria().values() if c.scope == "case"}
    kept = [rule for rule in rules if not whole & set(re.findall(r'code = "(.+?)"', rule))]
    path = work / "day.toml"
    path.write_text("[[criterion]]".join([head, *kept]), "utf-8")
    return path


def attributing(work: Path, events: int, seed: int, case: Path, copied_ms: int) -> Ratio:
    """Attribute a decided case by the signature of its preset, and compare with copying it."""
    made = work / "client"
    if not made.is_dir():
        run([TRUETALLY, "simulate", speed_inputs.SCENARIO, "--out", made, "--events", "1000",
             "--seed", str(seed)], work / "simulate.txt")
    cost = run([TRUETALLY, "attribute", case, "--artefacts", made / "artefacts", "--signature",
                "video-case", "--json"], work / "attribute.txt")
    return Ratio(name=f"forward and reverse of {events:,} events / DuckDB copying them",
                 hundredths=ratio(cost.wall_ms, copied_ms), wanted=50, detail=_said(cost))


def sealing(work: Path, source: Path, case: Path, ran: Cost) -> list[Ratio]:
    """Seal a decided case, prove one event of it, verify its bytes."""
    key = work / "seal.key"
    for file in (key, key.with_name("seal.key.pub"), work / "proof.json"):
        file.unlink(missing_ok=True)
    shutil.rmtree(case / "seal", ignore_errors=True)
    run([TRUETALLY, "key", "--out", key], work / "key.txt")
    sealed = run([TRUETALLY, "seal", case, "--key", key, "--json"], work / "seal.txt")
    proved = run([TRUETALLY, "prove", case, "17", "--out", work / "proof.json"], work / "prove.txt")
    warm(source)
    checked = run([TRUETALLY, "verify", case, "--key", key.with_name("seal.key.pub"), "--json"],
                  work / "verify.txt")
    said = work / "read.txt"
    run([sys.executable, "-c", READ, case, source], said)
    read_ms = int(re.findall(r"in ms: (\d+)", said.read_text("utf-8"))[-1])
    return [
        Ratio(name="sealing / the run", hundredths=ratio(sealed.wall_ms, ran.wall_ms), wanted=100,
              detail=f"{_said(sealed)}; run {ran.wall_ms} ms"),
        Ratio(name="proving one event / 2 s", hundredths=ratio(proved.wall_ms, MOST_PROVE_MS),
              wanted=100, detail=_said(proved)),
        Ratio(name="verifying the bytes / reading them twice from the cache",
              hundredths=ratio(checked.wall_ms, read_ms), wanted=100,
              detail=f"{_said(checked)}; reading twice {read_ms} ms")]


def _said(cost: Cost) -> str:
    return f"{cost.wall_ms} ms ({cost.cpu_ms} ms of processor, {cost.peak_mb} MB)"
