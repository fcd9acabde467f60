"""The same expressions give the same digests, findings and counts on DuckDB and on Spark."""

from pathlib import Path
from typing import Any

import pytest
from tests.engine import cases
from tests.engine.dialect import broken

from truetally.criteria import all_criteria
from truetally.criterion import Group, Study
from truetally.decisions.policy import BUILT_IN
from truetally.run import run_case

pytestmark = [pytest.mark.spark]
ENGINES = ("duckdb", "local[2]")
CODES = sorted(all_criteria())
Cases = dict[str, Path]


def decided(sources: list[str], folder: Path, policy: str) -> Cases:
    """Decide the sources under one policy, once with each engine."""
    found = {}
    for engine in ENGINES:
        found[engine] = folder / engine.strip("[]2")
        run_case(sources, found[engine], policy=policy, engine=engine, memory="1GB", threads=2)
    return found


@pytest.fixture(scope="module")
def everything(sources: list[str], local_spark: Any,
               tmp_path_factory: pytest.TempPathFactory) -> Cases:
    """Two cases under a policy that asks every criterion."""
    folder = tmp_path_factory.mktemp("everything")
    (folder / "all.toml").write_text(cases.policy(CODES), "utf-8")
    return decided(sources, folder, str(folder / "all.toml"))


@pytest.mark.parametrize("code", CODES)
def test_a_criterion_flags_the_same_events_on_both_engines(everything: Cases, code: str) -> None:
    duckdb, spark = (cases.digest_of(everything[engine], code) for engine in ENGINES)
    assert duckdb[0] > 0, "nothing to compare: add rows for it to tests/engine/hostile.py"
    assert spark == duckdb


@pytest.mark.parametrize("code", [code for code in CODES if isinstance(
    all_criteria()[code].shape, Group | Study)])
def test_a_criterion_measures_the_same_on_both_engines(everything: Cases, code: str) -> None:
    duckdb, spark = (cases.findings(everything[engine])[code] for engine in ENGINES)
    assert duckdb.num_rows > 0
    assert spark.equals(duckdb)


def test_every_criterion_together_has_one_digest(everything: Cases) -> None:
    duckdb, spark = (cases.manifest(everything[engine]) for engine in ENGINES)
    assert duckdb["not_applicable"] == spark["not_applicable"] == {}
    assert spark["digest"] == duckdb["digest"]


@pytest.mark.parametrize("engine", ENGINES)
def test_everything_that_ran_keeps_to_the_narrow_dialect(everything: Cases, engine: str) -> None:
    ran = cases.manifest(everything[engine])["sql"]
    assert {"facts", "events", "flags_0", "hit_0"} <= set(ran)
    assert any(name.startswith("hit_run_") for name in ran)
    dialect = "duckdb" if engine == "duckdb" else "spark"
    assert {name: broken(sql, dialect) for name, sql in ran.items() if broken(sql, dialect)} == {}


@pytest.mark.parametrize("policy", BUILT_IN)
def test_a_built_in_policy_decides_and_counts_the_same(
        sources: list[str], local_spark: Any, tmp_path: Path, policy: str) -> None:
    found = decided(sources, tmp_path, policy)
    duckdb, spark = (found[engine] for engine in ENGINES)
    assert cases.manifest(spark)["digest"] == cases.manifest(duckdb)["digest"]
    assert cases.findings(spark) == cases.findings(duckdb)
    for kind in ("cube", "unique"):
        assert cases.counts(duckdb, kind).num_rows > 20
        assert cases.counts(spark, kind).equals(cases.counts(duckdb, kind))


@pytest.mark.soak
@pytest.mark.parametrize("code", CODES)
def test_a_policy_of_one_criterion_has_one_digest(
        sources: list[str], local_spark: Any, tmp_path: Path, code: str) -> None:
    (tmp_path / "one.toml").write_text(cases.policy([code]), "utf-8")
    found = decided(sources, tmp_path, str(tmp_path / "one.toml"))
    duckdb, spark = (cases.manifest(found[engine]) for engine in ENGINES)
    assert spark["digest"] == duckdb["digest"]
