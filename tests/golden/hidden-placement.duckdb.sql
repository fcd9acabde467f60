-- facts
SELECT
  "t0"."order_id",
  CASE
    WHEN COALESCE(
      (
        "t0"."placement_w" <= 0
      )
      AND (
        "t0"."placement_h" <= 0
      )
      AND (
        COALESCE("t0"."visible_permille", 0) = 0
      )
      AND NOT (
        COALESCE("t0"."interacted", FALSE)
      ),
      FALSE
    )
    THEN 1
    ELSE 0
  END AS "mask"
FROM "facts_raw" AS "t0";
