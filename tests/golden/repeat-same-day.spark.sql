-- run_0
WITH `t1` AS (
  SELECT
    `t0`.`day`,
    `t0`.`item_id`,
    `t0`.`listener`,
    `t0`.`order_id`,
    `t0`.`part_id`,
    `t0`.`time_ms`
  FROM `facts` AS `t0`
  WHERE
    (
      `t0`.`mask` & 0
    ) = 0 AND `t0`.`listener` IS NOT NULL
)
SELECT
  `t8`.`order_id`
FROM (
  SELECT
    `t7`.`day`,
    `t7`.`item_id`,
    `t7`.`listener`,
    `t7`.`order_id`,
    `t7`.`part_id`,
    `t7`.`time_ms`,
    LAG(`t7`.`time_ms`) OVER (
      PARTITION BY `t7`.`listener`, `t7`.`item_id`, `t7`.`part_id`, `t7`.`day`
      ORDER BY `t7`.`time_ms` ASC NULLS LAST, `t7`.`order_id` ASC NULLS LAST
    ) AS `previous_ms`,
    LEAD(`t7`.`time_ms`) OVER (
      PARTITION BY `t7`.`listener`, `t7`.`item_id`, `t7`.`part_id`, `t7`.`day`
      ORDER BY `t7`.`time_ms` ASC NULLS LAST, `t7`.`order_id` ASC NULLS LAST
    ) AS `next_ms`
  FROM (
    SELECT
      `t3`.`day`,
      `t3`.`item_id`,
      `t3`.`listener`,
      `t3`.`order_id`,
      `t3`.`part_id`,
      `t3`.`time_ms`
    FROM `t1` AS `t3`
    LEFT SEMI JOIN (
      SELECT
        *
      FROM (
        SELECT
          `t2`.`listener`,
          `t2`.`item_id`,
          `t2`.`part_id`,
          `t2`.`day`,
          COUNT(*) AS `events`
        FROM `t1` AS `t2`
        GROUP BY
          1,
          2,
          3,
          4
      ) AS `t4`
      WHERE
        `t4`.`events` > 1
    ) AS `t6`
      ON `t3`.`listener` IS NOT DISTINCT FROM `t6`.`listener`
      AND `t3`.`item_id` IS NOT DISTINCT FROM `t6`.`item_id`
      AND `t3`.`part_id` IS NOT DISTINCT FROM `t6`.`part_id`
      AND `t3`.`day` IS NOT DISTINCT FROM `t6`.`day`
  ) AS `t7`
) AS `t8`
WHERE
  COALESCE(`t8`.`previous_ms` IS NOT NULL, FALSE);
