-- facts
SELECT
  `t0`.`order_id`,
  IF(
    COALESCE((
      CAST(`t0`.`day` AS BIGINT) + 180
    ) < `t0`.`ua_released_day`, FALSE),
    1,
    0
  ) AS `mask`
FROM `facts_raw` AS `t0`;
