-- facts
SELECT
  `t0`.`order_id`,
  IF(COALESCE((
    `t0`.`kind` = 'play'
  ) AND (
    `t0`.`watched_ms` < 3000
  ), FALSE), 1, 0) AS `mask`
FROM `facts_raw` AS `t0`;
