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
  `t0`.`day`,
  `t0`.`device_id`,
  `t0`.`device_gap_s`,
  `t0`.`events` AS `b0_gaps`,
  `t0`.`events` AS `b0_commonest`
FROM `gaps` AS `t0`
WHERE
  COALESCE(`t0`.`device_gap_s` >= 5, FALSE);

-- crowd_0
SELECT
  `t0`.`day`,
  `t0`.`device_id`
FROM `profile_0` AS `t0`
WHERE
  `t0`.`size` >= 20;

-- flagged_0
SELECT
  *
FROM (
  SELECT
    `t0`.`day`,
    `t0`.`device_id`,
    CAST(SUM(`t0`.`b0_gaps`) AS BIGINT) AS `gaps`,
    MAX(IF(`t0`.`device_gap_s` IS NOT NULL, `t0`.`b0_commonest`, 0)) AS `commonest`
  FROM `profile_1` AS `t0`
  GROUP BY
    1,
    2
) AS `t1`
WHERE
  COALESCE(
    (
      `t1`.`gaps` >= 20
    )
    AND (
      (
        `t1`.`commonest` * 1000
      ) >= (
        `t1`.`gaps` * 700
      )
    ),
    FALSE
  );
