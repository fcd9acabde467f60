-- facts
SELECT
  `t0`.`order_id`,
  IF(
    COALESCE(
      (
        `t0`.`kind` = 'click'
      )
      AND (
        `t0`.`visible_permille` <= 0
      )
      AND NOT (
        `t0`.`interacted`
      ),
      FALSE
    ),
    1,
    0
  ) AS `mask`
FROM `facts_raw` AS `t0`;
