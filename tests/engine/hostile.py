"""Events made to set two engines apart: nulls everywhere, odd texts, ties, midnights, copies.

The same rows on every machine. Local time is UTC+8; `DAY` is a local midnight.
"""

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from truetally.criteria import plugin_list_match
from truetally.events.schema import DAY_MS, EVENT, SCHEMA

HOUR_MS = 3_600_000
DAY = 1_718_985_600_000  # 2024-06-22 00:00 at UTC+8
Row = dict[str, Any]

ITEMS = ("剧集一", "a'b\"c\\d", "𝄞 clef", "e\u0301", "\u00e9", "=1+1", "<script>", "per%cent_",
         "tab\there", "${env:HOME}", "trailing ", "trailing")
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/125.0.0.0 Safari/537.36",
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
     "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"),
    f"Mozilla/5.0 (Linux; Android 14; SM-S921B) {KIT} Chrome/126.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/145.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0",
    "-", "undefined", '"Mozilla/5.0"', "${jndi:ldap://x}", "() { :; }; echo", "\\x16\\x03\\x01",
    "Mozilla/5.0 (compatible; 名)", "",
)
ADDRESSES = ("203.0.113.7", "203.0.113.8", "198.51.100.20", "52.95.110.1", "34.64.10.10",
             "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "not an address", "192.0.2.1")
PLUGINS = plugin_list_match.LISTS.entries[0]
REFERRERS = ("https://pili-vod.clouddn.com/x", "http://www.example.com/a?b=c", "about:blank",
             "https://例え.jp/", "https://notclouddn.com/", "android-app://x",
             "//[2001:db8::5]:80/")
FAR = 2**63  # as far as 64 bits reach


def table() -> pa.Table:
    """Return all rows, in an order that means nothing."""
    chance = random.Random(778)  # noqa: S311 — repeatable rows, no secrets
    rows = [_ordinary(chance, n) for n in range(1600)]
    rows += _chains() + _fleets() + _ordered() + _even_item() + _podcast()
    rows += [dict(row) for row in rows[:240:4]] + _nearly_equal(rows[1]) + _no_events(rows[0])
    chance.shuffle(rows)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def write(folder: Path) -> list[Path]:
    """Write the rows as two sources with small row groups; one has a name that Spark would skip."""
    rows = table()
    half = rows.num_rows // 2
    paths = [folder / "_plays.parquet", folder / "plays, day=1 #2.parquet"]
    for path, part in zip(paths, (rows.slice(0, half), rows.slice(half)), strict=True):
        pq.write_table(part, path, row_group_size=300)
    return paths


def _ordinary(chance: random.Random, n: int) -> Row:
    """Make a row of any values; each column but the required ones is unknown now and then."""
    pick = chance.choice
    time_ms = DAY + chance.randrange(2 * DAY_MS) // 10_000 * 10_000 + pick((0, 0, 0, 1, 999))
    row = {
        "time_ms": time_ms, "kind": pick(("play", "play", "click", "view")), "item_id": pick(ITEMS),
        "part_id": pick(("1", "2", "１")), "account_id": pick(("x", "阿", "cookie x")),
        "session_id": f"s{n % 90}", "cookie_id": pick(("x", "c1", "c2", "C1")),
        "device_id": f"d{n % 40}", "ip": pick(ADDRESSES), "user_agent": pick(AGENTS),
        "plugins": pick((PLUGINS, "Chrome PDF Viewer", "Shockwave Flash 25.0 r0", "")),
        "referrer": pick(REFERRERS), "page_url": pick(REFERRERS),
        "terminal": pick(("pc", "h5", "android", "ios", "tv")),
        "region": pick(("110000", "440300")),
        "watched_ms": pick((-FAR, -1500, -1, 0, 2999, 3000, 30_500, 180_000, 10**12, FAR - 1)),
        "length_ms": pick((-FAR, -1, 0, 60_000, 200_000, 2_700_000)),
        "visible_permille": pick((0, 1, 500, 1000)), "method": pick(("GET", "POST", "HEAD", "get")),
        "status": pick((200, 206, 304, 404, 0)),
        "bytes_sent": pick((0, 4096, 3_000_000, FAR - 1)),
        "duration_ms": n, "range_start": pick((0, 2)), "range_end": pick((1, 2, 999)),
        "value_action": pick(("search", "comment")), "placement_w": pick((0, 1, 300)),
        "placement_h": pick((0, 1, 250)), "screen": "1920x1080", "language": "zh-CN",
    }
    row |= {c: chance.random() < 0.3 for c in ("interacted", "automation", "prefetch", "paid")}
    return {c: None if c in OFTEN_UNKNOWN and chance.random() < 0.12 else v for c, v in row.items()}


OFTEN_UNKNOWN = set(EVENT) - {"time_ms", "kind", "item_id"}


def _play(time_ms: int, device: str | None, item: str = "剧集一", **more: Any) -> Row:
    return {"time_ms": time_ms, "kind": "play", "item_id": item, "device_id": device,
            "cookie_id": device, "ip": "203.0.113.9", "user_agent": AGENTS[0], "terminal": "pc",
            "watched_ms": 61_000, "length_ms": 2_700_000} | more


def _chains() -> list[Row]:
    """Repeat one act in chains, at the window's edge, in ties and across midnight."""
    gaps = [0, 1, 29_999, 30_000, 30_001, 10_000, 10_000, 31_000]
    rows, at = [], DAY + DAY_MS - 60_000
    for gap in gaps:
        at += gap
        rows += [_play(at, "chain", part_id=part) for part in ("1", None)]
    return rows + [_play(DAY + DAY_MS - 1, None, kind="view", ip=ip) for ip in ("192.0.2.3",) * 2]


def _fleets() -> list[Row]:
    """Make what each group criterion looks for, once."""
    rows = [_play(DAY + n * 31_000, "every 31 s", watched_ms=31_000) for n in range(40)]
    rows += [_play(DAY + n * HOUR_MS + 500_000 + n, "day and night") for n in range(24)] * 5
    rows += [_play(DAY + 7 * HOUR_MS + n, "all at once", watched_ms=600_000) for n in range(40)]
    rows += [_play(DAY + 3 * HOUR_MS + n * 9000, "many agents", user_agent=f"{agent} v{n}")
             for n, agent in enumerate(AGENTS[:12])]
    rows += [_play(DAY + 4 * HOUR_MS + n, f"crowd {n}", ip="198.51.100.99") for n in range(14)]
    rows += [_play(DAY + 9 * HOUR_MS + n * 1777, f"stay {n}", "per%cent_", watched_ms=30_000 + n)
             for n in range(60)]
    rows += [_play(DAY + n * DAY_MS + 5, "three systems", user_agent=agent)
             for n, agent in enumerate(AGENTS[:3])]
    return rows


def _ordered() -> list[Row]:
    """Carry out an order: a client with a new cookie each visit, a surge, clicks at one pace."""
    rows = [_play(DAY + 5 * HOUR_MS + n * 67_000, "client", cookie_id=f"born {n}",
                  watched_ms=30_000 + n, bytes_sent=9, interacted=False) for n in range(20)]
    rows += [_play(DAY + day * DAY_MS + n * 977_000, f"viewer {day} {n}", "=1+1 surged",
                   watched_ms=(900_000, 30_000)[day])
             for day in (0, 1) for n in range(9 + 40 * day)]
    rows += [_play(DAY + 6 * HOUR_MS + n * 61_000 + step * 1700 + n, f"page {n}", "per%cent_",
                   kind="click", session_id=f"visit {n}") for n in range(5) for step in (0, 1)]
    rows += [_play(DAY + 8 * HOUR_MS + n * 61_000 + step * 2300, f"hand {n}", "no hand",
                   kind="click", session_id=f"hand {n}", interacted=n > 4) for n in range(6)
             for step in (0, 1)[:6 - n]]
    return [*rows, *[_play(DAY + n, f"rented {n}", ip="52.95.110.2") for n in range(3)]]


def _even_item() -> list[Row]:
    """Spread 240 plays of two items evenly over the day; and let three devices act together."""
    rows = [_play(DAY + hour * HOUR_MS + n * 300_000, f"even {n}", item)
            for item in ("even item", "even too") for hour in range(24) for n in range(10)]
    return rows + [_play(DAY + task * HOUR_MS + n * 1000, f"driven {n}", f"task {task}")
                   for n in range(3) for task in range(4)]


def _podcast() -> list[Row]:
    """Deliver by ranges to one listener whose address changes within its /64."""
    return [{"time_ms": DAY + n * 1000, "kind": "view", "item_id": "episode",
             "ip": f"2001:db8:9::{n}", "user_agent": AGENTS[1], "status": 206,
             "method": "GET", "bytes_sent": size, "range_start": 0, "range_end": 1}
            for n, size in enumerate((100_000, 200_000, 900_000))]


def _nearly_equal(row: Row) -> list[Row]:
    """Repeat a row with one text moved to another column, or only its case changed."""
    plain = row | {"session_id": None, "cookie_id": None, "device_id": None}
    texts: list[Row] = [{"session_id": "z"}, {"cookie_id": "z"}, {"device_id": "z"},
                        {"device_id": "Z"}, {"device_id": "z "}]
    return [plain | text for text in texts]


def _no_events(row: Row) -> list[Row]:
    """Make rows that are no events: readers reject them."""
    return [row | wrong for wrong in ({"time_ms": None}, {"time_ms": 0}, {"kind": "PLAY"},
                                      {"kind": None}, {"item_id": ""}, {"item_id": None})]
