-- near_0
SELECT
  "t0"."device_id",
  "t0"."identity",
  "t0"."ip",
  "t0"."item_id",
  "t0"."kind",
  "t0"."order_id",
  "t0"."part_id",
  "t0"."row_key",
  "t0"."time_ms",
  "t0"."user_agent",
  "t0"."watched_ms"
FROM "facts" AS "t0"
WHERE
  (
    "t0"."mask" & 0
  ) = 0 AND "t0"."row_key" IS NOT NULL;

-- run_0
SELECT
  "t1"."order_id"
FROM (
  SELECT
    "t0"."device_id",
    "t0"."identity",
    "t0"."ip",
    "t0"."item_id",
    "t0"."kind",
    "t0"."order_id",
    "t0"."part_id",
    "t0"."row_key",
    "t0"."time_ms",
    "t0"."user_agent",
    "t0"."watched_ms",
    LAG("t0"."time_ms") OVER (
      PARTITION BY "t0"."row_key", "t0"."time_ms", "t0"."kind", "t0"."item_id", "t0"."part_id", "t0"."identity", "t0"."device_id", "t0"."ip", "t0"."user_agent", "t0"."watched_ms"
      ORDER BY "t0"."time_ms" ASC, "t0"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "previous_ms",
    LEAD("t0"."time_ms") OVER (
      PARTITION BY "t0"."row_key", "t0"."time_ms", "t0"."kind", "t0"."item_id", "t0"."part_id", "t0"."identity", "t0"."device_id", "t0"."ip", "t0"."user_agent", "t0"."watched_ms"
      ORDER BY "t0"."time_ms" ASC, "t0"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "next_ms"
  FROM "near_0" AS "t0"
) AS "t1"
WHERE
  COALESCE("t1"."previous_ms" IS NOT NULL, FALSE);
