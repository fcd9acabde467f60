"""Visits of several clicks and no gesture.

Finds: visits with several clicks on one item, of which the page measured whether a real gesture
caused each, and none did; on days on which such visits are a large share of the item's visits of
several clicks, and half as common again as a click without a gesture is among the item's other
clicks. A click that led to a conversion, a search, a comment or a touched ad counts as a gesture.

Shows: whoever clicks again had two occasions to be seen clicking by hand, so that a visit of
several clicks lacks a gesture less often than a single click does. Where it does so more often,
something else clicks. It is a sign and not proof.

Innocent causes: an app around the page that passes no gestures on and whose users are also the ones
who click again; a group of people with assistive software. A page that takes the second step by
itself is not found, for its visitors took the first; nor is a browser or a new version of a page
that records fewer gestures, for the other clicks lack them as well.
"""

from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.criterion import Count, Criterion, Page, Parameter, Study, Total, Values, page

I64 = NDArray[np.int64]
KEYS = ("day", "item_id", "session_id")
_SEVERAL = 2


def where(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Measure clicks."""
    return t.kind == "click"


def known(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether it is known if a gesture caused the click."""
    return t.interacted.notnull()


def act(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Say whether a person did something, of clicks for which it is known."""
    return t.interacted.notnull() & (t.interacted | t.value_action.notnull())


def only(m: ir.Table, _: Values) -> ir.BooleanValue:
    """Keep visits of several clicks, all of which were measured."""
    return (m.clicks >= _SEVERAL) & (m.known == m.clicks)


def find(profile: pa.Table, p: Values, _: int) -> pa.Table:
    """Return the visits without an act, of item-days where these are a large share.

    `profile` has one row a (day, item_id, session_id), sorted. Added: how many such visits the
    item-day has (without), of how many measured (measured); and of how many other clicks
    (other_clicks) how many lacked a gesture (other_without).
    """
    clicks = profile["clicks"].to_numpy()
    rows = profile.take(pa.array(np.flatnonzero(
        (clicks >= _SEVERAL) & (profile["known"].to_numpy() == clicks))))
    group, first = _item_days(rows)
    none = rows["acts"].to_numpy() == 0
    visits, without = _sums(group, len(first), np.ones_like(group)), _sums(group, len(first), none)
    known, acts = (rows[f"item_{name}"].to_numpy()[first] - _sums(
        group, len(first), rows[name].to_numpy()) for name in ("known", "acts"))
    large = ((without >= p["least_visits"]) & (known >= p["least_others"])
             & (without * 1000 >= visits * p["share_permille"])
             & (without * known * 1000 >= visits * (known - acts) * p["factor_permille"]))
    hits = np.flatnonzero(none & large[group])
    found = rows.select(list(KEYS)).take(pa.array(hits))
    for name, counts in (("without", without), ("measured", visits), ("other_clicks", known),
                         ("other_without", known - acts)):
        found = found.append_column(name, pa.array(counts[group[hits]]))
    return found


def _sums(group: I64, groups: int, values: NDArray[Any]) -> I64:
    total = np.zeros(groups, dtype=np.int64)
    np.add.at(total, group, values)
    return total


def _item_days(rows: pa.Table) -> tuple[I64, I64]:
    """Number the item-days of sorted rows, and say with which row each begins."""
    if not rows.num_rows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    day = rows["day"].to_numpy()
    item = rows["item_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    new = np.append(True, (day[1:] != day[:-1]) | (item[1:] != item[:-1]))
    return np.cumsum(new) - 1, np.flatnonzero(new)


CRITERION = Criterion(
    code="visits-without-gesture", revision=1, klass="SIVT", basis="statistical",
    family="behaviour", scope="day",
    reads=("item_id", "session_id", "kind", "interacted", "value_action"),
    optional=("value_action",),
    shape=Study(keys=("item_id", "session_id"), find=find, where=where, only=only, measures={
        "clicks": Count(), "known": Count(where=known), "acts": Count(where=act),
        "item_known": Total(of="known", keys=("item_id",)),
        "item_acts": Total(of="acts", keys=("item_id",))}),
    citation="Beijing Internet Court, 2019-05-23: real traffic is formed by users' real acts, and "
             "hidden JavaScript clicked in visitors' browsers; MRC invalid-traffic standards, "
             "SIVT: hijacked sessions. The limits are this product's",
    standard_says="MRC: SIVT",
    parameters={
        "least_visits": Parameter(
            default=10, low=3, high=1_000_000, unit="visits",
            meaning="fewest visits without a gesture", meaning_zh="无手势访问的最少数量"),
        "least_others": Parameter(
            default=20, low=1, high=1_000_000, unit="clicks",
            meaning="fewest other clicks on the item that day whose gesture is known",
            meaning_zh="该内容当日已知有无手势的其他点击的最少数量"),
        "factor_permille": Parameter(
            default=1500, low=1000, high=1_000_000, unit="permille",
            meaning="least ratio to the share of other clicks without a gesture",
            meaning_zh="与其他点击中无手势者所占比例之比的最小值"),
        "share_permille": Parameter(
            default=400, low=10, high=1000, unit="permille",
            meaning="least share of visits without a gesture among the item-day's measured visits",
            meaning_zh="无手势访问占该内容当日计入访问的最小比例"),
    },
    en=page(__doc__),
    zh=Page(
        title="多次点击而无一手势的访问",
        finds="对同一内容点击多次、页面逐次测量了是否出于真实手势而无一出于手势的访问；且当日此类访"
              "问占该内容多次点击之访问的很大一部分，其比例较该内容其他点击中无手势者高出一半以上。带"
              "来转化、搜索、评论或广告互动的点击视同有手势。",
        shows="再次点击者有两次机会被测得亲手点击，故多次点击的访问全无手势，应比单次点击无手势更少"
              "见。反而更常见的，另有点击者。属迹象而非证明。",
        innocent="页面外层的应用不传递手势，而再次点击者恰多为其用户；使用辅助软件的人群。第二步由页"
                 "面自动完成的，不会被认定，因第一步由访问者亲手点击；浏览器或页面新版本少记手势的，"
                 "亦不会被认定，因其他点击同样缺少手势。"))
