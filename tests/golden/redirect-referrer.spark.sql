-- dict_referrer
SELECT
  `t0`.`referrer` AS `text`,
  `t0`.`referrer_host`,
  IF(
    COALESCE(
      `t0`.`referrer_host` IN (
        '7xrqws.coml.z0.glb.clouddn.com',
        '7xrqwu.coml.z0.glb.clouddn.com',
        '7xt8e6.coml.z0.glb.clouddn.com',
        'oowok3vd9.bkt.clouddn.com'
      )
      OR ENDSWITH(`t0`.`referrer_host`, '.clouddn.com'),
      FALSE
    ),
    1,
    0
  ) AS `mask`
FROM `texts_referrer` AS `t0`;
