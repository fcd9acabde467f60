-- dict_user_agent
SELECT
  `t0`.`user_agent` AS `text`,
  `t0`.`ua_family`,
  `t0`.`ua_major`,
  `t0`.`ua_os`,
  `t0`.`ua_os_major`,
  `t0`.`ua_platform`,
  `t0`.`ua_browser`,
  `t0`.`ua_robot`,
  `t0`.`ua_released_day`,
  IF(COALESCE(`t0`.`ua_robot`, FALSE), 1, 0) AS `mask`
FROM `texts_user_agent` AS `t0`;
