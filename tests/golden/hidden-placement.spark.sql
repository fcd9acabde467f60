-- facts
SELECT
  `t0`.`order_id`,
  IF(
    COALESCE(
      (
        `t0`.`placement_w` <= 0
      )
      AND (
        `t0`.`placement_h` <= 0
      )
      AND (
        COALESCE(`t0`.`visible_permille`, 0) = 0
      )
      AND NOT (
        COALESCE(`t0`.`interacted`, FALSE)
      ),
      FALSE
    ),
    1,
    0
  ) AS `mask`
FROM `facts_raw` AS `t0`;
