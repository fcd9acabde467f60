-- facts
SELECT
  `t0`.`order_id`,
  IF(COALESCE(NOT (
    CAST(`t0`.`status` AS STRING) IN ('200', '304')
  ), FALSE), 1, 0) AS `mask`
FROM `facts_raw` AS `t0`;
