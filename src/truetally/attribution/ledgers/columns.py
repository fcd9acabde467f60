"""By which names the columns of a ledger go, and the values of a row under our own names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from truetally.attribution.ledgers.cells import fen_of_yuan, moment_ms, seconds_of_ms, whole
from truetally.attribution.ledgers.order import Rejected
from truetally.attribution.ledgers.table import Table, plain_name
from truetally.errors import InputError, problem

Value = str | int | None
Reader = Callable[[str, int], Value]  # the cell, and seconds east of UTC


def _plain(text: str, _: int) -> Value:
    return text


def _count(text: str, _: int) -> Value:
    return whole(text)


def _fen(text: str, _: int) -> Value:
    return fen_of_yuan(text)


def _cut_seconds(text: str, _: int) -> Value:
    return seconds_of_ms(text)


def _milliseconds(text: str, _: int) -> Value:
    number = whole(text)
    return None if number is None else number * 1000


def _start(text: str, zone_s: int) -> Value:
    return moment_ms(text, zone_s)


def _end(text: str, zone_s: int) -> Value:
    return moment_ms(text, zone_s, end=True)


# Our name: the names it goes by in each unit, and how such a cell is read. Names as `plain_name`.
Names = Mapping[str, tuple[tuple[str, Reader], ...]]
_TARGET = "url target targeturl link page 目标网址 目标url 目标地址 网址 链接 目标链接 推广链接"
ORDER: Names = {
    "id": (("orderid order id orderno 订单号 订单编号 订单id 订单 编号 任务id 任务编号",
            _plain),),
    "target": ((_TARGET, _plain),),
    "ordered": (("ordered number quantity 数量 下单数量 订购数量 订单数量 购买数量 总量",
                 _count),),
    "done": (("done completed finished numberdone 完成 已完成 完成数量 已完成数量 完成量",
              _count),),
    "accesses": (("accesses views pv 访问量 总访问量", _count),),
    "stay_s": (("stays stay staytime 停留时间 停留秒数 停留时长 停留时间秒 停留", _count),
               ("stayms 停留毫秒", _cut_seconds)),
    "second_visits": (("secondvisits pvratio pv比例 pv比 二次访问 二跳", _count),),
    "terminal": (("terminal terminals device 终端 终端类型 设备 设备类型", _plain),),
    "spread": (("spread curve 投放方式 流量分布 分布 时间分布 投放曲线 分布方式", _plain),),
    "region": (("region regions area 地区 地域 区域 投放地区", _plain),),
    "price_fen": (("pricefenperthousand pricefen", _count),
                  ("price priceyuan priceyuanperthousand 单价 千次单价 价格 单价元", _fen)),
    "cost_fen": (("costfen", _count), ("cost costyuan 费用 花费 金额 消费 总价 金额元", _fen)),
    "start_ms": (("start startms starttime startdate from 开始时间 开始 开始日期 投放开始",
                  _start),),
    "end_ms": (("end endms endtime enddate to 结束时间 结束 结束日期 投放结束", _end),),
}
TASK: Names = {
    "client": (("client clientid machine 客户端 机器 设备号", _plain),),
    "order_id": (("orderid order taskid id 订单号 订单编号 任务id 任务编号", _plain),),
    "target": ((_TARGET, _plain),),
    "opened_ms": (("opened openedms time starttime openedat 打开时间 开始时间 时间 访问时间",
                   _start),),
    "stay_ms": (("stayms 停留毫秒", _count),
                ("stay stays staytime 停留时间 停留秒数 停留时长 停留", _milliseconds)),
    "state": (("state status result 状态 结果 任务状态", _plain),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row under our names; `others` holds the cells of columns without one."""

    number: int
    values: Mapping[str, Value]
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of a table that have all that is `needed`, and what was rejected."""

    rows: tuple[Row, ...]
    rejected: tuple[Rejected, ...] = field(default=())


def named_rows(table: Table, names: Names, needed: tuple[str, ...], zone_s: int,
               where: Path) -> Rows:
    """Read every row under our names.

    A cell that cannot be read leaves its value unknown and is told in `rejected`; a row without
    what is `needed` is left out and told there too.

    Raises:
        InputError: a column that is needed is not there.
    """
    readers = _readers(table.header, names)
    missing = [name for name in needed if name not in {ours for ours, _ in readers.values()}]
    if missing:
        raise InputError(problem(
            "the table has not the columns it needs", where=where,
            expected=f"{', '.join(missing)} (for example "
                     f"{', '.join(names[name][0][0].split()[0] for name in missing)})",
            found=", ".join(table.header)[:300] or "no header",
            then="name the columns in its first row"))
    rows, rejected = list[Row](), list(table.rejected)
    for number, cells in table.rows:
        row, faults = _row(number, cells, readers, zone_s)
        lost = [name for name in needed if row.values.get(name) is None]
        faults += [f"no {name}" for name in lost]
        rejected += [Rejected(row=number, reason=fault) for fault in faults]
        if not lost:
            rows.append(row)
    return Rows(rows=tuple(rows), rejected=tuple(sorted(rejected, key=lambda one: one.row)))


def _readers(header: tuple[str, ...], names: Names) -> dict[str, tuple[str, Reader]]:
    """Give each column of the header our name and its reader; of two alike the first has it."""
    known = {said: (ours, reader) for ours, spellings in names.items()
             for words, reader in spellings for said in words.split()}
    found: dict[str, tuple[str, Reader]] = {}
    for title in header:
        ours = known.get(plain_name(title))
        if ours and ours[0] not in {name for name, _ in found.values()}:
            found[plain_name(title)] = ours
    return found


def _row(number: int, cells: Mapping[str, str], readers: Mapping[str, tuple[str, Reader]],
         zone_s: int) -> tuple[Row, list[str]]:
    values, others, faults = dict[str, Value](), list[tuple[str, str]](), list[str]()
    for title, cell in cells.items():
        if title not in readers:
            others.append((title, cell))
            continue
        name, reader = readers[title]
        values[name] = reader(cell, zone_s)
        if values[name] is None:
            faults.append(f"{title}: found {cell[:80]!r}, which is left unknown")
    return Row(number=number, values=values, others=tuple(others)), faults
