-- facts
SELECT
  "t0"."order_id",
  CASE
    WHEN COALESCE((
      "t0"."kind" = 'play'
    ) AND (
      "t0"."watched_ms" < 3000
    ), FALSE)
    THEN 1
    ELSE 0
  END AS "mask"
FROM "facts_raw" AS "t0";
