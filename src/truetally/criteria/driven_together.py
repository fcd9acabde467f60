"""Devices driven together.

Finds: devices that on one local day began the same several items, one after another, within the
same short spans of time as a number of other devices. Only the first play of an item by a device on
the day is looked at.

Shows: people who choose for themselves seldom choose the same item in the same ten minutes, and
next to never three times in a row. A master that hands each task to all its clients makes them do
just that. A start is looked at if enough devices made it (the same item, the same span); a device's
starts of this kind are put in the order of time, and every three that follow each other are
compared with those of all devices. Spans are laid twice, half a length apart, and the fuller of the
two is used, so that no border divides a group. After the loosely synchronised actions of
SynchroTrap. It is a sign and not proof.

Innocent causes: people who watch a live programme and stay with it; a list that plays on by itself,
started by many at one moment; the screens of a chain of shops; a class whose teacher sets films;
equal machines that are started together, though not those with one fingerprint, which count once.
"""

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.criterion import (
    Count,
    Criterion,
    Least,
    Min,
    Page,
    Parameter,
    Study,
    Total,
    Values,
    page,
)

I64 = NDArray[np.int64]
KEYS = ("day", "device_id", "item_id")
IN_A_ROW = 3


def where(t: ir.Table, _: Values) -> ir.BooleanValue:
    """Measure plays."""
    return t.kind == "play"


def only(m: ir.Table, p: Values) -> ir.BooleanValue:
    """Keep devices with enough plays on the day for a group to show."""
    return (m.plays > 0) & (m.device_plays >= p["least_plays"])


def find(profile: pa.Table, p: Values, _: int) -> pa.Table:
    """Return the (day, device_id, item_id) that a group began together, and how large it was.

    `profile` has one row a (day, device_id, item_id), sorted, with the column first_ms. Added:
    devices, the largest number that made the same starts in a row.
    """
    day, device, item = (_numbers(profile, name) for name in KEYS)
    time = profile["first_ms"].to_numpy().astype(np.int64)
    who, start = _pair(day, device), _starts(item, time, p["span_ms"])
    usable = (_held_by(start) >= p["least_devices"]) & (
        profile["device_plays"].to_numpy() >= p["least_plays"])
    held = np.flatnonzero(usable)
    held = held[np.lexsort((item[held], time[held], who[held]))]
    most = np.zeros(len(who), dtype=np.int64)
    _mark(who[held], start[held], held, most)
    rows = np.flatnonzero(most >= p["least_devices"])
    return profile.select(list(KEYS)).take(pa.array(rows)).append_column(
        "devices", pa.array(most[rows], pa.int64()))


def _starts(item: I64, time: I64, span: int) -> I64:
    """Number the starts: one item, one span. Of the two layers of spans the fuller one is used."""
    plain, shifted = (_pair(item, (time + shift) // span) for shift in (0, span // 2))
    fuller = _held_by(shifted) > _held_by(plain)
    return np.where(fuller, 2 * shifted + 1, 2 * plain)


def _held_by(start: I64) -> I64:
    """Count the rows that have each row's number; a device begins an item once a day."""
    found: I64 = np.bincount(start, minlength=1)[start]
    return found


def _mark(who: I64, start: I64, row: I64, most: I64) -> None:
    """Count the devices of every three starts in a row, and note the largest number at each."""
    if len(row) < IN_A_ROW:
        return
    first = np.flatnonzero(who[:-2] == who[2:])
    devices = _held_by(_pair(_pair(start[first], start[first + 1]), start[first + 2]))
    for step in range(IN_A_ROW):
        np.maximum.at(most, row[first + step], devices)


def _numbers(profile: pa.Table, name: str) -> I64:
    column = profile[name].combine_chunks()
    if not pa.types.is_integer(column.type):
        column = column.dictionary_encode().indices
    return np.asarray(column.to_numpy(), dtype=np.int64)


def _pair(one: I64, other: I64) -> I64:
    """Number pairs of whole numbers densely; all fit into 62 bits together."""
    low = int(other.min(initial=0))
    width = int(other.max(initial=0)) - low + 1
    found: I64 = np.unique(one * width + (other - low), return_inverse=True)[1].astype(np.int64)
    return found


CRITERION = Criterion(
    code="driven-together", revision=1, klass="SIVT", basis="statistical", family="timing",
    scope="day", reads=("device_id", "item_id", "kind", "time_ms"),
    shape=Study(keys=("device_id", "item_id"), where=where, only=only, find=find, least=Least(
        keys=("device_id",), events="least_plays"), measures={
        "plays": Count(), "first_ms": Min(column="time_ms"),
        "device_plays": Total(of="plays", keys=("device_id",))}),
    citation="MRC invalid-traffic standards, SIVT: bots that pass as people. After Q. Cao, X. "
             "Yang, J. Yu, C. Palow, SynchroTrap, CCS 2014, and A. Beutel et al., CopyCatch, WWW "
             "2013: the same objects in the same spans of time. The limits are this product's",
    standard_says="MRC: SIVT, bots that pass as people",
    parameters={
        "least_devices": Parameter(
            default=8, low=3, high=1_000_000, unit="devices",
            meaning="fewest devices that make the same starts",
            meaning_zh="作出相同开始行为的设备的最少数目"),
        "span_ms": Parameter(
            default=600_000, low=10_000, high=3_600_000, unit="ms",
            meaning="within which two starts of an item are the same",
            meaning_zh="两次开始视为相同的时间跨度"),
        "least_plays": Parameter(
            default=6, low=3, high=1_000_000, unit="plays",
            meaning="fewest plays of a device on the day", meaning_zh="设备当日的最少播放数"),
    },
    en=page(__doc__),
    zh=Page(
        title="设备同步行动",
        finds="一个当地日内，与若干其他设备在相同的短时段内依次开始相同的若干项内容的设备。只看设备"
              "当日对每项内容的首次播放。",
        shows="自行选择的人很少在同一个十分钟内选中同一内容，连续三次则几乎不会。主控端将每项任务"
              "分发给全部客户端，正会如此。同一内容、同一时段内有足够设备开始的，方予考察；将某设备"
              "的此类开始按时间排列，每相邻三个与所有设备比较。时段错开半个长度划分两次，取较满者，"
              "以免边界将一组分开。方法源自 SynchroTrap 的松散同步行为。属迹象而非证明。",
        innocent="观看直播并一直留看的人；许多人同时启动的自动连播列表；连锁店的屏幕；教师布置影片"
                 "的班级；同时开机的同型机器，但共用一个指纹者只计一台。"))
