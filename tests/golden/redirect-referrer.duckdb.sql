-- dict_referrer
SELECT
  "t0"."referrer" AS "text",
  "t0"."referrer_host",
  CASE
    WHEN COALESCE(
      "t0"."referrer_host" IN (
        '7xrqws.coml.z0.glb.clouddn.com',
        '7xrqwu.coml.z0.glb.clouddn.com',
        '7xt8e6.coml.z0.glb.clouddn.com',
        'oowok3vd9.bkt.clouddn.com'
      )
      OR SUFFIX("t0"."referrer_host", '.clouddn.com'),
      FALSE
    )
    THEN 1
    ELSE 0
  END AS "mask"
FROM "texts_referrer" AS "t0";
