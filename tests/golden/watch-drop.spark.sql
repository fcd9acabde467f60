-- kept_0
SELECT
  `t1`.`day`,
  `t1`.`item_id`,
  COUNT(
    IF((
      `t1`.`kind` = 'play'
    ) AND (
      `t1`.`watched_ms` >= 0
    ), 1, CAST(NULL AS BIGINT))
  ) AS `b0_plays`,
  COALESCE(
    CAST(SUM(
      IF(
        (
          `t1`.`kind` = 'play'
        ) AND (
          `t1`.`watched_ms` >= 0
        ),
        `t1`.`watched_ms`,
        CAST(NULL AS BIGINT)
      )
    ) AS BIGINT),
    0
  ) AS `b0_watched_ms`
FROM (
  SELECT
    *
  FROM `facts` AS `t0`
  WHERE
    `t0`.`item_id` IS NOT NULL
) AS `t1`
GROUP BY
  1,
  2;

-- measured
WITH `t1` AS (
  SELECT
    `t0`.`item_id`,
    `t0`.`day`,
    `t0`.`b0_plays` AS `plays`,
    `t0`.`b0_watched_ms` AS `watched_ms`
  FROM `kept_0` AS `t0`
)
SELECT
  `t3`.`item_id`,
  `t3`.`day`,
  `t3`.`plays`,
  `t3`.`watched_ms`,
  `t5`.`item_plays`
FROM `t1` AS `t3`
INNER JOIN (
  SELECT
    `t2`.`item_id`,
    CAST(SUM(`t2`.`plays`) AS BIGINT) AS `item_plays`
  FROM `t1` AS `t2`
  GROUP BY
    1
) AS `t5`
  ON `t3`.`item_id` = `t5`.`item_id`;
