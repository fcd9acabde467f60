"""The SQL of the DuckDB engine that no portable expression can say: scans, keys, facts.

A key is 64 bits made of two hashes of DuckDB, of the text and of the text behind a secret salt of
the case and the column's name. That hash takes eight bytes at a time and lets no bit act on lower
ones, so that texts which differ in late bytes alone are apt to collide: of 1,237,921 addresses
behind a prefix of 42 bytes 683 did. What is put before a text is four bytes longer than a multiple
of eight: late bytes of the one are early ones of the other.

Keys of dictionary columns are checked for being distinct, and so is every key that a finding is
named by: a collision stops the run and accuses nobody. The others are compared among the events of
one item, one device or one address: of a million different ones two share a key with a chance of
3e-8 (n^2 / 2^65). Forging a collision merges two identities, which whoever writes another's
identity into a request does with less work; so speed is taken over a cryptographic hash here.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from truetally.engine.spec import DICTIONARY, USERS, FactsSpec, Scan
from truetally.events.good import good_row_sql
from truetally.events.schema import (
    DAY_MS,
    DERIVED,
    DERIVED_FROM,
    EVENT,
    HELD,
    ROW_BITS,
)

TYPES = {"string": "VARCHAR", "int64": "BIGINT", "bool": "BOOLEAN"}
ADDRESS = ("ip", "user_agent")  # what stands for a user of whom nothing else is known
WHO = ("coalesce('account ' || e.account_id, 'cookie ' || e.cookie_id, "
       "'session ' || e.session_id, 'address ' || e.ip || ' ' || e.user_agent)")
USER = ("account_id", "cookie_id", "session_id")  # COUNTER R5.1, before IP and user agent
OFTEN = ("device_id", *DICTIONARY)  # a text has several events, so that its key is made once
NETWORK = "CASE WHEN d_ip.ip_version = 6 THEN d_ip.ip_net ELSE e.ip END"


def text(value: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def events(scans: Sequence[Scan]) -> str:
    """Select every EVENT column, source number, rank and row from all sources, good rows only."""
    return " UNION ALL ".join(_one(scan) for scan in scans)


def held(column: str) -> str:
    """Select a column of a source; whole numbers other than the time are held within HELD."""
    if column not in HELD:
        return column
    most = HELD[column]
    return (f"CASE WHEN {column} > {most} THEN {most} WHEN {column} < -{most} "
            f"THEN -{most} ELSE {column} END AS {column}")


def _one(scan: Scan) -> str:
    row = scan.row_column or "file_row_number"
    columns = ", ".join(
        held(name) if name in scan.columns else f"NULL::{TYPES[str(kind)]} AS {name}"
        for name, kind in EVENT.items())
    option = "" if scan.row_column else ", file_row_number = true"
    return (f"SELECT {scan.number}::BIGINT AS number, {scan.rank}::BIGINT AS rank, "
            f"{row}::BIGINT AS row, {columns} "
            f"FROM read_parquet({text(str(scan.path))}{option})"
            + ("" if scan.clean else f" WHERE {good_row_sql()}"))


def decisions(parts: Sequence[tuple[Path, int]]) -> str:
    """Select event_id, mask and period from files of decisions, each with its period's number."""
    return " UNION ALL ".join(
        f"SELECT event_id, reasons AS mask, {period}::INTEGER AS period "
        f"FROM read_parquet({text(str(path))})" for path, period in parts)


def key(column: str, salt: str, value: str | None = None) -> str:
    """Compute the internal key of a text, null for null."""
    said = value or column
    salted = f"hash({text(_before(column, salt))} || {said})"
    return f"CASE WHEN {said} IS NOT NULL THEN hash({said}, {salted}) END"


def _before(column: str, salt: str) -> str:
    """Give what a text is hashed behind, as long as the head of this file asks for."""
    said = f"{salt}{column}:"
    return said + "." * ((4 - len(said)) % 8)


def keys_and_texts(column: str, salt: str) -> str:
    """Select the internal key of a column, identity or listener beside the text it stands for."""
    source = f"(SELECT DISTINCT {column} FROM events) AS e" if column in OFTEN else "events AS e"
    made, said = key(column, salt, f"e.{column}"), f"e.{column}"
    if column == "identity":
        made = _identity({c: key(c, salt, f"e.{c}") for c in (*USER, *ADDRESS)})
        said = WHO
    elif column == "listener":
        source += " LEFT JOIN dict_ip AS d_ip ON d_ip.text = e.ip"
        made = _listener(salt)
        said = f"'address ' || {NETWORK} || ' ' || e.user_agent"
    return f"SELECT {made} AS key, {said} AS text FROM {source}"


def day(offset_ms: int) -> str:
    """Give the local day number of time_ms."""
    return f"((time_ms + {offset_ms}) // {DAY_MS})::INTEGER"


ORDER_ID = f"(e.rank << {ROW_BITS}) + e.row"


def within(spec: FactsSpec) -> str:
    """Give the condition that restricts events to the spec's spans and equal texts."""
    parts = ["TRUE"]
    if spec.spans is not None:
        spans = " OR ".join(f"(time_ms >= {a} AND time_ms < {b})" for a, b in spec.spans)
        parts.append(f"({spans or 'FALSE'})")
    parts += [f"{column} = {text(value)}" for column, value in spec.equal.items()]
    return " AND ".join(parts)


def _identity(keys: Mapping[str, str]) -> str:
    """COUNTER R5.1: account, else user cookie, else session cookie, else IP and user agent."""
    ip, agent = (keys[c] for c in ADDRESS)
    both = f"{ip} IS NOT NULL AND {agent} IS NOT NULL"
    address = f"CASE WHEN {both} THEN hash({ip}, {agent}) END"
    return f"coalesce({', '.join(keys[c] for c in USER)}, {address})"


def _listener(salt: str) -> str:
    """IAB Podcast v2.3: IP address, IPv6 cut to /64, and user agent."""
    return key("listener", salt, f"({NETWORK} || ' ' || e.user_agent)")


def _computed(spec: FactsSpec, salt: str, hashed: AbstractSet[str]) -> dict[str, str]:
    hour = f"((e.time_ms + {spec.offset_ms}) // 3600000)"
    identity = _identity({c: f"e.key_{c}" for c in (*USER, *ADDRESS)})
    hourly = f"CASE WHEN {identity} IS NOT NULL THEN hash({identity}, {hour}) END"
    # Keys stand in for texts: equal keys are equal texts, and a number is hashed faster.
    columns = ", ".join(f"e.key_{name}" if name in hashed else f"e.{name}"
                        for name in spec.columns)
    return {
        "hour": f"({hour} % 24)::INTEGER",
        "watched_s": "e.watched_ms // 1000",
        "identity": identity,
        "visit": f"coalesce(e.key_session_id, {hourly})",
        "listener": _listener(salt),
        "row_key": f"(hash({columns}) & 9223372036854775807)::BIGINT",
    }


def short_texts(spec: FactsSpec) -> dict[str, str]:
    """Select the distinct texts of every facts column that is kept as text."""
    found = {c: f"SELECT DISTINCT {c} FROM events WHERE {c} IS NOT NULL AND {within(spec)}"
             for c in spec.small if str(EVENT[c]) == "string"}
    return found | {c: f"SELECT DISTINCT {c} FROM dict_{DERIVED_FROM[c]} WHERE {c} IS NOT NULL"
                    for c in spec.derived if str(DERIVED[DERIVED_FROM[c]][c]) == "string"}


def facts(spec: FactsSpec, salt: str, short: Mapping[str, str]) -> str:
    """Select the facts from `events` joined with the dictionaries of distinct texts.

    `short` names the ENUM types of text columns of events with few values.
    """
    as_short = {c: f"::{kind}" for c, kind in short.items()}
    dictionaries = spec.dictionaries()
    hashed = {*dictionaries, *spec.keys} | (set(USER) if set(spec.computed) & USERS else set())
    computed = _computed(spec, salt, hashed)
    chosen = [f"{ORDER_ID} AS order_id", f"{day(spec.offset_ms)} AS day"]
    chosen += [f"e.{c}{as_short.get(c, '')} AS {c}" for c in spec.small]
    chosen += [f"CASE WHEN e.{c} IS NOT NULL THEN TRUE END AS {c}" if c in spec.ungrouped
               else f"e.key_{c} AS {c}" for c in spec.keys]
    chosen += [f"d_{DERIVED_FROM[c]}.{c} AS {c}" for c in spec.derived]
    chosen += [f"({computed[c]}) AS {c}" for c in spec.computed if c in computed]
    chosen += [f"e.{c} IS NOT NULL AS has_{c}" for c in spec.present]
    masks = " | ".join(
        f"CASE WHEN e.{c} IS NULL THEN {int(spec.null_masks.get(c, 0))} ELSE d_{c}.mask END"
        for c in spec.masked) or "0"
    chosen.append(f"({masks})::BIGINT AS text_mask")
    keys = "".join(f", {key(c, salt)} AS key_{c}" for c in sorted(hashed))
    wanted = {DERIVED_FROM[c] for c in spec.derived} | set(spec.masked)
    wanted |= {"ip"} if "listener" in spec.computed else set()
    # Keys of one dictionary are distinct, and every text is in it: equal keys are equal texts.
    joins = "".join(f" LEFT JOIN dict_{c} AS d_{c} ON d_{c}.key = e.key_{c}"
                    for c in dictionaries if c in wanted)
    return (f"SELECT {', '.join(chosen)} FROM (SELECT *{keys} FROM events "
            f"WHERE {within(spec)}) AS e{joins}")
