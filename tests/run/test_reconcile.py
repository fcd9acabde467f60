"""Two counters: one that keeps its declared rules leaves nothing unexplained."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.run.cases import DAY_MS, MIDNIGHT_MS, decide, row, write

from truetally.counts.causes import CAUSES, Rules
from truetally.errors import InputError
from truetally.report.reconciled import Reconciliation
from truetally.run.period import Period, day_text
from truetally.run.reconcile import reconcile
from truetally.run.theirs import read_rules, read_theirs

ROBOT = "SomeBot/1.0"
HOUR_MS = 3_600_000
Rows = Sequence[Mapping[str, Any]]


def rows() -> list[dict[str, Any]]:
    """Four days of plays at all hours: repeats, robots, prefetches, short plays."""
    draw = random.Random(7)  # noqa: S311 - a log to test with
    found = []
    for n in range(400):
        at = MIDNIGHT_MS + draw.randrange(4 * DAY_MS // 1000) * 1000
        play = row(item_id=f"f{n % 4}", account_id=f"p{n % 60}", device_id=f"d{n % 60}",
                   user_agent=ROBOT if n % 9 == 0 else row()["user_agent"],
                   prefetch=n % 11 == 0, watched_ms=900 if n % 7 == 0 else 600_000)
        found += [play | {"time_ms": at + again * draw.choice((5_000, 20_000, 40_000))}
                  for again in range(draw.choice((1, 1, 1, 2, 3)))]
    return found


def theirs(every: Rows, rules: Rules, *, by_item: bool) -> dict[tuple[int, str | None], int]:
    """Count as the other counter says it does, event by event."""
    removes = dict(rules.removes or {})
    seen = [r for r in every if not (
        (removes.get("robots", True) and r["user_agent"] == ROBOT)
        or (removes.get("prefetch", True) and r["prefetch"])
        or (removes.get("definition", True) and r["watched_ms"] < 3000))]
    runs: dict[tuple[str, str], list[int]] = {}
    for r in seen:
        runs.setdefault((r["account_id"], r["item_id"]), []).append(r["time_ms"])
    found: Counter[tuple[int, str | None]] = Counter()
    window = 30_000 if rules.window_ms is None else rules.window_ms
    offset = 8 * HOUR_MS if rules.offset_ms is None else rules.offset_ms
    for (_, item), times in runs.items():
        ordered = sorted(times)
        for place, time in enumerate(ordered):
            beside = (ordered[place + 1:place + 2] if rules.keep == "last"
                      else ordered[max(0, place - 1):place])
            if not (window and any(abs(t - time) <= window for t in beside)):
                found[(time + offset) // DAY_MS, item if by_item else None] += 1
    return dict(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reconcile")
    decide(place, rows(), policy=str(_policy(place)))
    return place


def _policy(place: Path) -> Path:
    path = place / "p.toml"
    path.write_text('name = "p"\nrevision = 1\ntitle = "P"\ntitle_zh = "策"\nmetric = "m"\n'
                    'metric_zh = "量"\ncitation = "c"\n' + "".join(
                        f'[[criterion]]\ncode = "{code}"\nstage = {stage}\n' for code, stage in (
                            ("prefetch", 1), ("declared-robot", 1), ("short-play", 1),
                            ("double-click", 2))), "utf-8")
    return path


def compared(folder: Path, rules: Rules, *, by_item: bool, loss: int = 0) -> Reconciliation:
    """Write the other counter's counts, less a loss, and compare."""
    counts = theirs(rows(), rules, by_item=by_item)
    path = folder / "theirs.csv"
    lines = [f"{day_text(day)},{item or ''},{n * (1000 - loss) // 1000}"
             for (day, item), n in sorted(counts.items(), key=str)]
    path.write_text("\n".join(["date,item,plays" if by_item else "date,other,plays", *lines]),
                    "utf-8")
    inner = [day for day, _ in counts if day_text(day) in ("2017-09-03", "2017-09-04")]
    return reconcile(folder / "case", path, rules, Period(first=min(inner), last=max(inner)))


VARIANTS = {
    "the same": Rules(name="x"),
    "another zone": Rules(name="x", offset_ms=0),
    "a far zone": Rules(name="x", offset_ms=-11 * HOUR_MS),
    "robots too": Rules(name="x", window_ms=30_000, removes={"robots": False}),
    "a longer window": Rules(name="x", window_ms=45_000),
    "a shorter window, first kept": Rules(name="x", window_ms=10_000, keep="first"),
    "no window": Rules(name="x", window_ms=0),
    "all of it": Rules(name="x", offset_ms=0, window_ms=10_000, removes={
        "robots": False, "prefetch": False, "definition": False, "invalid": False}),
}


@pytest.mark.parametrize("by_item", [False, True])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_counter_that_keeps_its_rules_leaves_nothing_unexplained(
        folder: Path, variant: str, *, by_item: bool) -> None:
    found = compared(folder, VARIANTS[variant], by_item=by_item)
    assert found.unexplained == "0"
    assert found.rest_within_5_percent
    assert sum(p.events for p in found.parts) == found.gap
    assert sum(Fraction(p.exact) for p in found.parts) == found.gap
    assert (found.gap != 0) == (variant != "the same") or variant == "another zone"


def test_what_no_rule_says_is_left_unexplained(folder: Path) -> None:
    raw = VARIANTS["all of it"]
    counts = compared(folder, raw, by_item=False)
    found = reconcile(folder / "case", folder / "theirs.csv", Rules(name="silent"),
                      Period(first=17412, last=17413))
    assert found.theirs == counts.theirs
    assert Fraction(found.unexplained) == found.gap == found.unexplained_events
    assert all(p.events == 0 and not p.differs for p in found.parts)
    assert {p.cause for p in found.parts if p.alone} >= {"definition", "window", "robots"}


def test_a_loss_is_a_part_and_what_is_more_is_not(folder: Path) -> None:
    rules = Rules(name="x", loss_permille=100)
    found = compared(folder, rules, by_item=False, loss=100)
    part = next(p for p in found.parts if p.cause == "loss")
    assert Fraction(part.exact) == Fraction(-found.ours, 10)
    assert abs(Fraction(found.unexplained)) < 3  # each day's count is rounded down


def test_days_and_items_add_up_to_the_whole(folder: Path) -> None:
    found = compared(folder, VARIANTS["all of it"], by_item=True)
    for sides in (found.by_day, found.by_item):
        assert sum(s.ours for s in sides) == found.ours
        assert sum(s.theirs for s in sides) == found.theirs


def test_raw_events_of_the_other_counter_are_counted_by_its_days(folder: Path) -> None:
    path = write(folder / "their-log.parquet", rows())
    found = read_theirs(path, 0)
    want = Counter((r["time_ms"] // DAY_MS, r["item_id"]) for r in rows())
    assert found.raw
    assert found.counts == dict(want)


@pytest.mark.parametrize(("text", "said"), [
    ("day,count\n2017-13-01,5\n", "line 2.*a day such as"),
    ("day,count\n2017-09-01,-5\n", "line 2.*a whole number"),
    ("day,count\n2017-09-01,1e3\n", "a whole number"),
    ("day,count\n2017-09-01\n", "too short"),
    ("day,count\n", "no counts"),
    ('day,count\n"2017-09-01,5\n', "cannot be read"),
    ("day,count\n1999-01-01,5\n", "no day is in both")])
def test_counts_that_cannot_be_read_are_refused_with_their_line(
        folder: Path, text: str, said: str) -> None:
    path = folder / "bad.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said):
        reconcile(folder / "case", path)


@pytest.mark.parametrize(("text", "said"), [
    ("colour = 1", "unknown key"), ("window_s = -1", "from 0 to"), ("window_s = true", "window_s"),
    ('keep = "middle"', "first"), ("removes_robots = 1", "true or false"),
    ('offset = "8"', "not an offset"), ("loss_permille = 2000", "from 0 to 1000"),
    ("window_s = ", "cannot be read")])
def test_rules_with_an_error_are_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said):
        read_rules(path)


def test_declared_rules_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('name = "计数公司"\noffset = "+00:00"\nwindow_s = 10\nkeep = "first"\n'
                    "removes_robots = false\nremoves_invalid = true\nloss_permille = 8\n", "utf-8")
    assert read_rules(path) == Rules(name="计数公司", offset_ms=0, window_ms=10_000, keep="first",
                                     removes={"robots": False, "invalid": True}, loss_permille=8)


def test_every_cause_is_told_in_one_order(folder: Path) -> None:
    found = compared(folder, VARIANTS["the same"], by_item=False)
    assert tuple(p.cause for p in found.parts) == CAUSES
