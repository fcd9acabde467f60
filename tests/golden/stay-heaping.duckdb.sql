-- profile_0
SELECT
  "t1"."day",
  "t1"."item_id",
  "t1"."watched_s",
  COALESCE(
    CAST(CAST(SUM(
      CAST(COALESCE(
        (
          "t1"."kind" = 'play'
        )
        AND (
          "t1"."watched_ms" >= 5000
        )
        AND (
          (
            "t1"."length_ms" IS NULL
          )
          OR (
            "t1"."watched_ms" < (
              "t1"."length_ms" - 15000
            )
          )
        ),
        FALSE
      ) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS "b0_plays"
FROM (
  SELECT
    *
  FROM "facts" AS "t0"
  WHERE
    "t0"."item_id" IS NOT NULL AND "t0"."watched_s" IS NOT NULL
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
    "t1"."day",
    "t1"."item_id",
    "t1"."watched_s",
    "t1"."plays",
    CAST(CAST(SUM("t1"."plays") OVER (
      PARTITION BY "t1"."day", "t1"."item_id"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS DECIMAL(38, 0)) AS BIGINT) AS "plays_of_item"
  FROM (
    SELECT
      "t0"."day",
      "t0"."item_id",
      "t0"."watched_s",
      CAST(CAST(SUM("t0"."b0_plays") AS DECIMAL(38, 0)) AS BIGINT) AS "plays"
    FROM "profile_0" AS "t0"
    GROUP BY
      1,
      2,
      3
  ) AS "t1"
) AS "t2"
WHERE
  COALESCE(
    (
      "t2"."plays" >= 5
    )
    AND (
      (
        "t2"."plays" * 1000
      ) >= (
        "t2"."plays_of_item" * 10
      )
    ),
    FALSE
  );
