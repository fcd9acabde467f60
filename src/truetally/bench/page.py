"""Write what was measured: the page, the results for machines, and the plots."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from truetally.bench import estimates, gates, grids, grids_criteria
from truetally.bench.benchmark import Benchmark
from truetally.bench.grids import Grid
from truetally.bench.plots import plots
from truetally.bench.results import results
from truetally.bench.table import rows
from truetally.errors import InputError, problem

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"
PAGE, FOLDER = "quality.md", "quality"
_NEW = f"# Detection quality\n\n{BEGIN}\n{END}\n"
CAUTION = (
    "**What is found in simulated logs is not what is found in the field.** Every figure here comes"
    " from one generator and the seeds named below: it says how the methods compare on fakes that"
    " this generator makes, and how often they hurt the honest audience that it makes. No real"
    " labelled play log is published, and a seller who reads this will send something else.")


def write(bench: Benchmark, out: Path) -> tuple[Path, ...]:
    """Write quality.md and, in the folder quality, results.json and the plots, below `out`.

    A page that is there keeps its words; only the measured part between its marks is replaced.

    Raises:
        InputError: the page that is there has no marks.
    """
    page = out / PAGE
    text = page.read_text("utf-8") if page.exists() else _NEW
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise InputError(problem("the page has no place for figures", where=page,
                                 expected=f"{BEGIN} and {END}", then="name another --out"))
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    found, held = results(bench), rows(bench)
    page.write_text(f"{before}{BEGIN}\n{section(bench, found)}\n{END}{after}", "utf-8")
    said = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
    (folder / "results.json").write_text(said, "utf-8")
    return page, folder / "results.json", *plots(bench, held, folder)


def tables(bench: Benchmark) -> tuple[Grid, ...]:
    """Make all tables, in the order of the page."""
    held = rows(bench)
    made = [gates.grid(gates.gates(bench, held)),
            *[grids.summary(bench, log) for log in sorted(bench.levels, reverse=True)],
            grids.by_scenario(held, ablations=False), grids.by_dose(held), grids.by_fleet(held),
            grids.by_placebo(held), grids.by_scenario(held, ablations=True),
            grids_criteria.by_criterion(bench), grids_criteria.by_worth(bench),
            *grids_criteria.by_family_pair(bench), *grids_criteria.by_pair(bench),
            grids.by_dirt(held), grids.at_rates(bench, held), *estimates.tables(bench.tried)]
    return tuple(grid for grid in made if grid.cells)


def section(bench: Benchmark, found: dict[str, Any]) -> str:
    """Make the measured part of the page."""
    missed = gates.not_caught(rows(bench))
    lines = [CAUTION, "", _origin(found["about"]), "", "## Not caught today", ""]
    lines += [f"- {line}" for line in missed] or ["Nothing below 80 % at dose 1."]
    lines += ["", f"![Found, by scenario and dose]({FOLDER}/recall.svg)", "",
              f"![Honest events voided]({FOLDER}/wrong.svg)"]
    for grid in tables(bench):
        lines += ["", f"## {grid.title}", "", grid.note, "", *_table(grid.heads, grid.cells)]
    lines += ["", "## Why honest events are voided", "",
              "By the criterion that decided, over all clean logs:", "",
              *_table(("criterion", "honest events"),
                      [(code, f"{n:,}") for code, n in found["honest_voided_by"].items()]),
              "", "## Where the figures come from", "", *_provenance(found["about"])]
    return "\n".join(lines)


def _origin(about: dict[str, Any]) -> str:
    return (f"Generator {about['generator']} {about['version']}, seed {about['seed']}, size "
            f"{about['size']}: {about['logs']} logs of {about['events_a_log']:,} events "
            f"({about['events']:,} in all), {about['honest_devices']:,} honest devices, each log "
            f"with a seed and an audience of its own; {about['wall_ms'] // 1000:,} seconds on "
            f"{about['cores']} cores. All figures: [results.json]({FOLDER}/results.json).")


def _provenance(about: dict[str, Any]) -> list[str]:
    cells = [(name, version) for name, version in about["versions"].items()]
    cells += [(f"scenario {name}", f"`{sha[:16]}`")
              for name, sha in {**about["scenarios_sha256"], **about["parts_sha256"]}.items()]
    cells += [(f"policy of {log} logs: {name}", f"`{sha[:16]}`")
              for log, held in about["policies_sha256"].items() for name, sha in held.items()]
    cells += [(f"rival {name}", rival["citation"]) for name, rival in about["rivals"].items()]
    return _table(("what", "version, or the beginning of its SHA-256"), cells)


def _table(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}",
            *[f"| {' | '.join(row)} |" for row in cells]]
