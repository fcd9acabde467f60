-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`device_id`,
  COUNT(*) AS `b0_plays`,
  COALESCE(CAST(SUM(`t1`.`watched_ms`) AS BIGINT), 0) AS `b0_watched_ms`,
  COALESCE(CAST(SUM(`t1`.`bytes_sent`) AS BIGINT), 0) AS `b0_sent`
FROM (
  SELECT
    *
  FROM `facts` AS `t0`
  WHERE
    `t0`.`device_id` IS NOT NULL
    AND COALESCE(
      (
        `t0`.`kind` = 'play'
      )
      AND (
        `t0`.`watched_ms` >= 0
      )
      AND (
        `t0`.`bytes_sent` IS NOT NULL
      ),
      FALSE
    )
) AS `t1`
GROUP BY
  1,
  2;

-- flagged_0
SELECT
  `t0`.`day`,
  `t0`.`device_id`,
  `t0`.`b0_plays` AS `plays`,
  `t0`.`b0_watched_ms` AS `watched_ms`,
  `t0`.`b0_sent` AS `sent`
FROM `profile_0` AS `t0`
WHERE
  COALESCE(
    (
      `t0`.`b0_plays` >= 1
    )
    AND (
      (
        IF(
          IF(`t0`.`b0_sent` < 0, 0, `t0`.`b0_sent`) > 1000000000000000000,
          1000000000000000000,
          IF(`t0`.`b0_sent` < 0, 0, `t0`.`b0_sent`)
        ) * 8
      ) < (
        IF(`t0`.`b0_watched_ms` > 90000000000000, 90000000000000, `t0`.`b0_watched_ms`) * 100000
      )
    ),
    FALSE
  );
