"""nginx access logs written as JSON (log_format escape=json) with nginx's own variable names."""

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from truetally.events.column_map import ColumnMap, Pick, TimePick

KEYS = ("remote_addr", "remote_user", "time_iso8601", "time_local", "msec", "request",
        "request_method", "request_uri", "status", "body_bytes_sent", "http_referer",
        "http_user_agent", "http_x_forwarded_for", "method", "page_url", "item_id")
_TIMES = {
    "msec": TimePick(column="msec", unit="s"),
    "time_iso8601": TimePick(column="time_iso8601", unit="iso8601"),
    "time_local": TimePick(column="time_local", unit="text", format="%d/%b/%Y:%H:%M:%S %z"),
}
_PICKS: Mapping[str, str] = {
    "item_id": "item_id", "account_id": "remote_user", "ip": "remote_addr",
    "user_agent": "http_user_agent", "referrer": "http_referer", "page_url": "page_url",
    "method": "method", "status": "status", "bytes_sent": "body_bytes_sent"}
_REQUEST = r"^(?P<method>[^ ]{1,15}) (?P<target>.+) HTTP/[0-9](?:\.[0-9])?$"
_PATH = r"^(?:[A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*)?(?P<path>[^?#]*)"


def is_nginx(keys: Collection[str]) -> bool:
    """Tell from an object's keys whether nginx's variables say when and what was asked for."""
    return "remote_addr" in keys and any(t in keys for t in _TIMES) and (
        "request" in keys or "request_uri" in keys)


def column_map(keys: Collection[str]) -> ColumnMap:
    """Return the mapping for the keys of a first object; the most precise time is taken."""
    time = next(pick for key, pick in _TIMES.items() if key in keys)
    return ColumnMap(time=time, constants={"kind": "view"}, unknown=("-",),
                     columns=tuple(Pick(target=t, column=c) for t, c in _PICKS.items()))


def with_request(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Add method, page_url and item_id, from the request line or from its parts."""
    found = pc.extract_regex(columns["request"], _REQUEST)
    method = pc.coalesce(columns["request_method"], pc.struct_field(found, "method"))
    target = pc.coalesce(columns["request_uri"], pc.struct_field(found, "target"))
    path = pc.struct_field(pc.extract_regex(target, _PATH), "path")
    path = pc.if_else(pc.and_(pc.equal(path, ""), pc.match_substring(target, "://")), "/", path)
    return {**columns, "method": method, "page_url": target, "item_id": path}
