-- profile_0
SELECT
  "t1"."day",
  "t1"."item_id",
  "t1"."hour",
  COUNT(*) AS "b0_events"
FROM (
  SELECT
    *
  FROM "facts" AS "t0"
  WHERE
    "t0"."item_id" IS NOT NULL
) AS "t1"
GROUP BY
  1,
  2,
  3;

-- measured
SELECT
  "t0"."day",
  "t0"."item_id",
  "t0"."hour",
  CAST(CAST(SUM("t0"."b0_events") AS DECIMAL(38, 0)) AS BIGINT) AS "events"
FROM "profile_0" AS "t0"
GROUP BY
  1,
  2,
  3;
