"""The event: one row a play, click or page view. Unknown is null, never "" or 0.

`EVENT` is the contract of every reader: a reader yields these columns (any but the first three may
be missing) and nothing else, plus `row`, the 0-based row or line number in the source.
`event_id` is (source number << 40) + row and is made when sources are joined into a case.
"""

from collections.abc import Mapping

import pyarrow as pa

ROW_BITS = 40
ROW_MASK = (1 << ROW_BITS) - 1
MOST_OFFSET_MS = 14 * 3_600_000  # no place on earth is farther from UTC
DAY_MS = 86_400_000
EARLIEST_MS = 946_684_800_000  # 2000-01-01: anything before is a clock that was never set
LARGEST = 1_000_000_000_000  # a terabyte: no unit of the schema reaches it
LARGEST_MS = 9_000_000_000  # 104 days, longer than any play: 1,024,819,115 of them fit int64
LATEST_MS = 4_070_908_800_000  # 2099-01-01: anything after is a unit read wrongly

_TEXT = pa.string()
_INT = pa.int64()
_FLAG = pa.bool_()

EVENT: Mapping[str, pa.DataType] = {
    "time_ms": _INT, "kind": _TEXT, "item_id": _TEXT, "part_id": _TEXT,
    "account_id": _TEXT, "session_id": _TEXT, "cookie_id": _TEXT, "device_id": _TEXT,
    "ip": _TEXT, "user_agent": _TEXT, "plugins": _TEXT, "referrer": _TEXT, "page_url": _TEXT,
    "terminal": _TEXT, "region": _TEXT, "watched_ms": _INT, "length_ms": _INT,
    "visible_permille": _INT, "interacted": _FLAG, "automation": _FLAG,
    "method": _TEXT, "status": _INT, "bytes_sent": _INT, "duration_ms": _INT,
    "range_start": _INT, "range_end": _INT, "prefetch": _FLAG,
    "paid": _FLAG, "value_action": _TEXT, "placement_w": _INT, "placement_h": _INT,
    "screen": _TEXT, "language": _TEXT,
}
REQUIRED = ("time_ms", "kind", "item_id")

# How far from zero an engine takes a whole number to be: hostile ones are held to it, see docs/adr.
HELD: Mapping[str, int] = {
    name: LARGEST_MS if name.endswith("_ms") else LARGEST
    for name, kind in EVENT.items() if kind == _INT and name != "time_ms"}

KINDS = ("play", "click", "view")
TERMINALS = ("pc", "h5", "android", "ios", "tv")
SCHEMA = pa.schema([(name, kind) for name, kind in EVENT.items()])
PLUGIN_SEPARATOR = " | "  # between the entries of a plugin list, in the order reported

# Long or high-cardinality text: facts hold an internal key of it, good for equality alone.
KEYED = ("item_id", "part_id", "account_id", "session_id", "cookie_id", "device_id", "ip",
         "user_agent", "plugins", "referrer", "page_url")

# Derived once on distinct values of the column on the left, see `derive`.
DERIVED: Mapping[str, Mapping[str, pa.DataType]] = {
    "user_agent": {"ua_family": _TEXT, "ua_major": _INT, "ua_os": _TEXT, "ua_os_major": _INT,
                   "ua_platform": _TEXT, "ua_browser": _FLAG, "ua_robot": _FLAG,
                   "ua_released_day": _INT},
    "plugins": {"plugins_flash": _FLAG, "plugins_flash_major": _INT, "plugins_count": _INT},
    "referrer": {"referrer_host": _TEXT},
    "page_url": {"page_host": _TEXT},
    "ip": {"ip_version": _INT, "ip_net": _TEXT, "ip_data_centre": _FLAG, "ip_gateway": _FLAG},
}
DERIVED_FROM = {column: source for source, columns in DERIVED.items() for column in columns}

# Made while the facts are built, by integer arithmetic on one row, or by one pass in time order.
COMPUTED: Mapping[str, tuple[str, ...]] = {
    "day": ("time_ms",), "hour": ("time_ms",), "watched_s": ("watched_ms",),
    "end_ms": ("time_ms", "watched_ms"),
    "identity": ("account_id", "cookie_id", "session_id", "ip", "user_agent"),
    "listener": ("ip", "user_agent"),
    "visit": ("session_id", "account_id", "cookie_id", "ip", "user_agent", "time_ms"),
    "row_key": ("time_ms",),
    "device_gap_s": ("device_id", "time_ms"),
}
# A user is known by any one of these (COUNTER R5.1): what an identity or a visit is made of.
USER: tuple[frozenset[str], ...] = (
    frozenset({"account_id"}), frozenset({"cookie_id"}), frozenset({"session_id"}),
    frozenset({"ip", "user_agent"}))
