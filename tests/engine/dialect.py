"""What SQL does that two engines, or two runs of one engine, could do differently."""

import re

import sqlglot
from sqlglot import exp

TYPES = re.compile(r"\b(FLOAT|DOUBLE|REAL|TIMESTAMP\w*|DATE|INTERVAL)\b")
CALLS = re.compile(
    r"\b(FLOOR|CEIL\w*|ROUND|RANDOM|RAND|APPROX\w*|QUANTILE\w*|PERCENTILE\w*|MEDIAN|FIRST\w*|LAST\w*"
    r"|ANY_VALUE|ARBITRARY|LIST|ARRAY_AGG|COLLECT_\w+|STRING_AGG|LISTAGG|AVG|STDDEV\w*|VAR\w*|REGEXP\w*"
    r"|XXHASH64|HASH|MD5|NOW|LOWER|UPPER|SPLIT\w*|ROW_NUMBER|RANK|DENSE_RANK|NTILE)\s*\(")
WORDS = re.compile(r"\b(RLIKE|SIMILAR TO|CURRENT_\w+)\b")


def broken(sql: str, dialect: str) -> list[str]:
    """Name each part of a statement that leaves the narrow dialect; `dialect` is sqlglot's."""
    tree = sqlglot.parse_one(sql, read=dialect)
    for literal in list(tree.find_all(exp.Literal)):
        if literal.is_string:
            literal.replace(exp.Literal.string(""))
    bare = re.sub(r'["`][^"`]*["`]', "", tree.sql(dialect))
    found = [word for pattern in (TYPES, CALLS, WORDS) for word in pattern.findall(bare)]
    found += [node.sql(dialect) for node in tree.find_all(exp.Div)]
    return found + [w.sql(dialect) for w in tree.find_all(exp.Window) if not _is_settled(w)]


def _is_settled(window: exp.Window) -> bool:
    """Tell whether no row order is left to chance: a sum of all rows, or an order without ties."""
    order = window.args.get("order")
    if order is None:
        return isinstance(window.this, exp.Sum)
    return bool(order.expressions[-1].this.name == "order_id")
