-- near_0
SELECT
  "t0"."identity",
  "t0"."item_id",
  "t0"."kind",
  "t0"."order_id",
  "t0"."part_id",
  "t0"."time_ms"
FROM "facts" AS "t0"
WHERE
  (
    "t0"."mask" & 0
  ) = 0
  AND "t0"."kind" IS NOT NULL
  AND "t0"."identity" IS NOT NULL
  AND "t0"."item_id" IS NOT NULL;

-- run_0
SELECT
  "t1"."order_id"
FROM (
  SELECT
    "t0"."identity",
    "t0"."item_id",
    "t0"."kind",
    "t0"."order_id",
    "t0"."part_id",
    "t0"."time_ms",
    LAG("t0"."time_ms") OVER (
      PARTITION BY "t0"."kind", "t0"."identity", "t0"."item_id", "t0"."part_id"
      ORDER BY "t0"."time_ms" ASC, "t0"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "previous_ms",
    LEAD("t0"."time_ms") OVER (
      PARTITION BY "t0"."kind", "t0"."identity", "t0"."item_id", "t0"."part_id"
      ORDER BY "t0"."time_ms" ASC, "t0"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "next_ms"
  FROM "near_0" AS "t0"
) AS "t1"
WHERE
  COALESCE(
    (
      "t1"."next_ms" IS NOT NULL
    )
    AND (
      (
        "t1"."next_ms" - "t1"."time_ms"
      ) <= 30000
    ),
    FALSE
  );
