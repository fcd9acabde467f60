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
          (
            "t1"."watched_ms" >= 0
          ) AND (
            "t1"."watched_ms" <= 86400000
          )
        )
        AND (
          "t1"."watched_ms" < (
            "t1"."length_ms" - 15000
          )
        ),
        FALSE
      ) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS "b0_plays",
  MIN(
    CASE
      WHEN COALESCE(
        (
          "t1"."kind" = 'play'
        )
        AND (
          (
            "t1"."watched_ms" >= 0
          ) AND (
            "t1"."watched_ms" <= 86400000
          )
        )
        AND (
          "t1"."watched_ms" < (
            "t1"."length_ms" - 15000
          )
        ),
        FALSE
      )
      THEN "t1"."watched_ms"
      ELSE CAST(NULL AS BIGINT)
    END
  ) AS "b0_shortest_ms",
  MAX(
    CASE
      WHEN COALESCE(
        (
          "t1"."kind" = 'play'
        )
        AND (
          (
            "t1"."watched_ms" >= 0
          ) AND (
            "t1"."watched_ms" <= 86400000
          )
        )
        AND (
          "t1"."watched_ms" < (
            "t1"."length_ms" - 15000
          )
        ),
        FALSE
      )
      THEN "t1"."watched_ms"
      ELSE CAST(NULL AS BIGINT)
    END
  ) AS "b0_longest_ms"
FROM (
  SELECT
    "t0"."day",
    "t0"."device_id",
    "t0"."item_id",
    "t0"."kind",
    "t0"."length_ms",
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
    MIN("t0"."b0_shortest_ms") AS "shortest_ms",
    MAX("t0"."b0_longest_ms") AS "longest_ms"
  FROM "profile_0" AS "t0"
  GROUP BY
    1,
    2
) AS "t1"
WHERE
  COALESCE(
    (
      "t1"."plays" >= 3
    )
    AND (
      (
        "t1"."longest_ms" - "t1"."shortest_ms"
      ) <= 600000
    ),
    FALSE
  );
