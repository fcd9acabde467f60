"""Profiles of devices, and facts of single events: what learning rivals are given to look at."""

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from truetally.bench.log import F64, HOURS, I64, Log, pair
from truetally.events.schema import TERMINALS

Matrix = NDArray[np.float64]
_UNKNOWN = -1.0
_CODED = ("item_id", "ip", "user_agent", "plugins", "region", "cookie_id", "session_id")
_PLAIN = ("watched_ms", "length_ms", "interacted", "visible_permille", "bytes_sent")
_KNOWN = ("referrer", "account_id", "value_action")
_HOST = r"^(?:https?://)?([^/]*).*$"

_PROFILE = """
SELECT count(*) AS plays, count(DISTINCT item_id) AS items, count(DISTINCT ip) AS addresses,
  count(DISTINCT user_agent) AS agents, count(DISTINCT plugins) AS plugin_lists,
  count(DISTINCT region) AS regions, count(DISTINCT cookie_id) AS cookies,
  count(DISTINCT session_id) AS visits, count(DISTINCT hour) AS hours,
  count(DISTINCT hour // 24) AS days, count(DISTINCT hour % 24) AS hours_of_day,
  count(*) / count(DISTINCT hour) AS an_hour,
  coalesce(avg(watched_ms), -1) AS watched, coalesce(stddev_pop(watched_ms), 0) AS watched_varies,
  coalesce(avg(watched_ms / nullif(length_ms, 0)), -1) AS seen,
  avg((hour % 24 < 6)::INT) AS at_night,
  coalesce(avg(interacted::INT), -1) AS gestures,
  coalesce(avg(visible_permille), -1) AS visible,
  coalesce(avg(bytes_sent / nullif(watched_ms, 0)), -1) AS bytes_a_ms,
  avg(referrer::INT) AS referred, avg(account_id::INT) AS accounts,
  avg(value_action::INT) AS of_value
FROM events GROUP BY device ORDER BY device
"""


def profiles(log: Log) -> Matrix:
    """Profile every device: one row a device, by its number."""
    columns = {name: pa.array(log.codes(name)) for name in _CODED}
    columns |= {name: log.events[name].combine_chunks() for name in _PLAIN}
    columns |= {name: log.events[name].combine_chunks().is_valid() for name in _KNOWN}
    rows = pa.table(columns | {"hour": log.hour, "device": log.device})
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.register("events", rows)
        made = engine.execute(_PROFILE).fetchnumpy()
    return np.stack([np.ma.filled(values.astype(np.float64), _UNKNOWN)
                     for values in made.values()], axis=1)


def facts(log: Log) -> Matrix:
    """Give what is seen of every event: its own columns, how common they are, its device."""
    own = [*_values(log).values(), *_commonness(log).values()]
    return np.concatenate([np.stack(own, axis=1), profiles(log)[log.device]], axis=1)


def _values(log: Log) -> Mapping[str, F64]:
    plain = {name: _number(log, name) for name in (
        "watched_ms", "length_ms", "visible_permille", "interacted", "bytes_sent", "placement_w",
        "paid")}
    known = {f"known_{name}": log.events[name].combine_chunks().is_valid().to_numpy(
        zero_copy_only=False).astype(float) for name in _KNOWN}
    codes, names = log.texts("terminal")
    places = np.array([TERMINALS.index(name) for name in names.to_pylist()] + [-1])
    watched = np.maximum(plain["watched_ms"], 1)
    return plain | known | {
        "hour": (log.hour % HOURS).astype(float),
        "terminal": places[codes].astype(float),
        "seen": plain["watched_ms"] / np.maximum(plain["length_ms"], 1),
        "bytes_a_ms": plain["bytes_sent"] / watched}


def _number(log: Log, name: str) -> F64:
    column = pc.cast(log.events[name].combine_chunks(), pa.float64())
    return np.asarray(column.fill_null(_UNKNOWN).to_numpy(), dtype=float)


def _commonness(log: Log) -> Mapping[str, F64]:
    """Count how many events share a value, a pair of values, an hour's address, an item's day."""
    agent, plugins = log.codes("user_agent"), log.codes("plugins")
    item_day = pair(log.item, log.day)
    watched = _number(log, "watched_ms")
    mean = np.bincount(item_day, watched) / np.bincount(item_day)
    keys = {"agent": agent, "plugins": plugins, "both": pair(agent, plugins),
            "host": log.shortened("referrer", _HOST, r"\1"),
            "screen": log.codes("screen"), "address_hour": pair(log.codes("ip"), log.hour),
            "item_day": item_day}
    return {name: _log_count(key) for name, key in keys.items()} | {
        "item_day_watched": mean[item_day]}


def _log_count(key: I64) -> F64:
    return np.log(np.bincount(key))[key]
