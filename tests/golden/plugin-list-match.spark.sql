-- dict_plugins
SELECT
  `t0`.`plugins` AS `text`,
  `t0`.`plugins_flash`,
  `t0`.`plugins_flash_major`,
  `t0`.`plugins_count`,
  IF(
    COALESCE(
      `t0`.`plugins` IN (
        'Chromium PDF Viewer::::application/pdf? | Shockwave Flash::Shockwave Flash 25.0 r0::application/x-shockwave-flash?swf,application/futuresplash?spl | Chromium PDF Viewer::Portable Document Format::application/x-google-chrome-pdf?pdf'
      ),
      FALSE
    ),
    1,
    0
  ) AS `mask`
FROM `texts_plugins` AS `t0`;
