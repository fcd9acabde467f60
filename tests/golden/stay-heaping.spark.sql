-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`item_id`,
  COUNT(*) AS `size`
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

-- profile_1
SELECT
  `t5`.`day`,
  `t5`.`item_id`,
  `t5`.`watched_s`,
  COUNT(
    IF(
      (
        `t5`.`kind` = 'play'
      )
      AND (
        `t5`.`watched_ms` >= 0
      )
      AND (
        (
          `t5`.`length_ms` IS NULL
        )
        OR (
          `t5`.`watched_ms` < (
            `t5`.`length_ms` - 15000
          )
        )
      ),
      1,
      CAST(NULL AS BIGINT)
    )
  ) AS `b0_plays`
FROM (
  SELECT
    `t4`.`day`,
    `t4`.`item_id`,
    `t4`.`kind`,
    `t4`.`length_ms`,
    `t4`.`watched_ms`,
    `t4`.`watched_s`
  FROM (
    SELECT
      *
    FROM `facts` AS `t0`
    WHERE
      `t0`.`item_id` IS NOT NULL AND `t0`.`watched_s` IS NOT NULL
  ) AS `t4`
  LEFT SEMI JOIN `crowd_0` AS `t2`
    ON `t4`.`day` = `t2`.`day` AND `t4`.`item_id` = `t2`.`item_id`
) AS `t5`
GROUP BY
  1,
  2,
  3;

-- crowd_0
SELECT
  `t0`.`day`,
  `t0`.`item_id`
FROM `profile_0` AS `t0`
WHERE
  `t0`.`size` >= 3;

-- measured
WITH `t1` AS (
  SELECT
    `t0`.`day`,
    `t0`.`item_id`,
    `t0`.`watched_s`,
    `t0`.`b0_plays` AS `plays`
  FROM `profile_1` AS `t0`
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
    CAST(SUM(`t2`.`plays`) AS BIGINT) AS `plays_of_item`
  FROM `t1` AS `t2`
  GROUP BY
    1,
    2
) AS `t5`
  ON `t3`.`day` = `t5`.`day` AND `t3`.`item_id` = `t5`.`item_id`;
