-- profile_0
SELECT
  "t1"."day",
  "t1"."device_id",
  COALESCE(
    CAST(CAST(SUM(
      CAST(COALESCE(
        (
          "t1"."kind" = 'play'
        )
        AND (
          "t1"."watched_ms" >= 0
        )
        AND (
          "t1"."bytes_sent" IS NOT NULL
        ),
        FALSE
      ) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS "b0_plays",
  COALESCE(
    CAST(CAST(SUM(
      CASE
        WHEN COALESCE(
          (
            "t1"."kind" = 'play'
          )
          AND (
            "t1"."watched_ms" >= 0
          )
          AND (
            "t1"."bytes_sent" IS NOT NULL
          ),
          FALSE
        )
        THEN "t1"."watched_ms"
        ELSE CAST(NULL AS BIGINT)
      END
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS "b0_watched_ms",
  COALESCE(
    CAST(CAST(SUM(
      CASE
        WHEN COALESCE(
          (
            "t1"."kind" = 'play'
          )
          AND (
            "t1"."watched_ms" >= 0
          )
          AND (
            "t1"."bytes_sent" IS NOT NULL
          ),
          FALSE
        )
        THEN "t1"."bytes_sent"
        ELSE CAST(NULL AS BIGINT)
      END
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS "b0_sent"
FROM (
  SELECT
    "t0"."bytes_sent",
    "t0"."day",
    "t0"."device_id",
    "t0"."item_id",
    "t0"."kind",
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
    "t0"."day",
    "t0"."device_id",
    CAST(CAST(SUM("t0"."b0_plays") AS DECIMAL(38, 0)) AS BIGINT) AS "plays",
    CAST(CAST(SUM("t0"."b0_watched_ms") AS DECIMAL(38, 0)) AS BIGINT) AS "watched_ms",
    CAST(CAST(SUM("t0"."b0_sent") AS DECIMAL(38, 0)) AS BIGINT) AS "sent"
  FROM "profile_0" AS "t0"
  GROUP BY
    1,
    2
) AS "t1"
WHERE
  COALESCE(
    (
      "t1"."plays" >= 1
    )
    AND (
      (
        "t1"."sent" * 8
      ) < (
        "t1"."watched_ms" * 100000
      )
    ),
    FALSE
  );
