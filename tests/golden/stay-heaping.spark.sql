-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`item_id`,
  `t1`.`watched_s`,
  COALESCE(
    CAST(CAST(SUM(
      CAST(COALESCE(
        (
          `t1`.`kind` = 'play'
        )
        AND (
          `t1`.`watched_ms` >= 0
        )
        AND (
          (
            `t1`.`length_ms` IS NULL
          )
          OR (
            `t1`.`watched_ms` < (
              `t1`.`length_ms` - 15000
            )
          )
        ),
        FALSE
      ) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_plays`
FROM (
  SELECT
    `t0`.`day`,
    `t0`.`item_id`,
    `t0`.`kind`,
    `t0`.`length_ms`,
    `t0`.`mask`,
    `t0`.`order_id`,
    `t0`.`region`,
    `t0`.`terminal`,
    `t0`.`time_ms`,
    `t0`.`visit`,
    `t0`.`watched_ms`,
    `t0`.`watched_s`,
    `t0`.`time_ms` + `t0`.`watched_ms` AS `end_ms`
  FROM `facts` AS `t0`
  WHERE
    `t0`.`item_id` IS NOT NULL AND `t0`.`watched_s` IS NOT NULL
) AS `t1`
GROUP BY
  1,
  2,
  3;

-- measured
WITH `t1` AS (
  SELECT
    `t0`.`day`,
    `t0`.`item_id`,
    `t0`.`watched_s`,
    CAST(CAST(SUM(`t0`.`b0_plays`) AS DECIMAL(38, 0)) AS BIGINT) AS `plays`
  FROM `profile_0` AS `t0`
  GROUP BY
    1,
    2,
    3
)
SELECT
  `t3`.`day`,
  `t3`.`item_id`,
  `t3`.`watched_s`,
  `t3`.`plays`,
  `t5`.`plays_of_item`
FROM `t1` AS `t3`
INNER JOIN (
  SELECT
    `t2`.`day`,
    `t2`.`item_id`,
    CAST(CAST(SUM(`t2`.`plays`) AS DECIMAL(38, 0)) AS BIGINT) AS `plays_of_item`
  FROM `t1` AS `t2`
  GROUP BY
    1,
    2
) AS `t5`
  ON `t3`.`day` = `t5`.`day` AND `t3`.`item_id` = `t5`.`item_id`;
