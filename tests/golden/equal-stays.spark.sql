-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`device_id`,
  COUNT(*) AS `b0_plays`,
  MIN(`t1`.`watched_ms`) AS `b0_shortest_ms`,
  MAX(`t1`.`watched_ms`) AS `b0_longest_ms`
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
        (
          `t0`.`watched_ms` >= 0
        ) AND (
          `t0`.`watched_ms` <= 86400000
        )
      )
      AND (
        `t0`.`watched_ms` < (
          `t0`.`length_ms` - 15000
        )
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
  `t0`.`b0_shortest_ms` AS `shortest_ms`,
  `t0`.`b0_longest_ms` AS `longest_ms`
FROM `profile_0` AS `t0`
WHERE
  COALESCE(
    (
      `t0`.`b0_plays` >= 3
    )
    AND (
      (
        `t0`.`b0_longest_ms` - `t0`.`b0_shortest_ms`
      ) <= 600000
    ),
    FALSE
  );
