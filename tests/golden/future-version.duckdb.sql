-- facts
SELECT
  "t0"."order_id",
  CASE
    WHEN COALESCE((
      CAST("t0"."day" AS BIGINT) + 180
    ) < "t0"."ua_released_day", FALSE)
    THEN 1
    ELSE 0
  END AS "mask"
FROM "facts_raw" AS "t0";
