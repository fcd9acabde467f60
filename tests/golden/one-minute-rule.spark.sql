-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`listener`,
  `t1`.`item_id`,
  COALESCE(
    CAST(CAST(SUM(
      CAST(COALESCE(
        (
          (
            `t1`.`status` IS NULL
          ) OR CAST(`t1`.`status` AS STRING) IN ('200', '206')
        )
        AND (
          (
            `t1`.`method` IS NULL
          ) OR (
            `t1`.`method` <> 'HEAD'
          )
        ),
        FALSE
      ) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_requests`,
  COALESCE(
    CAST(CAST(SUM(
      CAST(COALESCE(
        (
          (
            `t1`.`status` IS NULL
          ) OR CAST(`t1`.`status` AS STRING) IN ('200', '206')
        )
        AND (
          (
            `t1`.`method` IS NULL
          ) OR (
            `t1`.`method` <> 'HEAD'
          )
        )
        AND (
          `t1`.`watched_ms` IS NOT NULL
        ),
        FALSE
      ) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_timed`,
  COALESCE(
    CAST(CAST(SUM(
      CAST(COALESCE(
        (
          (
            `t1`.`status` IS NULL
          ) OR CAST(`t1`.`status` AS STRING) IN ('200', '206')
        )
        AND (
          (
            `t1`.`method` IS NULL
          ) OR (
            `t1`.`method` <> 'HEAD'
          )
        )
        AND (
          `t1`.`bytes_sent` IS NOT NULL
        ),
        FALSE
      ) AS BIGINT)
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_sized`,
  COALESCE(
    CAST(CAST(SUM(
      IF(
        COALESCE(
          (
            (
              `t1`.`status` IS NULL
            ) OR CAST(`t1`.`status` AS STRING) IN ('200', '206')
          )
          AND (
            (
              `t1`.`method` IS NULL
            ) OR (
              `t1`.`method` <> 'HEAD'
            )
          ),
          FALSE
        ),
        `t1`.`watched_ms`,
        CAST(NULL AS BIGINT)
      )
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_watched_ms`,
  COALESCE(
    CAST(CAST(SUM(
      IF(
        COALESCE(
          (
            (
              `t1`.`status` IS NULL
            ) OR CAST(`t1`.`status` AS STRING) IN ('200', '206')
          )
          AND (
            (
              `t1`.`method` IS NULL
            ) OR (
              `t1`.`method` <> 'HEAD'
            )
          ),
          FALSE
        ),
        `t1`.`bytes_sent`,
        CAST(NULL AS BIGINT)
      )
    ) AS DECIMAL(38, 0)) AS BIGINT),
    0
  ) AS `b0_bytes`,
  MAX(
    IF(
      COALESCE(
        (
          (
            `t1`.`status` IS NULL
          ) OR CAST(`t1`.`status` AS STRING) IN ('200', '206')
        )
        AND (
          (
            `t1`.`method` IS NULL
          ) OR (
            `t1`.`method` <> 'HEAD'
          )
        ),
        FALSE
      ),
      `t1`.`length_ms`,
      CAST(NULL AS BIGINT)
    )
  ) AS `b0_longest_ms`
FROM (
  SELECT
    `t0`.`bytes_sent`,
    `t0`.`day`,
    `t0`.`item_id`,
    `t0`.`length_ms`,
    `t0`.`listener`,
    `t0`.`mask`,
    `t0`.`method`,
    `t0`.`order_id`,
    `t0`.`region`,
    `t0`.`status`,
    `t0`.`terminal`,
    `t0`.`time_ms`,
    `t0`.`visit`,
    `t0`.`watched_ms`,
    `t0`.`time_ms` + `t0`.`watched_ms` AS `end_ms`
  FROM `facts` AS `t0`
  WHERE
    `t0`.`listener` IS NOT NULL AND `t0`.`item_id` IS NOT NULL
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
    `t0`.`listener`,
    `t0`.`item_id`,
    CAST(CAST(SUM(`t0`.`b0_requests`) AS DECIMAL(38, 0)) AS BIGINT) AS `requests`,
    CAST(CAST(SUM(`t0`.`b0_timed`) AS DECIMAL(38, 0)) AS BIGINT) AS `timed`,
    CAST(CAST(SUM(`t0`.`b0_sized`) AS DECIMAL(38, 0)) AS BIGINT) AS `sized`,
    CAST(CAST(SUM(`t0`.`b0_watched_ms`) AS DECIMAL(38, 0)) AS BIGINT) AS `watched_ms`,
    CAST(CAST(SUM(`t0`.`b0_bytes`) AS DECIMAL(38, 0)) AS BIGINT) AS `bytes`,
    MAX(`t0`.`b0_longest_ms`) AS `longest_ms`
  FROM `profile_0` AS `t0`
  GROUP BY
    1,
    2,
    3
) AS `t1`
WHERE
  COALESCE(
    (
      `t1`.`requests` > 0
    )
    AND (
      (
        `t1`.`timed` > 0
      ) OR (
        `t1`.`sized` > 0
      )
    )
    AND NOT (
      COALESCE(
        (
          `t1`.`timed` > 0
        )
        AND (
          `t1`.`watched_ms` >= IF(
            COALESCE((
              `t1`.`longest_ms` > 0
            ) AND (
              `t1`.`longest_ms` < 60000
            ), FALSE),
            `t1`.`longest_ms`,
            60000
          )
        ),
        FALSE
      )
      OR COALESCE(
        (
          `t1`.`sized` > 0
        )
        AND (
          (
            (
              IF(`t1`.`bytes` > 1000000000000, 1000000000000, IF(`t1`.`bytes` < 0, 0, `t1`.`bytes`)) - 0
            ) * 1000
          ) >= (
            IF(
              COALESCE((
                `t1`.`longest_ms` > 0
              ) AND (
                `t1`.`longest_ms` < 60000
              ), FALSE),
              `t1`.`longest_ms`,
              60000
            ) * 16000
          )
        ),
        FALSE
      )
    ),
    FALSE
  );
