-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`device_id`,
  COALESCE(
    CAST(CAST(SUM(
      CAST(COALESCE((
        `t1`.`kind` = 'play'
      ) AND (
        `t1`.`interacted` IS NOT NULL
      ), FALSE) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_plays`,
  COALESCE(
    CAST(CAST(SUM(
      CAST(COALESCE(
        (
          `t1`.`kind` = 'play'
        )
        AND (
          `t1`.`interacted` IS NOT NULL
        )
        AND (
          `t1`.`interacted` OR (
            `t1`.`value_action` IS NOT NULL
          )
        ),
        FALSE
      ) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_acts`
FROM (
  SELECT
    `t0`.`day`,
    `t0`.`device_id`,
    `t0`.`interacted`,
    `t0`.`item_id`,
    `t0`.`kind`,
    `t0`.`mask`,
    `t0`.`order_id`,
    `t0`.`region`,
    `t0`.`terminal`,
    `t0`.`time_ms`,
    `t0`.`value_action`,
    `t0`.`visit`,
    `t0`.`watched_ms`,
    `t0`.`time_ms` + `t0`.`watched_ms` AS `end_ms`
  FROM `facts` AS `t0`
  WHERE
    `t0`.`device_id` IS NOT NULL
) AS `t1`
GROUP BY
  1,
  2;

-- flagged_0
SELECT
  *
FROM (
  SELECT
    `t0`.`day`,
    `t0`.`device_id`,
    CAST(CAST(SUM(`t0`.`b0_plays`) AS DECIMAL(38, 0)) AS BIGINT) AS `plays`,
    CAST(CAST(SUM(`t0`.`b0_acts`) AS DECIMAL(38, 0)) AS BIGINT) AS `acts`
  FROM `profile_0` AS `t0`
  GROUP BY
    1,
    2
) AS `t1`
WHERE
  COALESCE((
    `t1`.`plays` >= 3
  ) AND (
    `t1`.`acts` = 0
  ), FALSE);
