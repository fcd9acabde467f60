-- profile_0
SELECT
  "t1"."day",
  "t1"."item_id",
  COUNT(*) AS "size"
FROM (
  SELECT
    *
  FROM "facts" AS "t0"
  WHERE
    "t0"."item_id" IS NOT NULL
) AS "t1"
GROUP BY
  1,
  2;

-- profile_1
SELECT
  "t5"."day",
  "t5"."item_id",
  "t5"."hour",
  COUNT(*) AS "b0_events"
FROM (
  SELECT
    "t4"."day",
    "t4"."hour",
    "t4"."item_id"
  FROM (
    SELECT
      *
    FROM "facts" AS "t0"
    WHERE
      "t0"."item_id" IS NOT NULL
  ) AS "t4"
  SEMI JOIN "crowd_0" AS "t2"
    ON "t4"."day" = "t2"."day" AND "t4"."item_id" = "t2"."item_id"
) AS "t5"
GROUP BY
  1,
  2,
  3;

-- crowd_0
SELECT
  "t0"."day",
  "t0"."item_id"
FROM "profile_0" AS "t0"
WHERE
  "t0"."size" >= 240;

-- measured
WITH "t1" AS (
  SELECT
    "t0"."day",
    "t0"."item_id",
    "t0"."hour",
    "t0"."b0_events" AS "events"
  FROM "profile_1" AS "t0"
)
SELECT
  "t3"."day",
  "t3"."item_id",
  "t3"."hour",
  "t3"."events",
  "t5"."day_events"
FROM "t1" AS "t3"
INNER JOIN (
  SELECT
    "t2"."day",
    "t2"."item_id",
    CAST(SUM("t2"."events") AS BIGINT) AS "day_events"
  FROM "t1" AS "t2"
  GROUP BY
    1,
    2
) AS "t5"
  ON "t3"."day" = "t5"."day" AND "t3"."item_id" = "t5"."item_id";
