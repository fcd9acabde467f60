"""Make what the benchmark reads, once: events by the simulator, days of them, access-log lines."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from speed_measure import apart, run

DAY_MS = 86_400_000
OFFSET_MS = 28_800_000  # +08:00, the case's default
SCENARIO = "video-case"


def events(truetally: Path, work: Path, count: int, seed: int) -> Path:
    """Simulate about `count` events into one Parquet file and return it."""
    place = work / f"events-{count}-{seed}"
    path = place / "events.parquet"
    if not path.is_file():
        shutil.rmtree(place, ignore_errors=True)
        run([truetally, "simulate", SCENARIO, "--out", place / "made", "--events", str(count),
             "--seed", str(seed)], work / "simulate.txt")
        apart(_join, sorted((place / "made" / "events").glob("*.parquet")), path)
        shutil.rmtree(place / "made")
    return path


def _join(made: Sequence[Path], path: Path) -> None:
    """Write the simulator's event files as one, in time order, as an export would be."""
    temporary = path.with_suffix(".part")
    duckdb.execute(
        "COPY (SELECT * FROM read_parquet($files) ORDER BY time_ms) TO "
        f"'{_quoted(temporary)}' (FORMAT parquet, COMPRESSION zstd)",
        {"files": [str(file) for file in made]})
    temporary.replace(path)


def days(source: Path, work: Path, count: int) -> list[Path]:
    """Split events into `count` local days of equal size, in time order, one file each.

    An event keeps its time of day; the days of the source are dealt to the new days in turn.
    """
    place = work / f"{source.parent.name}-days-{count}"
    paths = [place / f"day-{number:02d}.parquet" for number in range(count)]
    if not all(path.is_file() for path in paths):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for number, path in enumerate(paths):
            apart(_one_day, source, path, number, count)
    return paths


def _one_day(source: Path, path: Path, number: int, count: int) -> None:
    duckdb.execute(
        f"""COPY (
            SELECT * REPLACE ($first + $number::BIGINT * {DAY_MS}
                              + (time_ms + {OFFSET_MS}) % {DAY_MS} - {OFFSET_MS} AS time_ms)
            FROM read_parquet($source)
            WHERE ((time_ms + {OFFSET_MS}) // {DAY_MS}) % $count = $number
            ORDER BY time_ms
        ) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd)""",
        {"source": str(source), "number": number, "count": count, "first": 17_410 * DAY_MS})


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def access_log(work: Path, lines: int, seed: int) -> Path:
    """Write an access log in the combined format: 14 days, many visitors, a few robots, some 404s.

    Every value follows from the line number by integer arithmetic, so that any machine makes the
    same bytes.
    """
    path = work / f"access-{lines}-{seed}.log"
    if not path.is_file():
        apart(_write_lines, path, lines, seed)
    return path


def _write_lines(path: Path, lines: int, seed: int) -> None:
    temporary = path.with_suffix(".part")
    duckdb.execute(
        f"COPY ({_LINES}) TO '{_quoted(temporary)}' "
        "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')",
        {"lines": lines, "seed": seed})
    temporary.replace(path)


# Knuth's multiplicative hash (The Art of Computer Programming, vol. 3, 6.4), twice.
_LINES = r"""
WITH a AS (SELECT i, ((i + $seed) * 2654435761) % 4294967296 AS h FROM range($lines) t(i)),
b AS (SELECT i, h, ((h // 7 + i) * 2246822519) % 4294967296 AS g FROM a),
c AS (SELECT *, ((h // 2) * (h // 2) // 1073741824) * 60000 // 4294967296 AS visitor,
             ((g // 2) * (g // 2) // 1073741824) * 8000 // 4294967296 AS title FROM b)
SELECT (1 + visitor % 223) || '.' || (visitor * 7 % 251) || '.' || (visitor * 13 % 241) || '.'
    || (1 + visitor * 31 % 253) || ' - - ['
    || strftime(make_timestamp((1431907200 + i * 1209600 // $lines) * 1000000),
                '%d/%b/%Y:%H:%M:%S') || ' +0800] "'
    || CASE WHEN g % 97 = 0 THEN 'HEAD' WHEN g % 41 = 0 THEN 'POST' ELSE 'GET' END
    || ' /' || CASE h % 5 WHEN 0 THEN 'images/p' || g % 900 || '.png'
                          WHEN 1 THEN 'style' || g % 9 || '.css'
                          ELSE 'title/' || title || '/' || h % 30 END
    || CASE WHEN g % 11 = 0 THEN '?from=' || h % 1000 ELSE '' END || ' HTTP/1.1" '
    || CASE WHEN g % 29 = 0 THEN 404 WHEN g % 37 = 0 THEN 304 WHEN g % 53 = 0 THEN 206
            WHEN g % 211 = 0 THEN 500 ELSE 200 END || ' ' || (200 + g % 90000) || ' "'
    || CASE WHEN h % 3 = 0 THEN '-' ELSE 'http://www.site' || g % 2000 || '.example/list/'
                                         || h % 50 END || '" "'
    || CASE WHEN visitor % 40 = 0 THEN 'Mozilla/5.0 (compatible; Googlebot/2.1; '
                                       || '+http://www.google.com/bot.html)'
            WHEN visitor % 97 = 0 THEN 'curl/7.' || visitor % 60 || '.0'
            WHEN visitor % 3 = 0 THEN 'Mozilla/5.0 (iPhone; CPU iPhone OS 8_' || visitor % 4
                || ' like Mac OS X) AppleWebKit/600.1.4 (KHTML, like Gecko) Version/8.0 '
                || 'Mobile/12F70 Safari/600.1.4'
            ELSE 'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) '
                || 'Chrome/' || 30 + visitor % 13 || '.0.' || visitor % 2400 || '.'
                || visitor % 130 || ' Safari/537.36' END || '"'
FROM c ORDER BY i
"""
