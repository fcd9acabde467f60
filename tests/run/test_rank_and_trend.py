"""Ranks and trends of a case against counts made by hand from its rows and verdicts."""

from pathlib import Path
from typing import Any

import pytest
from tests.run.cases import DAY_MS, NOON_MS, decide, row, verdicts

from truetally.errors import InputError
from truetally.report.plain import plain
from truetally.run.period import Period, day_number, day_text, parse_period
from truetally.run.rank import rank_case, rank_json
from truetally.run.trend import trend_case

ROBOT = "SomeBot/1.0"
OUT = ("not_counted", "givt", "sivt")


def rows() -> list[dict[str, Any]]:
    """Three days, three items: people by account, by cookie and by address; robots on one item."""
    found = []
    for day in range(3):
        for n in range(12):
            who = [{"account_id": f"p{n % 5}"}, {"account_id": None, "cookie_id": f"c{n % 4}"},
                   {"account_id": None, "ip": f"203.0.113.{n}"}][n % 3]
            found.append(row(day * 86_400 + n * 400, item_id=f"f{n % 3}", device_id=f"d{n}",
                             watched_ms=None if n == 7 else 60_000 * n + 5_000, **who))
        found += [row(day * 86_400 + n * 50, item_id="f2", user_agent=ROBOT, account_id=f"r{n}")
                  for n in range(20)]
    return found


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("rank")
    decide(place, rows())
    return place / "case"


def person(r: dict[str, Any]) -> str:
    """Say who a row belongs to, as COUNTER does."""
    return next((f"{c} {r[c]}" for c in ("account_id", "cookie_id") if r.get(c)),
                f"address {r['ip']} {r['user_agent']}")


def by_hand(case: Path, item: str, level: tuple[str, ...]) -> dict[str, tuple[int, int, int]]:
    """Count events, persons and watch time of an item by day, row by row."""
    told = verdicts(case)
    found: dict[str, list[dict[str, Any]]] = {}
    for n, r in enumerate(rows()):
        if r["item_id"] == item and told[n][0] not in level:
            day = day_text((r["time_ms"] + 8 * 3_600_000) // DAY_MS)
            found.setdefault(day, []).append(r)
    return {day: (len(mine), len({person(r) for r in mine}),
                  sum(r["watched_ms"] or 0 for r in mine)) for day, mine in found.items()}


@pytest.mark.parametrize("item", ["f0", "f1", "f2"])
def test_a_trend_has_the_events_persons_and_watch_time_of_its_rows(case: Path, item: str) -> None:
    days = trend_case(case, item).days
    before = by_hand(case, item, ("not_counted",))
    after = by_hand(case, item, OUT)
    assert {d.count.day: (d.count.before, d.count.persons_before, d.count.watched_before_ms)
            for d in days} == before
    assert {d.count.day: (d.count.after, d.count.persons_after, d.count.watched_after_ms)
            for d in days} == after


def test_the_robots_push_an_item_up_and_it_falls_back(case: Path) -> None:
    places = {r.place.item: r.place for r in rank_case(case).items}
    assert (places["f2"].before, places["f2"].rank_before) == (72, 1)
    assert places["f2"].after == 12
    assert {p.rank_after for p in places.values()} == {1}  # twelve each: a tie of three


def test_a_ranking_for_programs_says_of_every_item_what_the_ranking_does(case: Path) -> None:
    found = rank_case(case)
    assert rank_json(found)["items"] == plain(found.items)
    assert len(found.items) == 3


def test_a_period_of_one_day_counts_that_day_alone(case: Path) -> None:
    day = (NOON_MS + 8 * 3_600_000) // DAY_MS + 1
    found = rank_case(case, Period(first=day, last=day))
    assert (found.first_day, found.last_day) == (day_text(day), day_text(day))
    assert sum(r.place.before for r in found.items) == 32


def test_without_its_sources_a_case_still_shows_what_its_counts_say(tmp_path: Path) -> None:
    decide(tmp_path, rows())
    (tmp_path / "source.parquet").unlink()
    found = trend_case(tmp_path / "case", "f2")
    assert "gone" in found.persons_unknown
    assert found.days[0].count.persons_before is None
    assert found.days[0].count.before == 24


def test_all_items_together_have_no_persons_and_shares_of_both_kinds(case: Path) -> None:
    found = trend_case(case)
    assert all(d.count.persons_before is None for d in found.days)
    assert [s.key for s in found.terminals] == ["pc"]
    assert sum(s.before_permille for s in found.regions) == 1000


def test_a_log_without_watch_time_has_an_index_of_plays_and_no_means(tmp_path: Path) -> None:
    decide(tmp_path, [{k: v for k, v in r.items() if k != "watched_ms"} for r in rows()])
    assert {r.index.by for r in rank_case(tmp_path / "case").items} == {"plays"}
    assert trend_case(tmp_path / "case").days[0].per_play_before_ms is None


def test_an_item_or_a_period_that_is_not_there_is_refused(case: Path) -> None:
    with pytest.raises(InputError, match="no such item"):
        trend_case(case, "nothing")
    with pytest.raises(InputError, match="no events in this period"):
        rank_case(case, Period(first=1, last=2))
    with pytest.raises(InputError, match="ends before it begins"):
        parse_period("2017-09-02", "2017-09-01")
    with pytest.raises(InputError, match="not a day"):
        day_number("2017-02-30", "--from")
