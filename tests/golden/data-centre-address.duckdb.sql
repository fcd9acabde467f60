-- profile_0
SELECT
  "t1"."day",
  "t1"."ip",
  COUNT(*) AS "b0_events",
  COUNT(
    CASE
      WHEN COALESCE("t1"."interacted", FALSE)
      OR (
        "t1"."account_id" IS NOT NULL
      )
      OR (
        "t1"."value_action" IS NOT NULL
      )
      THEN 1
      ELSE CAST(NULL AS BIGINT)
    END
  ) AS "b0_signs"
FROM (
  SELECT
    *
  FROM "facts" AS "t0"
  WHERE
    "t0"."ip" IS NOT NULL
    AND COALESCE("t0"."ip_data_centre" AND NOT (
      COALESCE("t0"."ip_gateway", FALSE)
    ), FALSE)
) AS "t1"
GROUP BY
  1,
  2;

-- flagged_0
SELECT
  "t0"."day",
  "t0"."ip",
  "t0"."b0_events" AS "events",
  "t0"."b0_signs" AS "signs"
FROM "profile_0" AS "t0"
WHERE
  COALESCE(
    (
      "t0"."b0_events" > 0
    )
    AND (
      (
        "t0"."b0_signs" * 1000
      ) < (
        "t0"."b0_events" * 50
      )
    ),
    FALSE
  );
