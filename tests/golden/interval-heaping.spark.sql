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
  `t6`.`day`,
  `t6`.`device_id`,
  `t6`.`device_gap_s`,
  COUNT(*) AS `b0_gaps`,
  COUNT(*) AS `b0_commonest`
FROM (
  SELECT
    *
  FROM (
    SELECT
      `t4`.`day`,
      `t4`.`device_gap_s`,
      `t4`.`device_id`
    FROM (
      SELECT
        *
      FROM `gaps` AS `t0`
      WHERE
        `t0`.`device_id` IS NOT NULL
    ) AS `t4`
    LEFT SEMI JOIN `crowd_0` AS `t2`
      ON `t4`.`day` = `t2`.`day` AND `t4`.`device_id` = `t2`.`device_id`
  ) AS `t5`
  WHERE
    COALESCE(`t5`.`device_gap_s` >= 5, FALSE)
) AS `t6`
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
