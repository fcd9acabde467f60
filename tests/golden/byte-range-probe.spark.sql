-- facts
SELECT
  `t0`.`order_id`,
  IF(COALESCE((
    `t0`.`range_start` = 0
  ) AND (
    `t0`.`range_end` = 1
  ), FALSE), 1, 0) AS `mask`
FROM `facts_raw` AS `t0`;
