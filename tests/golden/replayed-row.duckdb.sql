-- run_0
WITH "t1" AS (
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
    ) = 0 AND "t0"."row_key" IS NOT NULL
)
SELECT
  "t8"."order_id"
FROM (
  SELECT
    "t7"."device_id",
    "t7"."identity",
    "t7"."ip",
    "t7"."item_id",
    "t7"."kind",
    "t7"."order_id",
    "t7"."part_id",
    "t7"."row_key",
    "t7"."time_ms",
    "t7"."user_agent",
    "t7"."watched_ms",
    LAG("t7"."time_ms") OVER (
      PARTITION BY "t7"."row_key", "t7"."time_ms", "t7"."kind", "t7"."item_id", "t7"."part_id", "t7"."identity", "t7"."device_id", "t7"."ip", "t7"."user_agent", "t7"."watched_ms"
      ORDER BY "t7"."time_ms" ASC, "t7"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "previous_ms",
    LEAD("t7"."time_ms") OVER (
      PARTITION BY "t7"."row_key", "t7"."time_ms", "t7"."kind", "t7"."item_id", "t7"."part_id", "t7"."identity", "t7"."device_id", "t7"."ip", "t7"."user_agent", "t7"."watched_ms"
      ORDER BY "t7"."time_ms" ASC, "t7"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "next_ms"
  FROM (
    SELECT
      "t3"."device_id",
      "t3"."identity",
      "t3"."ip",
      "t3"."item_id",
      "t3"."kind",
      "t3"."order_id",
      "t3"."part_id",
      "t3"."row_key",
      "t3"."time_ms",
      "t3"."user_agent",
      "t3"."watched_ms"
    FROM "t1" AS "t3"
    SEMI JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."row_key",
          COUNT(*) AS "events"
        FROM "t1" AS "t2"
        GROUP BY
          1
      ) AS "t4"
      WHERE
        "t4"."events" > 1
    ) AS "t6"
      ON "t3"."row_key" IS NOT DISTINCT FROM "t6"."row_key"
  ) AS "t7"
) AS "t8"
WHERE
  COALESCE("t8"."previous_ms" IS NOT NULL, FALSE);
