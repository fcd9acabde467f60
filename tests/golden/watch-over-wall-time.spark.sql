-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`device_id`,
  `t1`.`item_id`,
  COALESCE(
    CAST(CAST(SUM(
      CAST(COALESCE(
        (
          `t1`.`kind` = 'play'
        )
        AND (
          `t1`.`watched_ms` > 0
        )
        AND (
          `t1`.`watched_ms` <= 604800000
        ),
        FALSE
      ) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_plays`,
  COALESCE(
    CAST(CAST(SUM(
      IF(
        COALESCE(
          (
            `t1`.`kind` = 'play'
          )
          AND (
            `t1`.`watched_ms` > 0
          )
          AND (
            `t1`.`watched_ms` <= 604800000
          ),
          FALSE
        ),
        `t1`.`watched_ms`,
        CAST(NULL AS BIGINT)
      )
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_claimed_ms`,
  MIN(
    IF(
      COALESCE(
        (
          `t1`.`kind` = 'play'
        )
        AND (
          `t1`.`watched_ms` > 0
        )
        AND (
          `t1`.`watched_ms` <= 604800000
        ),
        FALSE
      ),
      `t1`.`time_ms`,
      CAST(NULL AS BIGINT)
    )
  ) AS `b0_first_ms`,
  MAX(
    IF(
      COALESCE(
        (
          `t1`.`kind` = 'play'
        )
        AND (
          `t1`.`watched_ms` > 0
        )
        AND (
          `t1`.`watched_ms` <= 604800000
        ),
        FALSE
      ),
      `t1`.`end_ms`,
      CAST(NULL AS BIGINT)
    )
  ) AS `b0_last_end_ms`
FROM (
  SELECT
    `t0`.`day`,
    `t0`.`device_id`,
    `t0`.`item_id`,
    `t0`.`kind`,
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
    `t0`.`device_id` IS NOT NULL AND `t0`.`item_id` IS NOT NULL
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
    `t0`.`item_id`,
    CAST(CAST(SUM(`t0`.`b0_plays`) AS DECIMAL(38, 0)) AS BIGINT) AS `plays`,
    CAST(CAST(SUM(`t0`.`b0_claimed_ms`) AS DECIMAL(38, 0)) AS BIGINT) AS `claimed_ms`,
    MIN(`t0`.`b0_first_ms`) AS `first_ms`,
    MAX(`t0`.`b0_last_end_ms`) AS `last_end_ms`
  FROM `profile_0` AS `t0`
  GROUP BY
    1,
    2,
    3
) AS `t1`
WHERE
  COALESCE(
    (
      `t1`.`plays` >= 2
    )
    AND (
      (
        `t1`.`claimed_ms` * 1000
      ) > (
        (
          (
            `t1`.`last_end_ms` - `t1`.`first_ms`
          ) * 4000
        ) + 60000000
      )
    ),
    FALSE
  );
