"""Profiles of devices, and facts of single events: what learning rivals are given to look at."""

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.bench.log import Log

Matrix = NDArray[np.float64]
_UNKNOWN = -1.0

_PROFILE = """
WITH e AS (SELECT *, (time_ms + 28800000) // 3600000 AS h FROM events)
SELECT count(*) AS plays, count(DISTINCT item_id) AS items, count(DISTINCT ip) AS addresses,
  count(DISTINCT user_agent) AS agents, count(DISTINCT plugins) AS plugin_lists,
  count(DISTINCT region) AS regions, count(DISTINCT cookie_id) AS cookies,
  count(DISTINCT session_id) AS visits, count(DISTINCT h) AS hours,
  count(DISTINCT h // 24) AS days, count(DISTINCT h % 24) AS hours_of_day,
  count(*) / count(DISTINCT h) AS an_hour,
  coalesce(avg(watched_ms), -1) AS watched, coalesce(stddev_pop(watched_ms), 0) AS watched_varies,
  coalesce(avg(watched_ms / nullif(length_ms, 0)), -1) AS seen,
  avg(CASE WHEN h % 24 < 6 THEN 1 ELSE 0 END) AS at_night,
  coalesce(avg(interacted::INT), -1) AS gestures,
  coalesce(avg(visible_permille), -1) AS visible,
  coalesce(avg(bytes_sent / nullif(watched_ms, 0)), -1) AS bytes_a_ms,
  avg((referrer IS NOT NULL)::INT) AS referred, avg((account_id IS NOT NULL)::INT) AS accounts,
  avg((value_action IS NOT NULL)::INT) AS of_value
FROM e GROUP BY device ORDER BY device
"""

_EVENTS = """
WITH e AS (SELECT *, (time_ms + 28800000) // 3600000 AS h FROM events)
SELECT h % 24 AS hour, watched_ms AS watched, length_ms AS length,
  watched_ms / nullif(length_ms, 0) AS seen, visible_permille AS visible,
  interacted::INT AS gesture, log(1 + bytes_sent) AS bytes,
  bytes_sent / nullif(watched_ms, 0) AS bytes_a_ms,
  placement_w AS width, paid::INT AS paid, (account_id IS NOT NULL)::INT AS account,
  (value_action IS NOT NULL)::INT AS of_value,
  CASE terminal WHEN 'pc' THEN 0 WHEN 'h5' THEN 1 WHEN 'android' THEN 2 WHEN 'ios' THEN 3 ELSE 4 END
    AS terminal,
  log(count(*) OVER (PARTITION BY user_agent)) AS agent_common,
  log(count(*) OVER (PARTITION BY plugins)) AS plugins_common,
  log(count(*) OVER (PARTITION BY plugins, user_agent)) AS both_common,
  log(count(*) OVER (PARTITION BY regexp_extract(referrer, '^https?://([^/]*)', 1)))
    AS referrer_common,
  log(count(*) OVER (PARTITION BY screen)) AS screen_common,
  count(*) OVER (PARTITION BY ip, h) AS address_hour,
  log(count(*) OVER (PARTITION BY item_id, h // 24)) AS item_day,
  avg(watched_ms) OVER (PARTITION BY item_id, h // 24) AS item_day_watched
FROM e ORDER BY row
"""


def profiles(log: Log) -> Matrix:
    """Profile every device: one row a device, by its number."""
    return _matrix(log, _PROFILE)


def facts(log: Log) -> Matrix:
    """Give what is seen of every event: its own columns, how common they are, its device."""
    return np.concatenate([_matrix(log, _EVENTS), profiles(log)[log.device]], axis=1)


def _matrix(log: Log, query: str) -> Matrix:
    rows = log.events.append_column("device", pa.array(log.device)).append_column(
        "row", pa.array(np.arange(len(log.device))))
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.register("events", rows)
        made = engine.execute(query).fetchnumpy()
    columns = [np.ma.filled(values.astype(np.float64), _UNKNOWN) for values in made.values()]
    return np.stack(columns, axis=1)
