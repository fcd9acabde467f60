-- profile_0
SELECT
  `t1`.`day`,
  `t1`.`item_id`,
  `t1`.`session_id`,
  COUNT(IF(`t1`.`kind` = 'click', 1, CAST(NULL AS BIGINT))) AS `b0_clicks`,
  MIN(IF(`t1`.`kind` = 'click', `t1`.`time_ms`, CAST(NULL AS BIGINT))) AS `b0_first_ms`,
  MAX(IF(`t1`.`kind` = 'click', `t1`.`time_ms`, CAST(NULL AS BIGINT))) AS `b0_last_ms`,
  COUNT(
    IF(
      (
        `t1`.`kind` = 'click'
      ) AND (
        `t1`.`interacted` IS NOT NULL
      ),
      1,
      CAST(NULL AS BIGINT)
    )
  ) AS `b0_known`,
  COUNT(IF((
    `t1`.`kind` = 'click'
  ) AND `t1`.`interacted`, 1, CAST(NULL AS BIGINT))) AS `b0_acts`
FROM (
  SELECT
    *
  FROM `facts` AS `t0`
  WHERE
    `t0`.`item_id` IS NOT NULL AND `t0`.`session_id` IS NOT NULL
) AS `t1`
GROUP BY
  1,
  2,
  3;

-- measured
SELECT
  `t0`.`day`,
  `t0`.`item_id`,
  `t0`.`session_id`,
  `t0`.`b0_clicks` AS `clicks`,
  `t0`.`b0_first_ms` AS `first_ms`,
  `t0`.`b0_last_ms` AS `last_ms`,
  `t0`.`b0_known` AS `known`,
  `t0`.`b0_acts` AS `acts`
FROM `profile_0` AS `t0`;
