"""Write a simulation: draw blocks on several threads, and put them on disk in their order."""

import json
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from truetally import __version__
from truetally.errors import InputError, problem
from truetally.simulate.block import draw
from truetally.simulate.columns import Drawn
from truetally.simulate.dirty import damage, damages
from truetally.simulate.labels import LabelFile
from truetally.simulate.ledger import TASKS, orders, task_rows
from truetally.simulate.plan import Block, blocks, plan
from truetally.simulate.sinks import FORMATS, MARK, Sink
from truetally.simulate.software import write_artefacts
from truetally.simulate.world import World, compile_world

FILE_BLOCKS = 16
GENERATOR = "truetally.simulate"
_MOST_THREADS = 64
_CSV = pacsv.WriteOptions(quoting_style="needed")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a simulation stands on disk, and its counts: events, honest, fake, rows, orders, tasks.

    `rows` differs from `events` only where rows were lost or doubled on purpose.
    """

    files: tuple[Path, ...]
    labels: Path
    ledger: Path
    tasklog: Path
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One simulation to write: the world, where to, in which formats and with what damage."""

    world: World
    out: Path
    kinds: tuple[str, ...]
    formats: tuple[str, ...]
    mark: Mapping[str, str]
    threads: int
    batch: int


def simulate(scenario: str | Path, out: Path, *, events: int | None = None,  # noqa: PLR0913
             scale: Decimal | str | None = None, seed: int, dose: str | None = None,
             threads: int = 2, formats: Sequence[str] = ("parquet",), dirty: Sequence[str] = (),
             progress: Progress | None = None, batch: int = 4) -> Written:
    """Simulate a scenario into the folder `out`, which must not exist or be empty.

    Writes ``events/part-*`` in each of `formats`, ``labels.parquet`` (one row an event: file, row,
    label, flow, fleet, order, true device), ``orders.csv``, ``tasks.csv``, ``artefacts/*.txt`` (the
    software's lists, if it has them) and ``simulation.json``.
    The bytes depend on scenario, size, dose, seed, formats and dirt alone, not on `threads` (one of
    which writes) or `batch` (blocks drawn ahead for each). `progress` is told rows done and in
    all.
    Raises `InputError` for an unusable scenario, size, format or folder.
    """
    _check(out, seed, threads, batch, formats)
    kinds = damages(dirty)
    made = plan(scenario, scale=scale, events=events, dose=dose)
    world = compile_world(made, seed)
    part = out.with_name(out.name + ".partial")
    shutil.rmtree(part, ignore_errors=True)
    (part / "events").mkdir(parents=True)
    mark = {"generator": GENERATOR, "version": __version__, "scenario": made.scenario.name,
            "seed": str(seed), "dose": made.scenario.dose or ""}
    job = Job(world=world, out=part, kinds=kinds, formats=tuple(formats), mark=mark,
              threads=threads, batch=batch)
    counts = _write(job, progress)
    _manifest(part, world, mark, kinds, counts)
    if out.exists():
        out.rmdir()
    part.rename(out)
    return Written(files=tuple(sorted((out / "events").iterdir())), labels=out / "labels.parquet",
                   ledger=out / "orders.csv", tasklog=out / "tasks.csv", counts=counts)


def _check(out: Path, seed: int, threads: int, batch: int, formats: Sequence[str]) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(problem("output folder is not empty", where=out,
                                 then="name a new folder"))
    unknown = [f for f in formats if f not in FORMATS]
    if unknown or not formats:
        raise InputError(problem("unknown format", found=", ".join(unknown),
                                 expected=", ".join(FORMATS)))
    if not 0 <= seed < 1 << 63 or not 1 <= threads <= _MOST_THREADS or batch < 1:
        raise InputError(problem("seed, threads or batch out of range",
                                 expected="seed from 0 to 2**63 - 1, 1 to 64 threads, batch from 1",
                                 found=f"seed {seed}, threads {threads}, batch {batch}"))


def _write(job: Job, progress: Progress | None) -> dict[str, int]:
    world, tasks, rows = job.world, [TASKS.empty_table()], 0
    with ExitStack() as held, closing(LabelFile(job.out / "labels.parquet", job.mark)) as labels:
        sinks: list[Sink] = []
        for number, drawn in _drawn(job):
            if number % FILE_BLOCKS == 0:
                held.close()
                labels.next_file(f"part-{number // FILE_BLOCKS:05d}")
                sinks = [held.enter_context(closing(s)) for s in _open(job, number // FILE_BLOCKS)]
            for sink in sinks:
                sink.write(drawn.events)
            labels.write(drawn.labels)
            tasks.append(task_rows(world, drawn.events, drawn.labels))
            rows += drawn.events.num_rows
            if progress is not None:
                progress(min(rows, world.plan.events), world.plan.events)
    bought, log = orders(world), pa.concat_tables(tasks)
    pacsv.write_csv(bought, job.out / "orders.csv", _CSV)
    pacsv.write_csv(log, job.out / "tasks.csv", _CSV)
    write_artefacts(world, job.out / "artefacts")
    return {"events": world.plan.events, "honest": world.plan.honest, "fake": world.plan.fake,
            "rows": rows, "orders": bought.num_rows, "tasks": log.num_rows}


def _drawn(job: Job) -> Iterator[tuple[int, Drawn]]:
    """Draw blocks ahead, and hand out those that hold anything in their order, numbered."""
    def one(block: Block) -> Drawn | None:
        drawn = draw(job.world, block)
        return drawn if drawn is None or not job.kinds else damage(
            drawn, job.kinds, job.world.seed, block.number)
    found = (d for d in _in_order(job, one) if d is not None)
    yield from enumerate(found)


def _in_order(job: Job, one: Callable[[Block], Drawn | None]) -> Iterator[Drawn | None]:
    queue, drawing = blocks(job.world.plan), job.threads - 1  # one thread writes
    if not drawing:
        yield from map(one, queue)
        return
    with ThreadPoolExecutor(drawing) as pool:
        ahead = deque(pool.submit(one, b) for b in islice(queue, drawing * job.batch))
        while ahead:
            yield ahead.popleft().result()
            ahead.extend(pool.submit(one, b) for b in islice(queue, 1))


def _open(job: Job, number: int) -> list[Sink]:
    chosen = (FORMATS[number % len(FORMATS)],) if "mixed" in job.kinds else job.formats
    return [Sink(job.out / "events", f"part-{number:05d}", form, job.mark) for form in chosen]


def _manifest(out: Path, world: World, mark: Mapping[str, str], kinds: tuple[str, ...],
              counts: Mapping[str, int]) -> None:
    """Say in plain text what the folder holds; the mark of the files that have no metadata."""
    scenario = world.scenario
    names = world.items.names.slice(scenario.catalogue).to_pylist()
    titles = [{"title": title, "item_id": name}
              for (title, _), name in zip(scenario.titles, names, strict=True)]
    text = json.dumps({
        MARK: dict(mark), "title": scenario.title, "counts": dict(counts), "dirty": list(kinds),
        "titles": titles, "files": sorted(p.name for p in (out / "events").iterdir())},
        ensure_ascii=False, indent=1, sort_keys=True)
    (out / "simulation.json").write_text(text + "\n", encoding="utf-8")
