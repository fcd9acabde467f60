-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`device_id`,
  COUNT(*) AS `size`
FROM (
  SELECT
    *
  FROM `facts` AS `t0`
  WHERE
    `t0`.`device_id` IS NOT NULL
) AS `t1`
GROUP BY
  1,
  2;

-- profile_1
SELECT
  `t5`.`day`,
  `t5`.`device_id`,
  `t5`.`hour`,
  COUNT(*) AS `b0_hours`,
  COUNT(*) AS `b0_events`
FROM (
  SELECT
    `t4`.`day`,
    `t4`.`device_id`,
    `t4`.`hour`
  FROM (
    SELECT
      *
    FROM `facts` AS `t0`
    WHERE
      `t0`.`device_id` IS NOT NULL
  ) AS `t4`
  LEFT SEMI JOIN `crowd_0` AS `t2`
    ON `t4`.`day` = `t2`.`day` AND `t4`.`device_id` = `t2`.`device_id`
) AS `t5`
GROUP BY
  1,
  2,
  3;

-- crowd_0
SELECT
  `t0`.`day`,
  `t0`.`device_id`
FROM `profile_0` AS `t0`
WHERE
  `t0`.`size` >= 100;

-- flagged_0
SELECT
  *
FROM (
  SELECT
    `t0`.`day`,
    `t0`.`device_id`,
    COUNT(
      IF((
        `t0`.`hour` IS NOT NULL
      ) AND (
        `t0`.`b0_hours` > 0
      ), 1, CAST(NULL AS BIGINT))
    ) AS `hours`,
    CAST(SUM(`t0`.`b0_events`) AS BIGINT) AS `events`
  FROM `profile_1` AS `t0`
  GROUP BY
    1,
    2
) AS `t1`
WHERE
  COALESCE((
    `t1`.`hours` >= 22
  ) AND (
    `t1`.`events` >= 100
  ), FALSE);
