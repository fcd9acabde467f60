-- profile_0
SELECT
  "t1"."day",
  "t1"."device_id",
  COUNT(*) AS "size"
FROM (
  SELECT
    *
  FROM "facts" AS "t0"
  WHERE
    "t0"."device_id" IS NOT NULL
) AS "t1"
GROUP BY
  1,
  2;

-- profile_1
SELECT
  "t5"."day",
  "t5"."device_id",
  "t5"."item_id",
  COUNT(CASE WHEN "t5"."kind" = 'play' THEN 1 ELSE CAST(NULL AS BIGINT) END) AS "b0_plays",
  MIN(CASE WHEN "t5"."kind" = 'play' THEN "t5"."time_ms" ELSE CAST(NULL AS BIGINT) END) AS "b0_first_ms"
FROM (
  SELECT
    "t4"."day",
    "t4"."device_id",
    "t4"."item_id",
    "t4"."kind",
    "t4"."time_ms"
  FROM (
    SELECT
      *
    FROM "facts" AS "t0"
    WHERE
      "t0"."device_id" IS NOT NULL AND "t0"."item_id" IS NOT NULL
  ) AS "t4"
  SEMI JOIN "crowd_0" AS "t2"
    ON "t4"."day" = "t2"."day" AND "t4"."device_id" = "t2"."device_id"
) AS "t5"
GROUP BY
  1,
  2,
  3;

-- crowd_0
SELECT
  "t0"."day",
  "t0"."device_id"
FROM "profile_0" AS "t0"
WHERE
  "t0"."size" >= 3;

-- measured
WITH "t1" AS (
  SELECT
    "t0"."day",
    "t0"."device_id",
    "t0"."item_id",
    "t0"."b0_plays" AS "plays",
    "t0"."b0_first_ms" AS "first_ms"
  FROM "profile_1" AS "t0"
)
SELECT
  "t3"."day",
  "t3"."device_id",
  "t3"."item_id",
  "t3"."plays",
  "t3"."first_ms",
  "t5"."device_plays"
FROM "t1" AS "t3"
INNER JOIN (
  SELECT
    "t2"."day",
    "t2"."device_id",
    CAST(SUM("t2"."plays") AS BIGINT) AS "device_plays"
  FROM "t1" AS "t2"
  GROUP BY
    1,
    2
) AS "t5"
  ON "t3"."day" = "t5"."day" AND "t3"."device_id" = "t5"."device_id";
