-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`device_id`,
  `t1`.`cookie_id`,
  COUNT(*) AS `b0_cookies`,
  COUNT(IF(`t1`.`cookie_id` IS NOT NULL, 1, CAST(NULL AS BIGINT))) AS `b0_with_cookie`
FROM (
  SELECT
    *
  FROM `facts` AS `t0`
  WHERE
    `t0`.`device_id` IS NOT NULL
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
    COUNT(
      IF(
        (
          `t0`.`cookie_id` IS NOT NULL
        ) AND (
          `t0`.`b0_cookies` > 0
        ),
        1,
        CAST(NULL AS BIGINT)
      )
    ) AS `cookies`,
    CAST(SUM(`t0`.`b0_with_cookie`) AS BIGINT) AS `with_cookie`
  FROM `profile_0` AS `t0`
  GROUP BY
    1,
    2
) AS `t1`
WHERE
  COALESCE(
    (
      `t1`.`cookies` >= 3
    )
    AND (
      `t1`.`with_cookie` <= (
        `t1`.`cookies` * 1000
      )
    ),
    FALSE
  );
