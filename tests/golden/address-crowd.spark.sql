-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`ip`,
  `t1`.`device_id`,
  COALESCE(
    CAST(CAST(SUM(CAST(COALESCE(NOT (
      COALESCE(`t1`.`ip_gateway`, FALSE)
    ), FALSE) AS BIGINT)) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_devices`,
  COALESCE(
    CAST(CAST(SUM(CAST(COALESCE(NOT (
      COALESCE(`t1`.`ip_gateway`, FALSE)
    ), FALSE) AS BIGINT)) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_events`
FROM (
  SELECT
    `t0`.`cookie_id`,
    `t0`.`day`,
    `t0`.`device_id`,
    `t0`.`ip`,
    `t0`.`ip_gateway`,
    `t0`.`item_id`,
    `t0`.`mask`,
    `t0`.`order_id`,
    `t0`.`region`,
    `t0`.`terminal`,
    `t0`.`time_ms`,
    `t0`.`visit`,
    `t0`.`watched_ms`,
    `t0`.`time_ms` + `t0`.`watched_ms` AS `end_ms`
  FROM `facts` AS `t0`
  WHERE
    `t0`.`ip` IS NOT NULL
) AS `t1`
GROUP BY
  1,
  2,
  3;

-- profile_1
SELECT
  `t1`.`day`,
  `t1`.`ip`,
  `t1`.`cookie_id`,
  COALESCE(
    CAST(CAST(SUM(CAST(COALESCE(NOT (
      COALESCE(`t1`.`ip_gateway`, FALSE)
    ), FALSE) AS BIGINT)) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_cookies`
FROM (
  SELECT
    `t0`.`cookie_id`,
    `t0`.`day`,
    `t0`.`device_id`,
    `t0`.`ip`,
    `t0`.`ip_gateway`,
    `t0`.`item_id`,
    `t0`.`mask`,
    `t0`.`order_id`,
    `t0`.`region`,
    `t0`.`terminal`,
    `t0`.`time_ms`,
    `t0`.`visit`,
    `t0`.`watched_ms`,
    `t0`.`time_ms` + `t0`.`watched_ms` AS `end_ms`
  FROM `facts` AS `t0`
  WHERE
    `t0`.`ip` IS NOT NULL
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
    `t4`.`day`,
    `t4`.`ip`,
    `t4`.`devices`,
    `t4`.`events`,
    `t5`.`cookies`
  FROM (
    SELECT
      `t0`.`day`,
      `t0`.`ip`,
      CAST(CAST(SUM(
        CAST((
          `t0`.`device_id` IS NOT NULL
        ) AND (
          `t0`.`b0_devices` > 0
        ) AS BIGINT)
      ) AS DECIMAL(38, 0)) AS BIGINT) AS `devices`,
      CAST(CAST(SUM(`t0`.`b0_events`) AS DECIMAL(38, 0)) AS BIGINT) AS `events`
    FROM `profile_0` AS `t0`
    GROUP BY
      1,
      2
  ) AS `t4`
  LEFT OUTER JOIN (
    SELECT
      `t1`.`day`,
      `t1`.`ip`,
      CAST(CAST(SUM(
        CAST((
          `t1`.`cookie_id` IS NOT NULL
        ) AND (
          `t1`.`b0_cookies` > 0
        ) AS BIGINT)
      ) AS DECIMAL(38, 0)) AS BIGINT) AS `cookies`
    FROM `profile_1` AS `t1`
    GROUP BY
      1,
      2
  ) AS `t5`
    ON `t4`.`day` = `t5`.`day` AND `t4`.`ip` = `t5`.`ip`
) AS `t6`
WHERE
  COALESCE((
    `t6`.`devices` >= 10
  ) OR (
    `t6`.`cookies` >= 10
  ), FALSE);
