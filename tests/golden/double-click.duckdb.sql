-- run_0
WITH "t1" AS (
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
    AND "t0"."item_id" IS NOT NULL
)
SELECT
  "t8"."order_id"
FROM (
  SELECT
    "t7"."identity",
    "t7"."item_id",
    "t7"."kind",
    "t7"."order_id",
    "t7"."part_id",
    "t7"."time_ms",
    LAG("t7"."time_ms") OVER (
      PARTITION BY "t7"."kind", "t7"."identity", "t7"."item_id", "t7"."part_id"
      ORDER BY "t7"."time_ms" ASC, "t7"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "previous_ms",
    LEAD("t7"."time_ms") OVER (
      PARTITION BY "t7"."kind", "t7"."identity", "t7"."item_id", "t7"."part_id"
      ORDER BY "t7"."time_ms" ASC, "t7"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "next_ms"
  FROM (
    SELECT
      "t3"."identity",
      "t3"."item_id",
      "t3"."kind",
      "t3"."order_id",
      "t3"."part_id",
      "t3"."time_ms"
    FROM "t1" AS "t3"
    SEMI JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."kind",
          "t2"."identity",
          "t2"."item_id",
          "t2"."part_id",
          COUNT(*) AS "events"
        FROM "t1" AS "t2"
        GROUP BY
          1,
          2,
          3,
          4
      ) AS "t4"
      WHERE
        "t4"."events" > 1
    ) AS "t6"
      ON "t3"."kind" IS NOT DISTINCT FROM "t6"."kind"
      AND "t3"."identity" IS NOT DISTINCT FROM "t6"."identity"
      AND "t3"."item_id" IS NOT DISTINCT FROM "t6"."item_id"
      AND "t3"."part_id" IS NOT DISTINCT FROM "t6"."part_id"
  ) AS "t7"
) AS "t8"
WHERE
  COALESCE(
    (
      "t8"."next_ms" IS NOT NULL
    )
    AND (
      (
        "t8"."next_ms" - "t8"."time_ms"
      ) <= 30000
    ),
    FALSE
  );
