"""Every figure of a report as a claim: a query over the case's files, its result, their digests.

The queries go over the verdict of each event (`decisions`) and over the counts by day and item
(`cube`); the counts that were kept while deciding must say the same, or the report is refused.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from truetally.decisions.plan import UNSIGNED_BIT
from truetally.engine.duck_sql import text
from truetally.errors import CaseError, problem
from truetally.evidence.canonical import canonical
from truetally.evidence.merkle import leaf_hash, root
from truetally.report.data import Line, ReportData, Text, Value
from truetally.report.document.court import Claim
from truetally.report.plain import plain
from truetally.report.words import say
from truetally.run.case import inside
from truetally.run.report_data import MOST_ITEMS

Rows = tuple[tuple[Value, ...], ...]
_LINE = ("gross", "net", "total_net", "not_counted", "givt", "sivt", "undetermined", "suspect")
_KEYS = {"by_day": "CAST(DATE '1970-01-01' + day AS VARCHAR)", "by_item": "item_id",
         "by_terminal": "terminal", "by_region": "region"}
_MOST_LOST = f"total_net - gross, gross DESC, coalesce(key, '') LIMIT {MOST_ITEMS}"
_COUNTED = "verdict <> 'not_counted'"
_WHOLE = {
    "events": "count(*)",
    "not_counted": "count(*) FILTER (verdict = 'not_counted')",
    "gross": f"count(*) FILTER ({_COUNTED})",
    "givt": "count(*) FILTER (verdict = 'givt')",
    "net": f"count(*) FILTER ({_COUNTED} AND verdict <> 'givt')",
    "sivt": "count(*) FILTER (verdict = 'sivt')",
    "total_net": f"count(*) FILTER ({_COUNTED} AND verdict NOT IN ('givt', 'sivt'))",
    "undetermined": "count(*) FILTER (verdict = 'undetermined')",
    "suspect": "count(*) FILTER (suspect)"}


def make_claims(case: Path, manifest: Mapping[str, Any], report: ReportData) -> tuple[Claim, ...]:
    """Compute every claimed figure by query, and hold it against the counts of the report.

    Raises:
        CaseError: a file of the case is gone, or the two ways of counting disagree.
    """
    asked = _queries(manifest, report)
    database = _open(case, manifest)
    try:
        found = {key: tuple(database.execute(sql).fetchall()) for key, (_, sql) in asked.items()}
    finally:
        database.close()
    for key, expected in _kept(manifest, report).items():
        if found[key] != expected:
            raise CaseError(problem(
                "the verdicts and the counts of the case disagree", where=f"figure {key}",
                expected=str(expected)[:120], found=str(found[key])[:120],
                then="do not report from this case; decide its sources again in a new one"))
    return tuple(_claim(place, key, name, sql, found[key])
                 for place, (key, (name, sql)) in enumerate(asked.items(), 1))


def claims_root(claims: Sequence[Claim]) -> str:
    """Give the head of the Merkle tree over the claims, in their order (RFC 9162, 2.1.1)."""
    return root([bytes.fromhex(claim.leaf) for claim in claims]).hex()


def claims_json(claims: Sequence[Claim]) -> dict[str, object]:
    """Give the claims in the form of claims.json, with how to ask the queries again."""
    return {"root": claims_root(claims), "claims": plain(claims), "views": _VIEWS,
            "leaf": "RFC 9162 leaf hash of the claim's canonical JSON (RFC 8785) without leaf"}


def claims_bytes(claims: Sequence[Claim]) -> bytes:
    """Write claims.json: canonical JSON and a line end."""
    return canonical(claims_json(claims)) + b"\n"


def _claim(place: int, key: str, name: Text, sql: str, result: Rows) -> Claim:
    body = {"key": key, "number": f"F{place}", "name": plain(name), "sql": sql,
            "sql_sha256": hashlib.sha256(sql.encode()).hexdigest(), "result": plain(result),
            "result_sha256": hashlib.sha256(canonical(plain(result))).hexdigest()}
    return Claim(key=key, number=f"F{place}", name=name, sql=sql, result=result,
                 sql_sha256=str(body["sql_sha256"]), result_sha256=str(body["result_sha256"]),
                 leaf=leaf_hash(canonical(body)).hex())


_VIEWS = ("CREATE VIEW decisions AS SELECT * FROM read_parquet('decisions/*.parquet')",
          "CREATE VIEW cube AS SELECT * FROM read_parquet('counts/*-cube.parquet')",
          "CREATE VIEW uniques AS SELECT * FROM read_parquet('counts/*-unique.parquet')")


def _open(case: Path, manifest: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
    """Open the files that the manifest names, and no other file of the machine."""
    parts = manifest["partitions"]
    files = {name: [str(inside(case, part[key])) for part in parts]
             for name, key in (("decisions", "file"), ("cube", "cube"), ("uniques", "unique"))}
    database = duckdb.connect()
    every = ", ".join(text(file) for each in files.values() for file in each)
    database.execute(f"SET allowed_paths = [{every}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    for name, paths in files.items():
        listed = ", ".join(map(text, paths))
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}])")
    return database


def _queries(manifest: Mapping[str, Any], report: ReportData) -> dict[str, tuple[Text, str]]:
    """Name every figure and write its query, in the order of their numbers."""
    if not manifest["partitions"]:
        return {}
    found = {key: (_named(f"count.{key}"), f"SELECT {sum_} FROM decisions")
             for key, sum_ in _WHOLE.items()}
    found["rate"] = (_named("count.rate"), _rate())
    found["unique"] = (_named("count.unique"),
                       "SELECT CAST(coalesce(sum(unique_total_net), 0) AS BIGINT) FROM uniques")
    codes = list(manifest["reason_codes"])
    for view in report.criteria:
        if view.flagged:
            bit = codes.index(view.code)
            found[f"reason:{view.code}"] = (
                Text(en=f"{say('court.flagged', 'en')}: {view.en.title}",
                     zh=f"{say('court.flagged', 'zh')}：{view.zh.title}"),
                f"SELECT count(*) FROM decisions WHERE (reasons >> {bit}) & 1 = 1")
    for key, column in _KEYS.items():
        order = _MOST_LOST if key == "by_item" else "1 NULLS LAST"
        found[key] = (_named(key.replace("_", ".")), _by(column, order))
    return found


def _named(key: str) -> Text:
    group, name = key.split(".")
    return (Text(en=say(f"count.{name}", "en"), zh=say(f"count.{name}", "zh"))
            if group == "count" else
            Text(en=say(f"by.{name}", "en"), zh=say(f"by.{name}", "zh")))


def _rate() -> str:
    return (f"SELECT count(*) FILTER ({_COUNTED} AND (reasons >> {UNSIGNED_BIT}) & 1 = 0) * 1000 "
            f"// nullif(count(*) FILTER ({_COUNTED}), 0) FROM decisions")


def _by(column: str, order: str) -> str:
    """Break the counts down by a key of the cube; a verdict is a function of the reason mask."""
    def summed(where: str) -> str:
        return f"CAST(coalesce(sum(events) FILTER ({where}), 0) AS BIGINT)"

    sums = (summed(_COUNTED), summed(f"{_COUNTED} AND verdict <> 'givt'"),
            summed("verdict IN ('valid', 'undetermined')"), summed("verdict = 'not_counted'"),
            summed("verdict = 'givt'"), summed("verdict = 'sivt'"),
            summed("verdict = 'undetermined'"), summed("suspect"))
    counts = ",\n  ".join(f"{each} AS {name}" for each, name in zip(sums, _LINE, strict=True))
    return (f"SELECT {column} AS key,\n  {counts}\nFROM cube JOIN (SELECT DISTINCT reasons AS mask,"
            " verdict, suspect FROM decisions) USING (mask)\n"
            f"GROUP BY 1 ORDER BY {order}")


def _kept(manifest: Mapping[str, Any], report: ReportData) -> dict[str, Rows]:
    """Lay out what the kept counts say of the same figures."""
    if not manifest["partitions"]:
        return {}
    s = report.summary
    found: dict[str, Rows] = {key: ((getattr(s, key),),) for key in _WHOLE}
    found["rate"] = ((s.sivt_decision_rate_permille,),)
    found["unique"] = ((s.unique_items,),)
    found |= {f"reason:{view.code}": ((view.flagged,),) for view in report.criteria if view.flagged}
    for key in ("by_day", "by_terminal", "by_region"):
        found[key] = _lines(getattr(report, key))
    found["by_item"] = tuple(_row(line) for line in report.by_item)
    return found


def _lines(lines: Sequence[Line]) -> Rows:
    ordered = sorted(lines, key=lambda line: (line.key is None, (line.key or "").encode()))
    return tuple(_row(line) for line in ordered)


def _row(line: Line) -> tuple[Value, ...]:
    return (line.key, *[getattr(line, name) for name in _LINE])
