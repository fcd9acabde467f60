-- profile_0
SELECT
  "t1"."day",
  "t1"."hour",
  "t1"."device_id",
  COUNT(*) AS "b0_events"
FROM (
  SELECT
    *
  FROM "facts" AS "t0"
  WHERE
    "t0"."device_id" IS NOT NULL
) AS "t1"
GROUP BY
  1,
  2,
  3;

-- flagged_0
SELECT
  "t0"."day",
  "t0"."hour",
  "t0"."device_id",
  "t0"."b0_events" AS "events"
FROM "profile_0" AS "t0"
WHERE
  COALESCE("t0"."b0_events" >= 30, FALSE);
