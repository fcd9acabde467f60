-- profile_0
SELECT
  "t1"."day",
  "t1"."ip",
  COUNT(*) AS "size"
FROM (
  SELECT
    *
  FROM "facts" AS "t0"
  WHERE
    "t0"."ip" IS NOT NULL
) AS "t1"
GROUP BY
  1,
  2;

-- profile_1
SELECT
  "t6"."day",
  "t6"."ip",
  "t6"."device_id",
  COUNT(*) AS "b0_devices",
  COUNT(*) AS "b0_events"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t4"."cookie_id",
      "t4"."day",
      "t4"."device_id",
      "t4"."ip",
      "t4"."ip_gateway"
    FROM (
      SELECT
        *
      FROM "facts" AS "t0"
      WHERE
        "t0"."ip" IS NOT NULL
    ) AS "t4"
    SEMI JOIN "crowd_0" AS "t2"
      ON "t4"."day" = "t2"."day" AND "t4"."ip" = "t2"."ip"
  ) AS "t5"
  WHERE
    COALESCE(NOT (
      COALESCE("t5"."ip_gateway", FALSE)
    ), FALSE)
) AS "t6"
GROUP BY
  1,
  2,
  3;

-- profile_2
SELECT
  "t6"."day",
  "t6"."ip",
  "t6"."cookie_id",
  COUNT(*) AS "b0_cookies"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t4"."cookie_id",
      "t4"."day",
      "t4"."device_id",
      "t4"."ip",
      "t4"."ip_gateway"
    FROM (
      SELECT
        *
      FROM "facts" AS "t0"
      WHERE
        "t0"."ip" IS NOT NULL
    ) AS "t4"
    SEMI JOIN "crowd_0" AS "t2"
      ON "t4"."day" = "t2"."day" AND "t4"."ip" = "t2"."ip"
  ) AS "t5"
  WHERE
    COALESCE(NOT (
      COALESCE("t5"."ip_gateway", FALSE)
    ), FALSE)
) AS "t6"
GROUP BY
  1,
  2,
  3;

-- crowd_0
SELECT
  "t0"."day",
  "t0"."ip"
FROM "profile_0" AS "t0"
WHERE
  "t0"."size" >= 10;

-- flagged_0
SELECT
  *
FROM (
  SELECT
    "t4"."day",
    "t4"."ip",
    "t4"."devices",
    "t4"."events",
    "t5"."cookies"
  FROM (
    SELECT
      "t0"."day",
      "t0"."ip",
      COUNT(
        CASE
          WHEN (
            "t0"."device_id" IS NOT NULL
          ) AND (
            "t0"."b0_devices" > 0
          )
          THEN 1
          ELSE CAST(NULL AS BIGINT)
        END
      ) AS "devices",
      CAST(SUM("t0"."b0_events") AS BIGINT) AS "events"
    FROM "profile_1" AS "t0"
    GROUP BY
      1,
      2
  ) AS "t4"
  LEFT OUTER JOIN (
    SELECT
      "t1"."day",
      "t1"."ip",
      COUNT(
        CASE
          WHEN (
            "t1"."cookie_id" IS NOT NULL
          ) AND (
            "t1"."b0_cookies" > 0
          )
          THEN 1
          ELSE CAST(NULL AS BIGINT)
        END
      ) AS "cookies"
    FROM "profile_2" AS "t1"
    GROUP BY
      1,
      2
  ) AS "t5"
    ON "t4"."day" = "t5"."day" AND "t4"."ip" = "t5"."ip"
) AS "t6"
WHERE
  COALESCE((
    "t6"."devices" >= 10
  ) OR (
    "t6"."cookies" >= 10
  ), FALSE);
