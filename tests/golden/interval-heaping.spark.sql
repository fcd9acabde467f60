-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`device_id`,
  `t1`.`device_gap_s`,
  COALESCE(
    CAST(CAST(SUM(CAST(COALESCE(`t1`.`device_gap_s` >= 5, FALSE) AS BIGINT)) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_gaps`,
  COALESCE(
    CAST(CAST(SUM(CAST(COALESCE(`t1`.`device_gap_s` >= 5, FALSE) AS BIGINT)) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_commonest`
FROM (
  SELECT
    *
  FROM `gaps` AS `t0`
  WHERE
    `t0`.`device_id` IS NOT NULL
) AS `t1`
GROUP BY
  1,
  2,
  3;

-- flagged_0
SELECT
  *
FROM (
  SELECT
    `t0`.`day`,
    `t0`.`device_id`,
    CAST(CAST(SUM(`t0`.`b0_gaps`) AS DECIMAL(38, 0)) AS BIGINT) AS `gaps`,
    MAX(IF(`t0`.`device_gap_s` IS NOT NULL, `t0`.`b0_commonest`, 0)) AS `commonest`
  FROM `profile_0` AS `t0`
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
