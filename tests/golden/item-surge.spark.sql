-- kept_0
SELECT
  `t1`.`day`,
  `t1`.`item_id`,
  COUNT(*) AS `b0_events`
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
    `t0`.`b0_events` AS `events`
  FROM `kept_0` AS `t0`
)
SELECT
  `t3`.`item_id`,
  `t3`.`day`,
  `t3`.`events`,
  `t5`.`item_events`
FROM `t1` AS `t3`
INNER JOIN (
  SELECT
    `t2`.`item_id`,
    CAST(SUM(`t2`.`events`) AS BIGINT) AS `item_events`
  FROM `t1` AS `t2`
  GROUP BY
    1
) AS `t5`
  ON `t3`.`item_id` = `t5`.`item_id`;
