-- facts
SELECT
  `t0`.`order_id`,
  IF(COALESCE(`t0`.`ip` IS NULL, FALSE), 1, 0) AS `mask`
FROM `facts_raw` AS `t0`;
