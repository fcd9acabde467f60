-- kept_0
SELECT
  "t1"."day",
  "t1"."device_id",
  "t1"."ua_os",
  COUNT(*) AS "b0_systems",
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
  *
FROM (
  SELECT
    "t1"."device_id",
    COUNT(
      CASE
        WHEN (
          "t1"."ua_os" IS NOT NULL
        ) AND (
          "t1"."b0_systems" > 0
        )
        THEN 1
        ELSE CAST(NULL AS BIGINT)
      END
    ) AS "systems",
    CAST(SUM("t1"."b0_events") AS BIGINT) AS "events"
  FROM (
    SELECT
      "t0"."device_id",
      "t0"."ua_os",
      CAST(SUM("t0"."b0_systems") AS BIGINT) AS "b0_systems",
      CAST(SUM("t0"."b0_events") AS BIGINT) AS "b0_events"
    FROM "kept_0" AS "t0"
    GROUP BY
      1,
      2
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
WHERE
  COALESCE("t2"."systems" >= 3, FALSE);
