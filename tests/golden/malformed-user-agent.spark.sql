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
  IF(
    COALESCE(
      `t0`.`user_agent` IN (
        '',
        '-',
        '--',
        '0',
        '1',
        'null',
        'NULL',
        'Null',
        'None',
        'none',
        'nil',
        'undefined',
        'unknown',
        'Unknown',
        'UNKNOWN',
        'NaN',
        '(null)',
        '[object Object]',
        'test',
        'Test',
        'user-agent',
        'User-Agent',
        'UserAgent',
        'UA',
        'Mozilla',
        'Mozilla/4.0',
        'Mozilla/5.0',
        'Mozilla/5.0 ()',
        'Chrome',
        'Firefox',
        'Safari',
        'MSIE',
        'Opera',
        'Edge',
        'Browser',
        'browser'
      )
      OR (
        (
          STARTSWITH(`t0`.`user_agent`, 'Mozilla/5.0 (compatible;')
          OR STARTSWITH(`t0`.`user_agent`, 'Mozilla/4.0 (compatible;')
        )
        AND NOT (
          CONTAINS(`t0`.`user_agent`, 'MSIE')
          OR CONTAINS(`t0`.`user_agent`, 'Trident')
          OR CONTAINS(`t0`.`user_agent`, 'Konqueror')
          OR CONTAINS(`t0`.`user_agent`, 'ABrowse')
          OR CONTAINS(`t0`.`user_agent`, 'Windows')
          OR CONTAINS(`t0`.`user_agent`, 'Linux')
          OR CONTAINS(`t0`.`user_agent`, 'Macintosh')
          OR CONTAINS(`t0`.`user_agent`, 'AppleWebKit')
          OR CONTAINS(`t0`.`user_agent`, 'AppleWebkit')
          OR CONTAINS(`t0`.`user_agent`, 'Gecko/')
          OR CONTAINS(`t0`.`user_agent`, 'Opera')
          OR CONTAINS(`t0`.`user_agent`, 'iPhone')
          OR CONTAINS(`t0`.`user_agent`, 'Android')
          OR CONTAINS(`t0`.`user_agent`, 'X11')
          OR CONTAINS(`t0`.`user_agent`, 'OS/2')
          OR CONTAINS(`t0`.`user_agent`, 'BeOS')
          OR CONTAINS(`t0`.`user_agent`, 'Haiku')
          OR CONTAINS(`t0`.`user_agent`, 'AmigaOS')
          OR CONTAINS(`t0`.`user_agent`, 'RISC OS')
          OR CONTAINS(`t0`.`user_agent`, 'Polaris')
          OR CONTAINS(`t0`.`user_agent`, 'Brew')
          OR CONTAINS(`t0`.`user_agent`, 'BREW')
          OR CONTAINS(`t0`.`user_agent`, 'MSOffice')
          OR CONTAINS(`t0`.`user_agent`, 'ms-office')
        )
      )
      OR (
        STARTSWITH(`t0`.`user_agent`, 'User-Agent:')
        OR STARTSWITH(`t0`.`user_agent`, 'user-agent:')
        OR STARTSWITH(`t0`.`user_agent`, 'User-agent:')
        OR STARTSWITH(`t0`.`user_agent`, 'USER-AGENT:')
        OR STARTSWITH(`t0`.`user_agent`, '"')
        OR STARTSWITH(`t0`.`user_agent`, '\'')
        OR STARTSWITH(`t0`.`user_agent`, 'http://')
        OR STARTSWITH(`t0`.`user_agent`, 'https://')
        OR STARTSWITH(`t0`.`user_agent`, 'Http://')
        OR STARTSWITH(`t0`.`user_agent`, 'HTTP://')
        OR STARTSWITH(`t0`.`user_agent`, '{')
        OR STARTSWITH(`t0`.`user_agent`, '$')
        OR STARTSWITH(`t0`.`user_agent`, '%')
        OR STARTSWITH(`t0`.`user_agent`, '() {')
      )
      OR (
        CONTAINS(`t0`.`user_agent`, '${')
        OR CONTAINS(`t0`.`user_agent`, '{{')
        OR CONTAINS(`t0`.`user_agent`, '<script')
        OR CONTAINS(`t0`.`user_agent`, '<?php')
        OR CONTAINS(`t0`.`user_agent`, '%s')
        OR CONTAINS(`t0`.`user_agent`, '../../')
        OR CONTAINS(`t0`.`user_agent`, '/etc/passwd')
        OR CONTAINS(`t0`.`user_agent`, ' UNION SELECT ')
      )
      OR (
        NOT (
          `t0`.`ua_browser`
        ) AND NOT (
          `t0`.`ua_robot`
        )
      ),
      FALSE
    ),
    1,
    0
  ) AS `mask`
FROM `texts_user_agent` AS `t0`;
