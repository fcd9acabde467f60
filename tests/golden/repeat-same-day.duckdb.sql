-- near_0
SELECT
  "t0"."day",
  "t0"."item_id",
  "t0"."listener",
  "t0"."order_id",
  "t0"."part_id",
  "t0"."time_ms"
FROM "facts" AS "t0"
WHERE
  (
    "t0"."mask" & 0
  ) = 0 AND "t0"."listener" IS NOT NULL;

-- run_0
SELECT
  "t1"."order_id"
FROM (
  SELECT
    "t0"."day",
    "t0"."item_id",
    "t0"."listener",
    "t0"."order_id",
    "t0"."part_id",
    "t0"."time_ms",
    LAG("t0"."time_ms") OVER (
      PARTITION BY "t0"."listener", "t0"."item_id", "t0"."part_id", "t0"."day"
      ORDER BY "t0"."time_ms" ASC, "t0"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "previous_ms",
    LEAD("t0"."time_ms") OVER (
      PARTITION BY "t0"."listener", "t0"."item_id", "t0"."part_id", "t0"."day"
      ORDER BY "t0"."time_ms" ASC, "t0"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "next_ms"
  FROM "near_0" AS "t0"
) AS "t1"
WHERE
  COALESCE("t1"."previous_ms" IS NOT NULL, FALSE);
