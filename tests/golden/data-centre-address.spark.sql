-- dict_ip
SELECT
  `t0`.`ip` AS `text`,
  `t0`.`ip_version`,
  `t0`.`ip_net`,
  `t0`.`ip_data_centre`,
  `t0`.`ip_gateway`,
  IF(
    COALESCE(`t0`.`ip_data_centre` AND NOT (
      COALESCE(`t0`.`ip_gateway`, FALSE)
    ), FALSE),
    1,
    0
  ) AS `mask`
FROM `texts_ip` AS `t0`;
