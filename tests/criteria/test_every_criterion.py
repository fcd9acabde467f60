"""Promises that hold for every criterion, found by discovery."""

import re
from collections.abc import Iterator
from pathlib import Path

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pytest
from tests.criteria.evaluate import NOON, TYPES, defaults, keys_of, verdict

from truetally.criteria import all_criteria
from truetally.criterion import (
    Count,
    Criterion,
    Distinct,
    Group,
    Largest,
    Max,
    Min,
    Row,
    Run,
    Study,
    Sum,
    Total,
)
from truetally.engine.spec import KEY_COLUMNS
from truetally.events.schema import COMPUTED, DERIVED_FROM, EVENT

CODES = tuple(all_criteria())
ROOT = Path(__file__).resolve().parents[2]
# What would make a decision differ between engines, days or threads.
FORBIDDEN = re.compile(
    r"/|\b(FLOOR|DOUBLE|FLOAT|REAL|DECIMAL|REGEXP\w*|RLIKE|APPROX\w*|RAND\w*|UUID|HASH|MD5|OVER|"
    r"TIMESTAMP\w*|DATE\w*|NOW|CURRENT\w*|FIRST|LAST|ANY_VALUE|MEDIAN|QUANTILE\w*|AVG|LIST|"
    r"LIKE|LOWER|UPPER|TRIM|SPLIT\w*)\b")
# Unknown fields are what this one looks for.
LOOKS_FOR_THE_UNKNOWN = {"missing-key-fields"}


@pytest.fixture(params=CODES)
def criterion(request: pytest.FixtureRequest) -> Criterion:
    return all_criteria()[request.param]


def expressions(criterion: Criterion, types: dict[str, str]) -> Iterator[ir.BooleanValue]:
    """Build every predicate of a criterion over tables that have only the columns it may see."""
    values, shape = defaults(criterion), criterion.shape
    t = ibis.table({name: types[name] for name in criterion.reads}, name="facts")
    if isinstance(shape, Row):
        yield shape.flag(t, values)
    if isinstance(shape, Run):
        near = {"previous_ms": "int64", "next_ms": "int64"}
        yield shape.flag(ibis.table(dict(t.schema().items()) | near, name="run"), values)
    if isinstance(shape, Group):
        groups = {key: types[key] for key in keys_of(criterion)} | dict.fromkeys(
            shape.measures, "int64")
        yield shape.flag(ibis.table(groups, name="groups"), values)
    if not isinstance(shape, Row) and shape.where is not None:
        yield shape.where(t, values)
    if isinstance(shape, (Group, Study)):
        yield from (measure.where(t, values) for measure in shape.measures.values()
                    if isinstance(measure, (Count, Sum, Distinct, Largest))
                    and measure.where is not None)


def keyed_types(criterion: Criterion) -> dict[str, str]:
    """Keys are numbers, except to a row criterion that reads one text and what is derived of it."""
    sources = {DERIVED_FROM.get(name, name) for name in criterion.reads}
    if isinstance(criterion.shape, Row) and len(sources) == 1:
        return TYPES
    return TYPES | dict.fromkeys(KEY_COLUMNS, "int64")


def test_the_code_is_the_name_of_its_file(criterion: Criterion) -> None:
    name = criterion.code.replace("-", "_")
    assert (ROOT / "src/truetally/criteria" / f"{name}.py").is_file()
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+|prefetch", criterion.code)


def test_it_has_a_test_file_of_its_own(criterion: Criterion) -> None:
    name = f"test_{criterion.code.replace('-', '_')}.py"
    text = (Path(__file__).parent / name).read_text("utf-8")
    assert text.count("\ndef test_") >= 3
    assert "not_found" in text or "unknown" in text


def test_it_is_explained_in_both_languages(criterion: Criterion) -> None:
    for page in (criterion.en, criterion.zh):
        assert all([page.title, page.finds, page.shows, page.innocent])
    assert not re.search("[\u4e00-\u9fff]", criterion.en.finds + criterion.en.shows)
    for text in (criterion.zh.title, criterion.zh.finds, criterion.zh.shows, criterion.zh.innocent):
        assert re.search("[\u4e00-\u9fff]", text)


def test_it_cites_and_classifies(criterion: Criterion) -> None:
    known = "COUNTER|IAB|MRC|T/CAAAD|W3C|Su Min Zhong|Fisher|民事诉讼"
    assert re.search(known, criterion.citation)
    assert criterion.standard_says
    assert criterion.revision >= 1
    if criterion.klass != "SIVT":  # only sophisticated traffic is a matter of weighing
        assert criterion.basis == "rule" or criterion.code == "device-rate"


def test_a_certain_and_grave_criterion_gives_its_argument(criterion: Criterion) -> None:
    if criterion.klass == "SIVT" and criterion.basis == "rule":
        assert len(criterion.en.shows) > 200
        assert len(criterion.en.innocent) > 150
    if criterion.basis != "rule":
        assert re.search("not proof|never alone|several people", criterion.en.shows)


def test_its_parameters_are_explained_and_in_range(criterion: Criterion) -> None:
    for parameter in criterion.parameters.values():
        assert parameter.meaning
        assert re.search("[\u4e00-\u9fff]", parameter.meaning_zh)
        if isinstance(parameter.default, int):
            assert parameter.low is not None
            assert parameter.high is not None
            assert parameter.low <= parameter.default <= parameter.high
            assert parameter.low < parameter.high


def test_it_reads_what_it_uses_and_nothing_unknown(criterion: Criterion) -> None:
    shape, reads = criterion.shape, set(criterion.reads)
    assert reads <= EVENT.keys() | DERIVED_FROM.keys() | COMPUTED.keys()
    assert set(criterion.optional) <= reads
    if not isinstance(shape, Row):
        assert set(shape.keys) <= reads
    if isinstance(shape, Run):
        assert set(shape.required) <= set(shape.keys)
        assert not shape.carry or shape.carry in criterion.parameters
    if isinstance(shape, (Group, Study)):
        assert {m.column for m in shape.measures.values()
                if not isinstance(m, (Count, Total))} <= reads


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_its_sql_is_exact_and_the_same_everywhere(criterion: Criterion, dialect: str) -> None:
    for expression in expressions(criterion, keyed_types(criterion)):
        assert expression.type().is_boolean()
        sql = str(ibis.to_sql(expression.as_table(), dialect=dialect))
        bare = re.sub(r"'(?:[^'\\]|\\.|'')*'|`[^`]*`|\"[^\"]*\"", "x", sql).upper()
        assert not FORBIDDEN.search(bare), sql


def test_it_does_nothing_with_a_key_but_compare_it(criterion: Criterion) -> None:
    if keyed_types(criterion) is TYPES:
        return
    allowed = (ops.IsNull, ops.NotNull, ops.Equals, ops.NotEquals)
    for expression in expressions(criterion, keyed_types(criterion)):
        for node in expression.op().find(ops.Value):
            keyed = any(isinstance(arg, ops.Field) and arg.name in KEY_COLUMNS
                        for arg in node.args)
            assert not keyed or isinstance(node, allowed)


def test_an_event_of_which_nothing_is_known_is_never_found(criterion: Criterion) -> None:
    if criterion.code not in LOOKS_FOR_THE_UNKNOWN:
        for kind in ("play", "click", "view"):
            assert verdict(criterion, {"time_ms": NOON, "kind": kind}) is not True


def test_there_are_the_four_shapes() -> None:
    assert {type(found.shape) for found in all_criteria().values()} == {Row, Group, Run, Study}
    assert list(CODES) == sorted(CODES)


def test_of_a_key_that_it_does_not_group_by_it_asks_only_whether_it_is_known(
        criterion: Criterion) -> None:
    """Facts then hold no key of it at all, but whether there is one: `FactsSpec.ungrouped`."""
    shape = criterion.shape
    grouped = set() if isinstance(shape, Row) else set(shape.keys)
    if isinstance(shape, (Group, Study)):
        grouped |= {m.column for m in shape.measures.values()
                    if isinstance(m, (Distinct, Largest))}
    for expression in expressions(criterion, keyed_types(criterion)):
        for node in (expression.op(), *expression.op().find(ops.Node)):
            asked = {a.name for a in node.args if isinstance(a, ops.Field)}
            if isinstance(shape, Row) and len({DERIVED_FROM.get(c, c) for c in asked}) == 1:
                continue  # may run on the text itself
            if asked & set(KEY_COLUMNS) - grouped:
                assert isinstance(node, (ops.IsNull, ops.NotNull))


def test_no_group_without_a_measured_event_is_flagged(criterion: Criterion) -> None:
    """Units leave such groups out where they serve one criterion alone."""
    shape = criterion.shape
    if not isinstance(shape, Group) or shape.where is None:
        pytest.skip("not a group criterion that measures some events")
    nothing = {name: None if isinstance(m, (Min, Max)) else 0 for name, m in shape.measures.items()}
    row = ibis.memtable({n: [v] for n, v in nothing.items()},
                        schema=dict.fromkeys(nothing, "int64"))
    found = row.select(hit=shape.flag(row, defaults(criterion)).fill_null(False)).execute()
    assert not found["hit"][0]
