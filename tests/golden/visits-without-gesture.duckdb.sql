-- profile_0
SELECT
  "t1"."day",
  "t1"."item_id",
  "t1"."session_id",
  COUNT(CASE WHEN "t1"."kind" = 'click' THEN 1 ELSE CAST(NULL AS BIGINT) END) AS "b0_clicks",
  COUNT(
    CASE
      WHEN (
        "t1"."kind" = 'click'
      ) AND (
        "t1"."interacted" IS NOT NULL
      )
      THEN 1
      ELSE CAST(NULL AS BIGINT)
    END
  ) AS "b0_known",
  COUNT(
    CASE
      WHEN (
        "t1"."kind" = 'click'
      )
      AND (
        (
          "t1"."interacted" IS NOT NULL
        )
        AND (
          "t1"."interacted" OR (
            "t1"."value_action" IS NOT NULL
          )
        )
      )
      THEN 1
      ELSE CAST(NULL AS BIGINT)
    END
  ) AS "b0_acts"
FROM (
  SELECT
    *
  FROM "facts" AS "t0"
  WHERE
    "t0"."item_id" IS NOT NULL AND "t0"."session_id" IS NOT NULL
) AS "t1"
GROUP BY
  1,
  2,
  3;

-- measured
WITH "t1" AS (
  SELECT
    "t0"."day",
    "t0"."item_id",
    "t0"."session_id",
    "t0"."b0_clicks" AS "clicks",
    "t0"."b0_known" AS "known",
    "t0"."b0_acts" AS "acts"
  FROM "profile_0" AS "t0"
)
SELECT
  "t3"."day",
  "t3"."item_id",
  "t3"."session_id",
  "t3"."clicks",
  "t3"."known",
  "t3"."acts",
  "t5"."item_known",
  "t8"."item_acts"
FROM "t1" AS "t3"
INNER JOIN (
  SELECT
    "t2"."day",
    "t2"."item_id",
    CAST(SUM("t2"."known") AS BIGINT) AS "item_known"
  FROM "t1" AS "t2"
  GROUP BY
    1,
    2
) AS "t5"
  ON "t3"."day" = "t5"."day" AND "t3"."item_id" = "t5"."item_id"
INNER JOIN (
  SELECT
    "t6"."day",
    "t6"."item_id",
    CAST(SUM("t6"."acts") AS BIGINT) AS "item_acts"
  FROM (
    SELECT
      "t3"."day",
      "t3"."item_id",
      "t3"."session_id",
      "t3"."clicks",
      "t3"."known",
      "t3"."acts",
      "t5"."item_known"
    FROM "t1" AS "t3"
    INNER JOIN (
      SELECT
        "t2"."day",
        "t2"."item_id",
        CAST(SUM("t2"."known") AS BIGINT) AS "item_known"
      FROM "t1" AS "t2"
      GROUP BY
        1,
        2
    ) AS "t5"
      ON "t3"."day" = "t5"."day" AND "t3"."item_id" = "t5"."item_id"
  ) AS "t6"
  GROUP BY
    1,
    2
) AS "t8"
  ON "t3"."day" = "t8"."day" AND "t3"."item_id" = "t8"."item_id";
