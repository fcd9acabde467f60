-- facts
SELECT
  `t0`.`order_id`,
  IF(COALESCE(NOT (
    `t0`.`status` IN (200, 304)
  ), FALSE), 1, 0) AS `mask`
FROM `facts_raw` AS `t0`;
