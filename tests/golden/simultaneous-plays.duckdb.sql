-- profile_0
SELECT
  "t1"."day",
  "t1"."hour",
  "t1"."device_id",
  COUNT(*) AS "b0_plays",
  COALESCE(CAST(SUM("t1"."watched_ms") AS BIGINT), 0) AS "b0_claimed_ms",
  MIN("t1"."time_ms") AS "b0_first_ms",
  MAX("t1"."end_ms") AS "b0_last_end_ms"
FROM (
  SELECT
    "t0"."day",
    "t0"."device_id",
    "t0"."hour",
    "t0"."kind",
    "t0"."time_ms",
    "t0"."watched_ms",
    "t0"."time_ms" + "t0"."watched_ms" AS "end_ms"
  FROM "facts" AS "t0"
  WHERE
    "t0"."device_id" IS NOT NULL
    AND COALESCE(
      (
        "t0"."kind" = 'play'
      )
      AND (
        "t0"."watched_ms" > 0
      )
      AND (
        "t0"."watched_ms" <= 604800000
      ),
      FALSE
    )
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
  "t0"."b0_plays" AS "plays",
  "t0"."b0_claimed_ms" AS "claimed_ms",
  "t0"."b0_first_ms" AS "first_ms",
  "t0"."b0_last_end_ms" AS "last_end_ms"
FROM "profile_0" AS "t0"
WHERE
  COALESCE(
    (
      "t0"."b0_plays" > 4
    )
    AND (
      (
        CASE
          WHEN "t0"."b0_claimed_ms" > 9000000000000000
          THEN 9000000000000000
          ELSE "t0"."b0_claimed_ms"
        END * 1000
      ) > (
        (
          (
            "t0"."b0_last_end_ms" - "t0"."b0_first_ms"
          ) * 16000
        ) + 60000000
      )
    ),
    FALSE
  );
