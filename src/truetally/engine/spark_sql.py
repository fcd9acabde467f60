"""The SQL of the Spark engine that no portable expression can say: scans, keys, facts.

Keys are the texts themselves, so nothing here can collide: where DuckDB compares a salted hash of a
text, Spark compares the text. Each statement means what its namesake in `duck_sql` means.
"""

from collections.abc import Sequence

import pyarrow as pa

from truetally.engine.spec import FactsSpec, Scan
from truetally.errors import EngineError, problem
from truetally.events.good import good_row_sql
from truetally.events.schema import DAY_MS, DERIVED_FROM, EVENT, HELD, ROW_BITS

TYPES = {"string": "STRING", "large_string": "STRING", "int64": "BIGINT", "int32": "INT",
         "int16": "SMALLINT", "int8": "TINYINT", "bool": "BOOLEAN"}
GOOD_ROW = good_row_sql()


def text(value: str) -> str:
    """Write a text as an SQL literal that means the same whatever is in it."""
    return "'" + "".join(_ESCAPED.get(letter, letter) for letter in value) + "'"


# NUL in full, because Spark reads `\0` and two digits after it as one octal letter.
_ESCAPED = {"\\": "\\\\", "'": "\\'", "\0": "\\u0000"}


def columns(schema: pa.Schema) -> str:
    """Describe the columns of an Arrow schema to Spark.

    Raises:
        EngineError: a column has a type that no table of ours has.
    """
    unknown = sorted(f"{f.name} {f.type}" for f in schema if str(f.type) not in TYPES)
    if unknown:
        raise EngineError(problem("a table of unusable types", expected=", ".join(TYPES),
                                  found=", ".join(unknown), then="report this as a defect"))
    return ", ".join(f"`{f.name.replace('`', '``')}` {TYPES[str(f.type)]}" for f in schema)


def stored(scan: Scan) -> str:
    """Describe the columns that are read of a source's file."""
    wanted = {name: TYPES[str(kind)] for name, kind in EVENT.items() if name in scan.columns}
    if scan.row_column:
        wanted[scan.row_column] = "BIGINT"
    return ", ".join(f"`{name}` {kind}" for name, kind in wanted.items())


def held(column: str) -> str:
    """Select a column of a source; whole numbers other than the time are held within HELD."""
    if column not in HELD:
        return column
    most = HELD[column]
    return (f"CASE WHEN {column} > {most} THEN {most} WHEN {column} < -{most} "
            f"THEN -{most} ELSE {column} END AS {column}")


def events(scan: Scan) -> list[str]:
    """List what is selected of a source's file: number, rank, row and every EVENT column."""
    row = f"`{scan.row_column}`" if scan.row_column else "_metadata.row_index"
    chosen = [held(name) if name in scan.columns else f"CAST(NULL AS {TYPES[str(kind)]}) AS {name}"
              for name, kind in EVENT.items()]
    return [f"CAST({scan.number} AS BIGINT) AS number", f"CAST({scan.rank} AS BIGINT) AS rank",
            f"CAST({row} AS BIGINT) AS row", *chosen]


def day(offset_ms: int) -> str:
    """Give the local day number of time_ms."""
    return f"CAST((time_ms + {offset_ms}) div {DAY_MS} AS INT)"


def within(spec: FactsSpec) -> str:
    """Give the condition that restricts events to the spec's spans and equal texts."""
    parts = ["TRUE"]
    if spec.spans is not None:
        spans = " OR ".join(f"(time_ms >= {a} AND time_ms < {b})" for a, b in spec.spans)
        parts.append(f"({spans or 'FALSE'})")
    parts += [f"{column} = {text(value)}" for column, value in spec.equal.items()]
    return " AND ".join(parts)


def _identity() -> str:
    """COUNTER R5.1: account, else user cookie, else session cookie, else IP and user agent."""
    return ("coalesce('account ' || e.account_id, 'cookie ' || e.cookie_id, "
            "'session ' || e.session_id, 'address ' || e.ip || ' ' || e.user_agent)")


def _row_key(columns: Sequence[str], salt: str) -> str:
    """Give 60 bits of an MD5 over all columns by name: unlike xxhash64, it tells nulls apart."""
    every = ", ".join(f"e.{name}" for name in columns)
    digest = f"md5({text(salt + ' row ')} || to_json(struct({every})))"
    return f"CAST(conv(substring({digest}, 1, 15), 16, 10) AS BIGINT)"


def _computed(spec: FactsSpec, salt: str) -> dict[str, str]:
    hour = f"((e.time_ms + {spec.offset_ms}) div 3600000)"
    network = "CASE WHEN d_ip.ip_version = 6 THEN d_ip.ip_net ELSE e.ip END"
    return {
        "hour": f"CAST({hour} % 24 AS INT)",
        "watched_s": "e.watched_ms div 1000",
        "identity": _identity(),
        "visit": f"coalesce('session ' || e.session_id, {_identity()} || ' ' || {hour})",
        "listener": f"'address ' || {network} || ' ' || e.user_agent",
        "row_key": _row_key(spec.columns, salt),
    }


def facts(spec: FactsSpec, salt: str) -> str:
    """Select the facts from `events` joined with the dictionaries of distinct texts."""
    computed = _computed(spec, salt)
    chosen = [f"shiftleft(e.rank, {ROW_BITS}) + e.row AS order_id",
              f"{day(spec.offset_ms)} AS day"]
    chosen += [f"e.{c} AS {c}" for c in (*spec.small, *spec.keys)]
    chosen += [f"d_{DERIVED_FROM[c]}.{c} AS {c}" for c in spec.derived]
    chosen += [f"{computed[c]} AS {c}" for c in spec.computed if c in computed]
    chosen += [f"e.{c} IS NOT NULL AS has_{c}" for c in spec.present]
    masks = " | ".join(
        f"CASE WHEN e.{c} IS NULL THEN {int(spec.null_masks.get(c, 0))} ELSE d_{c}.mask END"
        for c in spec.masked) or "0"
    chosen.append(f"CAST({masks} AS BIGINT) AS text_mask")
    joined = {DERIVED_FROM[c] for c in spec.derived} | set(spec.masked)
    joined |= {"ip"} if "listener" in spec.computed else set()
    joins = "".join(f" LEFT JOIN dict_{c} AS d_{c} ON d_{c}.text = e.{c}"
                    for c in spec.dictionaries() if c in joined)
    return f"SELECT {', '.join(chosen)} FROM events AS e{joins} WHERE {within(spec)}"
