-- facts
SELECT
  "t0"."order_id",
  CASE WHEN COALESCE(NOT (
    "t0"."status" IN (200, 304)
  ), FALSE) THEN 1 ELSE 0 END AS "mask"
FROM "facts_raw" AS "t0";
