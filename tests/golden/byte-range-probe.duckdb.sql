-- facts
SELECT
  "t0"."order_id",
  CASE
    WHEN COALESCE((
      "t0"."range_start" = 0
    ) AND (
      "t0"."range_end" = 1
    ), FALSE)
    THEN 1
    ELSE 0
  END AS "mask"
FROM "facts_raw" AS "t0";
