-- profile_0
SELECT
  "t1"."day",
  "t1"."device_id",
  "t1"."cookie_id",
  COUNT(*) AS "b0_cookies",
  COALESCE(
    CAST(CAST(SUM(CAST(COALESCE("t1"."cookie_id" IS NOT NULL, FALSE) AS BIGINT)) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS "b0_with_cookie"
FROM (
  SELECT
    "t0"."cookie_id",
    "t0"."day",
    "t0"."device_id",
    "t0"."item_id",
    "t0"."mask",
    "t0"."order_id",
    "t0"."region",
    "t0"."terminal",
    "t0"."time_ms",
    "t0"."visit",
    "t0"."watched_ms",
    "t0"."time_ms" + "t0"."watched_ms" AS "end_ms"
  FROM "facts" AS "t0"
  WHERE
    "t0"."device_id" IS NOT NULL
) AS "t1"
GROUP BY
  1,
  2,
  3;

-- profile_1
SELECT
  "t1"."day",
  "t1"."device_id",
  COALESCE(
    CAST(CAST(SUM(CAST(COALESCE("t1"."cookie_id" IS NOT NULL, FALSE) AS BIGINT)) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS "b0_days"
FROM (
  SELECT
    "t0"."cookie_id",
    "t0"."day",
    "t0"."device_id",
    "t0"."item_id",
    "t0"."mask",
    "t0"."order_id",
    "t0"."region",
    "t0"."terminal",
    "t0"."time_ms",
    "t0"."visit",
    "t0"."watched_ms",
    "t0"."time_ms" + "t0"."watched_ms" AS "end_ms"
  FROM "facts" AS "t0"
  WHERE
    "t0"."device_id" IS NOT NULL
) AS "t1"
GROUP BY
  1,
  2;

-- flagged_0
SELECT
  *
FROM (
  SELECT
    "t6"."device_id",
    "t6"."cookies",
    "t6"."with_cookie",
    "t7"."days"
  FROM (
    SELECT
      "t2"."device_id",
      CAST(CAST(SUM(
        CAST((
          "t2"."cookie_id" IS NOT NULL
        ) AND (
          "t2"."b0_cookies" > 0
        ) AS BIGINT)
      ) AS DECIMAL(38, 0)) AS BIGINT) AS "cookies",
      CAST(CAST(SUM("t2"."b0_with_cookie") AS DECIMAL(38, 0)) AS BIGINT) AS "with_cookie"
    FROM (
      SELECT
        "t0"."device_id",
        "t0"."cookie_id",
        CAST(CAST(SUM("t0"."b0_cookies") AS DECIMAL(38, 0)) AS BIGINT) AS "b0_cookies",
        CAST(CAST(SUM("t0"."b0_with_cookie") AS DECIMAL(38, 0)) AS BIGINT) AS "b0_with_cookie"
      FROM "profile_0" AS "t0"
      GROUP BY
        1,
        2
    ) AS "t2"
    GROUP BY
      1
  ) AS "t6"
  LEFT OUTER JOIN (
    SELECT
      "t3"."device_id",
      CAST(CAST(SUM(CAST((
        "t3"."day" IS NOT NULL
      ) AND (
        "t3"."b0_days" > 0
      ) AS BIGINT)) AS DECIMAL(38, 0)) AS BIGINT) AS "days"
    FROM (
      SELECT
        "t1"."device_id",
        "t1"."day",
        CAST(CAST(SUM("t1"."b0_days") AS DECIMAL(38, 0)) AS BIGINT) AS "b0_days"
      FROM "profile_1" AS "t1"
      GROUP BY
        1,
        2
    ) AS "t3"
    GROUP BY
      1
  ) AS "t7"
    ON "t6"."device_id" = "t7"."device_id"
) AS "t8"
WHERE
  COALESCE(
    (
      "t8"."cookies" >= 3
    )
    AND (
      "t8"."cookies" >= (
        "t8"."days" * 1
      )
    )
    AND (
      "t8"."with_cookie" <= (
        "t8"."cookies" * 1000
      )
    ),
    FALSE
  );
