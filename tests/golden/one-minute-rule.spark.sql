-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`listener`,
  `t1`.`item_id`,
  COUNT(*) AS `b0_requests`,
  COUNT(IF(`t1`.`watched_ms` IS NOT NULL, 1, CAST(NULL AS BIGINT))) AS `b0_timed`,
  COUNT(IF(`t1`.`bytes_sent` IS NOT NULL, 1, CAST(NULL AS BIGINT))) AS `b0_sized`,
  COALESCE(CAST(SUM(`t1`.`watched_ms`) AS BIGINT), 0) AS `b0_watched_ms`,
  COALESCE(CAST(SUM(`t1`.`bytes_sent`) AS BIGINT), 0) AS `b0_bytes`,
  MAX(`t1`.`length_ms`) AS `b0_longest_ms`
FROM (
  SELECT
    *
  FROM `facts` AS `t0`
  WHERE
    `t0`.`listener` IS NOT NULL
    AND `t0`.`item_id` IS NOT NULL
    AND COALESCE(
      (
        (
          `t0`.`status` IS NULL
        ) OR CAST(`t0`.`status` AS STRING) IN ('200', '206')
      )
      AND (
        (
          `t0`.`method` IS NULL
        ) OR (
          `t0`.`method` <> 'HEAD'
        )
      ),
      FALSE
    )
) AS `t1`
GROUP BY
  1,
  2,
  3;

-- flagged_0
SELECT
  `t0`.`day`,
  `t0`.`listener`,
  `t0`.`item_id`,
  `t0`.`b0_requests` AS `requests`,
  `t0`.`b0_timed` AS `timed`,
  `t0`.`b0_sized` AS `sized`,
  `t0`.`b0_watched_ms` AS `watched_ms`,
  `t0`.`b0_bytes` AS `bytes`,
  `t0`.`b0_longest_ms` AS `longest_ms`
FROM `profile_0` AS `t0`
WHERE
  COALESCE(
    (
      `t0`.`b0_requests` > 0
    )
    AND (
      (
        `t0`.`b0_timed` > 0
      ) OR (
        `t0`.`b0_sized` > 0
      )
    )
    AND NOT (
      COALESCE(
        (
          `t0`.`b0_timed` > 0
        )
        AND (
          `t0`.`b0_watched_ms` >= IF(
            COALESCE((
              `t0`.`b0_longest_ms` > 0
            ) AND (
              `t0`.`b0_longest_ms` < 60000
            ), FALSE),
            `t0`.`b0_longest_ms`,
            60000
          )
        ),
        FALSE
      )
      OR COALESCE(
        (
          `t0`.`b0_sized` > 0
        )
        AND (
          (
            (
              IF(
                `t0`.`b0_bytes` > 1000000000000,
                1000000000000,
                IF(`t0`.`b0_bytes` < 0, 0, `t0`.`b0_bytes`)
              ) - 0
            ) * 1000
          ) >= (
            IF(
              COALESCE((
                `t0`.`b0_longest_ms` > 0
              ) AND (
                `t0`.`b0_longest_ms` < 60000
              ), FALSE),
              `t0`.`b0_longest_ms`,
              60000
            ) * 16000
          )
        ),
        FALSE
      )
    ),
    FALSE
  );
