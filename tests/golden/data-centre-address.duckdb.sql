-- dict_ip
SELECT
  "t0"."ip" AS "text",
  "t0"."ip_version",
  "t0"."ip_net",
  "t0"."ip_data_centre",
  "t0"."ip_gateway",
  CASE
    WHEN COALESCE("t0"."ip_data_centre" AND NOT (
      COALESCE("t0"."ip_gateway", FALSE)
    ), FALSE)
    THEN 1
    ELSE 0
  END AS "mask"
FROM "texts_ip" AS "t0";
