-- facts
SELECT
  "t0"."order_id",
  CASE
    WHEN COALESCE(
      (
        "t0"."kind" = 'click'
      )
      AND (
        "t0"."visible_permille" <= 0
      )
      AND NOT (
        "t0"."interacted"
      ),
      FALSE
    )
    THEN 1
    ELSE 0
  END AS "mask"
FROM "facts_raw" AS "t0";
