-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`device_id`,
  COUNT(*) AS `b0_plays`,
  COUNT(
    IF(`t1`.`interacted` OR (
      `t1`.`value_action` IS NOT NULL
    ), 1, CAST(NULL AS BIGINT))
  ) AS `b0_acts`
FROM (
  SELECT
    *
  FROM `facts` AS `t0`
  WHERE
    `t0`.`device_id` IS NOT NULL
    AND COALESCE((
      `t0`.`kind` = 'play'
    ) AND (
      `t0`.`interacted` IS NOT NULL
    ), FALSE)
) AS `t1`
GROUP BY
  1,
  2;

-- flagged_0
SELECT
  `t0`.`day`,
  `t0`.`device_id`,
  `t0`.`b0_plays` AS `plays`,
  `t0`.`b0_acts` AS `acts`
FROM `profile_0` AS `t0`
WHERE
  COALESCE((
    `t0`.`b0_plays` >= 3
  ) AND (
    `t0`.`b0_acts` = 0
  ), FALSE);
