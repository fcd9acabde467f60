-- facts
SELECT
  `t0`.`order_id`,
  IF(
    COALESCE(
      (
        (
          (
            (
              `t0`.`ua_os` = 'iOS'
            ) AND `t0`.`plugins_flash`
          )
          OR (
            (
              `t0`.`ua_os` = 'Android'
            ) AND (
              `t0`.`plugins_flash_major` > 11
            )
          )
        )
        AND (
          `t0`.`ua_family` <> 'Puffin'
        )
      )
      OR (
        (
          (
            `t0`.`terminal` = 'ios'
          )
          AND (
            (
              `t0`.`ua_os` = 'Windows'
            ) OR (
              `t0`.`ua_os` = 'Android'
            )
          )
        )
        OR (
          (
            `t0`.`terminal` = 'android'
          )
          AND (
            (
              `t0`.`ua_os` = 'Windows'
            ) OR (
              `t0`.`ua_os` = 'iOS'
            )
          )
        )
      )
      OR (
        (
          `t0`.`terminal` = 'pc'
        )
        AND (
          (
            `t0`.`ua_os` = 'iOS'
          ) OR (
            `t0`.`ua_os` = 'Android'
          )
        )
      ),
      FALSE
    ),
    1,
    0
  ) AS `mask`
FROM `facts_raw` AS `t0`;
