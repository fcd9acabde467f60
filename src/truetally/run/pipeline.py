"""Facts, runs, decisions: what is done to a set of days of one case, but for the groups."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.criterion import Group, Run, Study
from truetally.decisions.decide import (
    DECIDED,
    by_keys,
    group_flags,
    group_hits,
    ranges,
    read_to_decide,
    run_hits,
    run_marks,
    undecided,
)
from truetally.decisions.masks import Masks, Range
from truetally.decisions.plan import Plan, facts, keys_of
from truetally.decisions.policy import Rule
from truetally.decisions.runs import carry_ms, first_runs, in_run, run_flags, whole_days, within_ms
from truetally.engine.order import Whole
from truetally.engine.spec import Engine, table
from truetally.events.schema import DAY_MS, ROW_BITS
from truetally.run.clock import Clock
from truetally.run.dictionaries import DerivingLists, load_dictionaries


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A study that looks at its profile; `named` are the tables (key, text) of its keys."""

    rule: Rule
    named: Mapping[str, str]
    finding: "Future[pa.Table]"


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """An engine with the case's events open, and the plan that is being carried out.

    Work that needs no engine is done by `beside` while queries run; `meanwhile`, if anything, while
    facts are built for the first time.
    """

    engine: Engine
    plan: Plan
    lists: DerivingLists
    clock: Clock
    seed: int = 0
    own_days: tuple[int, ...] | None = None
    whole: bool = True  # the facts, and so the dictionaries, hold every day of the case
    flag_tables: dict[str, str] = field(default_factory=dict)
    run_tables: dict[int, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)  # profiles of the whole case, by unit
    flag_rows: dict[str, int] = field(default_factory=dict)
    run_rows: dict[int, int] = field(default_factory=dict)
    beside: Executor = field(default_factory=lambda: ThreadPoolExecutor(1))
    placed: dict[str, pa.Table] = field(default_factory=dict)  # see `run.placed`
    meanwhile: Callable[[], object] | None = None
    begun: list[Begun] = field(default_factory=list)
    study_measures: dict[str, tuple[str, ...]] = field(default_factory=dict)


def margin_ms(plan: Plan) -> int:
    """Say how far beyond its days a pass must see, in milliseconds: a run may cross midnight."""
    margin = 2 * carry_ms(plan)
    return -(-margin // DAY_MS) * DAY_MS if whole_days(plan) else margin


def build_facts(p: Pipeline, days: Sequence[int], case_days: Sequence[int]) -> int:
    """Make the table `facts` for some local days, with margins where a run may cross midnight.

    `case_days` are all days that the case has rows of. Returns the number of rows, with margins.
    """
    margin = margin_ms(p.plan)
    wanted = set(days)
    reach = range(1, -(-margin // DAY_MS) + 1)
    others = set(case_days) - wanted
    near = any(d + s in others or d - s in others for d in wanted for s in reach)
    p.own_days = tuple(sorted(wanted)) if near else None
    within = spans(sorted(wanted), margin, p.plan.spec.offset_ms)
    p.whole = everything = wanted >= set(case_days)
    spec = replace(p.plan.spec, spans=None if everything else within)
    p.plan = replace(p.plan, gone=frozenset())
    p.placed.clear()
    with p.clock.stage("dictionaries"):
        spec = load_dictionaries(p.engine, p.plan, spec, p.lists)
    with p.clock.stage("facts"):
        if p.meanwhile:
            p.beside.submit(p.meanwhile)  # if it fails, it will again where its result is needed
            p.meanwhile = None
        p.engine.open_facts(spec)
        return p.engine.hold("facts", facts(p.plan))


def spans(days: Sequence[int], margin: int, offset_ms: int) -> tuple[tuple[int, int], ...]:
    """Join days that touch into half-open spans of UTC milliseconds, with a margin at both ends."""
    spans: list[tuple[int, int]] = []
    for day in days:
        start = day * DAY_MS - offset_ms
        if spans and start - margin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], start + DAY_MS + margin)
        else:
            spans.append((start - margin, start + DAY_MS + margin))
    return tuple(spans)


def flag_runs(p: Pipeline) -> None:
    """Find the flagged events of every run criterion, stage by stage."""
    p.run_tables = {}
    for rule in p.plan.of(Run):
        _flag_run(p, rule)


def flag_first_runs(p: Pipeline) -> None:
    """Find the flagged events of the runs that need no group, and drop what only they read."""
    p.run_tables = {}
    first = first_runs(p.plan)
    for rule in first:
        _flag_run(p, rule)
    _narrow(p, p.plan.read_by([r for r in p.plan.of(Group, Study, Run) if r not in first]))


def _narrow(p: Pipeline, kept: Collection[str]) -> None:
    """Give back what facts take that nobody reads from here on, until they are built anew."""
    gone = frozenset(p.plan.fact_columns) - frozenset(kept)
    p.engine.narrow("facts", kept)
    p.plan = replace(p.plan, gone=p.plan.gone | gone)


def flag_other_runs(p: Pipeline) -> None:
    """Find the flagged events of the runs that wait for groups."""
    for rule in p.plan.of(Run):
        if rule.bit not in p.run_tables:
            _flag_run(p, rule)


def _flag_run(p: Pipeline, rule: Rule) -> None:
    earlier = [p.run_tables[r.bit] for r in p.plan.of(Run) if r.stage < rule.stage]
    name = f"run_{rule.bit}"
    with p.clock.stage(f"run {rule.criterion.code}"):
        rows = p.engine.create(name, run_flags(rule, _neighbourly(p, rule, earlier)))
        p.engine.drop(f"near_{rule.bit}")
    p.run_tables[rule.bit] = name
    p.run_rows[rule.bit] = rows


def _neighbourly(p: Pipeline, rule: Rule, earlier: Sequence[str]) -> ir.Table:
    """Leave out of a run, which most events are alone in, those without a neighbour."""
    rows, name = in_run(rule, p.plan, earlier, p.flag_tables), f"near_{rule.bit}"
    p.engine.near(name, rows, keys_of(rule), within_ms(rule))
    return table(name, rows.columns, p.plan.key_type)


def narrow_to_decide(p: Pipeline) -> None:
    """Drop the facts that only flags were made of."""
    _narrow(p, read_to_decide(p.plan, _hit(p)))


def _hit(p: Pipeline) -> list[Rule]:
    """Name the groups and studies that flagged something."""
    return [r for r in p.plan.of(Group, Study) if p.flag_rows.get(r.criterion.code)]


def narrow_to_count(p: Pipeline) -> None:
    """Drop the facts that only masks were made of."""
    _narrow(p, DECIDED if p.own_days is None else (*DECIDED, "time_ms"))


def decide_events(p: Pipeline, days: Sequence[int] | None = None) -> Masks:
    """Give every event of the own days, or of some of them, its final mask."""
    days = p.own_days if days is None else days
    with p.clock.stage("decide"):
        masks = Masks(_ranges(p, days))
        masks.put(_columns(p, "events", undecided(p.plan, days)))
        for place, rules in enumerate(by_keys(_hit(p)).values()):
            flags = f"flags_{place}"
            p.engine.create(flags, group_flags(p.plan, rules, p.flag_tables))
            for ids, bits in _columns(p, f"hit_{place}", group_hits(p.plan, rules, flags, days)):
                masks.add(ids, bits)
        for bit, name in _flagged_runs(p).items():
            for (ids,) in _columns(p, f"hit_{name}", run_hits(p.plan, name, days)):
                masks.add(ids, 1 << bit)
        return masks


def _ranges(p: Pipeline, days: Sequence[int] | None) -> list[Range]:
    """Say between which order ids the events of each source are, and how many; see `Masks`."""
    for apart in (False, True):  # most passes have one source, and then no row need be looked at
        rows = p.engine.arrow(ranges(p.plan, days, apart=apart)).to_pylist()
        found = [(row["first"], row["last"], row["events"]) for row in rows if row["events"]]
        if all(first >> ROW_BITS == last >> ROW_BITS for first, last, _ in found):
            break
    return found


def _columns(p: Pipeline, name: str, rows: ir.Table) -> Iterator[Sequence[Whole]]:
    """Stream columns of whole numbers."""
    for batch in p.engine.batches(rows, name=name):
        yield [column.to_numpy() for column in batch.columns]


def _flagged_runs(p: Pipeline) -> dict[int, str]:
    return {bit: name for bit, name in p.run_tables.items() if p.run_rows[bit]}


def margin_rows(p: Pipeline) -> pa.Table:
    """Fetch the events of neighbouring days near the border, with the run bits they have now.

    Columns order_id, day, bits. Only as near as one carry: farther ones cannot have changed.
    """
    carry = carry_ms(p.plan)
    days = p.own_days or ()
    t = table("facts", p.plan.fact_columns, p.plan.key_type)
    t = t.filter(~t.day.isin(list(days)))
    close = ibis.literal(False)
    for start, end in spans(days, carry, p.plan.spec.offset_ms):
        close = close | ((t.time_ms >= start) & (t.time_ms < end))
    t = t.filter(close).select("order_id", "day")
    runs = _flagged_runs(p)
    if not runs:
        return p.engine.arrow(t.select("order_id", "day", bits=ibis.literal(0, "int64")))
    p.engine.create("marks", run_marks(runs))
    m = ibis.table({"order_id": "int64", "bits": "int64"}, name="marks")
    joined = t.left_join(m, "order_id")
    return p.engine.arrow(joined.select(joined.order_id, joined.day,
                                        bits=m.bits.fill_null(0).cast("int64")))
