-- facts
SELECT
  `t0`.`order_id`,
  IF(
    COALESCE(
      (
        `t0`.`watched_ms` < 0
      )
      OR (
        (
          `t0`.`length_ms` > 0
        )
        AND (
          (
            IF(
              `t0`.`watched_ms` > 1000000000000,
              1000000000000,
              IF(`t0`.`watched_ms` < -1000000000000, -1000000000000, `t0`.`watched_ms`)
            ) * 1000
          ) > (
            (
              IF(
                `t0`.`length_ms` > 1000000000000,
                1000000000000,
                IF(`t0`.`length_ms` < -1000000000000, -1000000000000, `t0`.`length_ms`)
              ) * 3000
            ) + 60000000
          )
        )
      ),
      FALSE
    ),
    1,
    0
  ) AS `mask`
FROM `facts_raw` AS `t0`;
