"""The SQL of every criterion, as recorded and reviewed; and which words it may use.

After a wanted change: ``TRUETALLY_UPDATE_GOLDEN=1 pytest tests/engine/test_golden.py``.
"""

import os
from pathlib import Path

import ibis
import pytest
from tests.engine import cases
from tests.engine.dialect import broken

from truetally.criteria import all_criteria
from truetally.criterion import Row, Run, Study
from truetally.decisions.plan import Plan, bits, dictionary, make_plan, text_column
from truetally.decisions.policy import Rule, parse_policy
from truetally.decisions.profiles import build, crowded, flagged, measured
from truetally.decisions.runs import in_run, run_flags
from truetally.decisions.units import units
from truetally.engine.spec import table
from truetally.events.schema import EVENT

DIALECTS = {"duckdb": ("duckdb", "int64"), "spark": ("pyspark", "string")}  # dialect, key type
CODES = sorted(all_criteria())
BOTH = [(code, engine) for code in CODES for engine in DIALECTS]


def statements(code: str, engine: str) -> dict[str, str]:
    """Compile what one criterion has each engine do, by the name of what it makes."""
    dialect, key_type = DIALECTS[engine]
    policy = parse_policy(cases.policy([code]), code, all_criteria())
    plan = make_plan(policy, EVENT, 28_800_000, key_type)
    made = {name: ibis.to_sql(e, dialect=dialect) for name, e in _expressions(plan).items()}
    return {name: str(sql) for name, sql in made.items()}


def _expressions(plan: Plan) -> dict[str, ibis.Table]:
    rule: Rule = plan.rules[0]
    shape = rule.criterion.shape
    if isinstance(shape, Row):
        column = text_column(rule.criterion)
        if column:
            return {f"dict_{column}": dictionary(plan, column)}
        t = table("facts_raw", ("order_id", *rule.criterion.reads), plan.key_type)
        return {"facts": t.select("order_id", mask=bits(t, plan.event_rules))}
    if isinstance(shape, Run):
        rows = in_run(rule, plan, [], {})
        near = table("near_0", rows.columns, plan.key_type)
        return {"near_0": rows, "run_0": run_flags(rule, near)}
    found = units(plan)
    groups = measured(rule, found, plan.key_type, {unit.name: unit.name for unit in found})
    made = {unit.name: build(unit, plan, crowd="crowd_0") for unit in found}
    sized = {unit.keys: unit for unit in found if unit.sized}
    for crowd in {unit.crowd for unit in found if unit.crowd}:
        made["crowd_0"] = crowded(sized[crowd.keys].name, crowd, plan.key_type)
    if isinstance(shape, Study):
        return made | {"measured": groups}
    return made | {"flagged_0": flagged(rule, groups)}


def golden(code: str, engine: str) -> str:
    """Write the statements of one criterion as they are recorded."""
    return "\n".join(f"-- {name}\n{sql};\n" for name, sql in statements(code, engine).items())


@pytest.mark.parametrize(("code", "engine"), BOTH)
def test_the_sql_of_a_criterion_is_the_recorded_one(root: Path, code: str, engine: str) -> None:
    path = root / "tests" / "golden" / f"{code}.{engine}.sql"
    if os.environ.get("TRUETALLY_UPDATE_GOLDEN"):
        path.write_text(golden(code, engine), "utf-8")
    assert path.read_text("utf-8") == golden(code, engine)


def test_nothing_is_recorded_of_criteria_that_do_not_exist(root: Path) -> None:
    recorded = {path.name for path in (root / "tests" / "golden").iterdir()}
    assert recorded == {f"{code}.{engine}.sql" for code, engine in BOTH}


@pytest.mark.parametrize(("code", "engine"), BOTH)
def test_a_criterion_keeps_to_the_narrow_dialect(code: str, engine: str) -> None:
    for sql in statements(code, engine).values():
        assert broken(sql, DIALECTS[engine][0].removeprefix("py")) == []


@pytest.mark.parametrize("expression", [
    lambda t: t.mutate(x=t.n // 2), lambda t: t.mutate(x=t.n / 2), lambda t: t.mutate(x=t.n.mean()),
    lambda t: t.agg(x=t.n.approx_nunique()), lambda t: t.filter(t.s.re_search("a")),
    lambda t: t.mutate(x=t.n.lag()), lambda t: t.agg(x=t.n.first()),
    lambda t: t.agg(x=t.s.collect()),
    lambda t: t.mutate(x=t.n.lag().over(ibis.window(group_by="s", order_by="n"))),
    lambda t: t.mutate(x=t.n.cast("float64")), lambda t: t.mutate(x=t.s.upper()),
    lambda t: t.mutate(x=t.n.sum().over(ibis.window(group_by="s", order_by="n"))),
])
@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_what_leaves_the_narrow_dialect_is_noticed(expression: ibis.Deferred, dialect: str) -> None:
    t = ibis.table({"n": "int64", "s": "string", "order_id": "int64"}, name="t")
    sql = str(ibis.to_sql(expression(t), dialect=dialect))
    assert broken(sql, dialect.removeprefix("py"))


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_what_keeps_to_the_narrow_dialect_is_let_through(dialect: str) -> None:
    t = ibis.table({"n": "int64", "s": "string", "order_id": "int64"}, name="t")
    ordered = ibis.window(group_by="s", order_by=["n", "order_id"])
    shares = ibis.window(group_by="s")
    t = t.mutate(x=t.n.lag().over(ordered), y=t.n.sum().over(shares))
    t = t.filter(t.s.startswith("FIRST LOWER") & (t.n * 1000 >= t.y * 3))
    assert broken(str(ibis.to_sql(t, dialect=dialect)), dialect.removeprefix("py")) == []
