r"""Read a mapping file: TOML that names, for each event column, the source's column and its unit.

A complete example; every table but ``[columns]`` may be left out:

    source = "csv"              # parquet, csv, json-lines or access-log, if it cannot be told
    encoding = "gb18030"        # of csv, json-lines and access-log; UTF-8 if left out
    unknown = ["NULL", "\\N"]    # texts that mean "not known", besides the empty text

    [csv]
    delimiter = ";"             # , ; | or a tab, if it cannot be told
    quote = '"'                 # "" if the file quotes nothing
    header = ["t", "vid"]       # only if the file's first record is data already

    [time]
    column = "播放时间"          # a JSON key inside another is named with dots: "event.at"
    unit = "text"               # s, ms, us, ns, iso8601 or text
    format = "%Y-%m-%d %H:%M:%S"    # of text: %Y %m %d %H %M %S %f %b %z %%
    zone = "+08:00"             # a fixed offset, needed where the text itself has none

    [columns]
    item_id = "视频ID"
    account_id = "uid"
    terminal = "terminal_type"
    watched_ms = { column = "watch_seconds", unit = "s" }       # h, min, s, ms, us, ns
    visible_permille = { column = "in_view", unit = "percent" } # permille, percent, fraction
    ip = { column = "remote_addr", forwarded = "xff", trusted_hops = 1 }

    [constants]
    kind = "play"               # the same for every row

    [values.terminal]
    1 = "pc"
    2 = "android"

`trusted_hops` counts the proxies of one's own in front of the server, the one that connects to it
included. Each appends the address it saw, so the client is that many entries from the right of
the X-Forwarded-For list; what stands further left was written by the client and proves nothing.
"""

import codecs
import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from truetally.errors import InputError, problem
from truetally.events.column_map import (
    DURATION_UNITS,
    DURATIONS,
    SHARE_UNITS,
    SHARES,
    TIME_UNITS,
    ColumnMap,
    Pick,
    TimePick,
)
from truetally.events.mapping_check import Check
from truetally.events.schema import EVENT, KINDS, TERMINALS

KEYS: Mapping[str, tuple[str, ...]] = {
    "": ("source", "encoding", "unknown", "csv", "time", "columns", "constants", "values"),
    "csv": ("delimiter", "quote", "header"),
    "time": ("column", "unit", "format", "zone"),
}
SOURCES = ("parquet", "csv", "json-lines", "access-log")
_ZONE = re.compile(r"([+-])(0[0-9]|1[0-4]):?([0-5][0-9])")
_WORDS = {"kind": KINDS, "terminal": TERMINALS}
_LONGEST_BYTES = 1 << 20
_MOST_HOPS = 16


def load(path: Path) -> ColumnMap:
    """Read and check a mapping file.

    Raises:
        InputError: it is missing, not TOML, or says something a mapping cannot say.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(problem("cannot read the mapping", where=path, found=error.strerror,
                                 then="check the path")) from error
    return parse(data, str(path))


def parse(data: bytes, where: str = "mapping") -> ColumnMap:
    """Check a mapping's text and return it as data; `where` names it in messages.

    Raises:
        InputError: it is not TOML in UTF-8, has unknown keys or columns, or values out of range.
    """
    try:
        text = data[:_LONGEST_BYTES + 1].decode("utf-8")
        table = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(problem("the mapping is not TOML", where=where, found=error,
                                 then="correct it at that place")) from error
    check = Check(where, text)
    for key, value in table.items():
        check.known(key, KEYS[""], key)
        check.type(value, dict if key in ("csv", "time", "columns", "constants", "values")
                   else list if key == "unknown" else str, key)
    csv = check.table(table.get("csv", {}), KEYS["csv"])
    return ColumnMap(
        columns=tuple(_pick(check, name, said) for name, said in table.get("columns", {}).items()),
        time=_time(check, table.get("time")), constants=_constants(check, table),
        values=_values(check, table.get("values", {})),
        unknown=check.texts(table.get("unknown", []), "unknown"),
        source=check.one_of(table.get("source", ""), ("", *SOURCES), "source"),
        encoding=_encoding(check, table.get("encoding", "")),
        delimiter=check.one_of(csv.get("delimiter", ""), ("", ",", ";", "\t", "|"), "delimiter"),
        quote=check.one_of(csv.get("quote", '"'), ('"', "'", ""), "quote"),
        header=check.texts(csv.get("header", []), "header"),
        sha256=hashlib.sha256(data).hexdigest())


def _pick(check: Check, target: str, said: Any) -> Pick:
    check.known(target, tuple(EVENT), target)
    if target == "time_ms":
        raise check.fail("wrong place for", target, "a table [time]", "a line in [columns]")
    said = {"column": said} if isinstance(said, str) else said
    check.type(said, dict, target)
    for key, value in said.items():
        check.known(key, ("column", "unit", "forwarded", "trusted_hops"), key)
        check.type(value, int if key == "trusted_hops" else str, key)
    if not said.get("column"):
        raise check.fail("no source column for", target, 'column = "…"', repr(said))
    hops = said.get("trusted_hops", 0)
    if bool(said.get("forwarded")) != (1 <= hops <= _MOST_HOPS) or (hops and target != "ip"):
        raise check.fail("forwarded and trusted_hops belong together, to ip:", target,
                         f"both, with 1 to {_MOST_HOPS} hops", repr(said))
    units = DURATION_UNITS if target in DURATIONS else SHARE_UNITS if target in SHARES else {}
    if "unit" in said:
        check.known(said["unit"], units, "unit")
    return Pick(target=target, column=said["column"], scale=units.get(said.get("unit", "")),
                forwarded=said.get("forwarded", ""), trusted_hops=hops)


def _time(check: Check, said: dict[str, Any] | None) -> TimePick | None:
    if said is None:
        return None
    for key, value in check.table(said, KEYS["time"]).items():
        check.type(value, str, key)
    unit = check.one_of(said.get("unit", ""), ("", *TIME_UNITS), "unit")
    if not said.get("column"):
        raise check.fail("no source column for", "time", 'time.column = "…"', repr(said))
    if (unit == "text") != bool(said.get("format")):
        raise check.fail('time.format belongs to time.unit = "text":', "format", "both or none",
                         repr(said))
    zone = said.get("zone")
    return TimePick(column=said["column"], unit=unit, format=said.get("format", ""),
                    zone_s=None if zone is None else _zone_s(check, zone))


def _zone_s(check: Check, zone: str) -> int:
    found = _ZONE.fullmatch(zone)
    if zone not in ("Z", "UTC") and not found:
        raise check.fail("not a fixed offset:", "zone", '"+08:00" or "UTC"; names of zones change '
                         "meaning with the year", repr(zone))
    if not found:
        return 0
    return (int(found[2]) * 3600 + int(found[3]) * 60) * (-1 if found[1] == "-" else 1)


def _constants(check: Check, table: dict[str, Any]) -> dict[str, str | int | bool]:
    kinds = {"string": str, "int64": int, "bool": bool}
    constants = table.get("constants", {})
    for target, value in constants.items():
        check.known(target, tuple(EVENT), target)
        check.type(value, kinds[str(EVENT[target])], target)
        if target in _WORDS:
            check.one_of(value, _WORDS[target], target)
        if target == "time_ms" or target in table.get("columns", {}):
            raise check.fail("a constant cannot stand for", target, "a column", repr(value))
    return dict(constants)


def _values(check: Check, said: dict[str, Any]) -> dict[str, dict[str, str]]:
    for target, table in said.items():
        check.known(target, tuple(EVENT), target)
        check.type(table, dict, target)
        for key, value in table.items():
            check.type(value, str, key)
    return {target: dict(table) for target, table in said.items()}


def _encoding(check: Check, name: str) -> str:
    if not name:
        return ""
    try:
        info = codecs.lookup(name)
        "".encode(info.name)
    except (LookupError, TypeError, ValueError) as error:
        raise check.fail("unknown", "encoding", "a text encoding such as utf-8, utf-16 or gb18030",
                         repr(name)) from error
    return info.name
