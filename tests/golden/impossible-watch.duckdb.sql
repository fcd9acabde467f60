-- facts
SELECT
  "t0"."order_id",
  CASE
    WHEN COALESCE(
      (
        "t0"."watched_ms" < 0
      )
      OR (
        (
          "t0"."length_ms" > 0
        )
        AND (
          (
            CASE
              WHEN "t0"."watched_ms" > 1000000000000
              THEN 1000000000000
              ELSE CASE
                WHEN "t0"."watched_ms" < -1000000000000
                THEN -1000000000000
                ELSE "t0"."watched_ms"
              END
            END * 1000
          ) > (
            (
              CASE
                WHEN "t0"."length_ms" > 1000000000000
                THEN 1000000000000
                ELSE CASE
                  WHEN "t0"."length_ms" < -1000000000000
                  THEN -1000000000000
                  ELSE "t0"."length_ms"
                END
              END * 3000
            ) + 60000000
          )
        )
      ),
      FALSE
    )
    THEN 1
    ELSE 0
  END AS "mask"
FROM "facts_raw" AS "t0";
