"""Ledgers, task logs and test orders: any spelling of their columns, and no guess."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from truetally.attribution.ledgers.cells import fen_of_yuan, moment_ms, whole
from truetally.attribution.ledgers.order import Order
from truetally.attribution.ledgers.orders import read_orders
from truetally.attribution.ledgers.tasks import read_tasks
from truetally.attribution.ledgers.test_orders import read_test_orders
from truetally.errors import InputError
from truetally.simulate.generate import simulate

DAY_MS = 86_400_000
START_MS = 1_504_108_800_000  # 2017-08-31 00:00 at +08:00
CHINESE = ("订单号,目标网址,数量,已完成,停留时间(秒),PV比例,终端,分布方式,地区,单价(元),费用,"
           "开始时间,结束时间,备注\n"
           '534890,http://v.example/a.html,"1,000",980,180秒,6,PC,全天平均,江苏,1.5,￥1.50,'
           "2017/8/31,2017-08-31 12:30,试\n")
EXPECTED = Order(
    id="534890", target="http://v.example/a.html", ordered=1_000, done=980, accesses=None,
    stay_s=180, second_visits=6, terminal="PC", spread="全天平均", region="江苏", price_fen=150,
    cost_fen=150, start_ms=START_MS, end_ms=START_MS + 45_000_000, row=1, others=(("备注", "试"),))


def write(folder: Path, data: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def workbook(rows: list[list[object]]) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_ledger_in_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    found = read_orders(write(tmp_path, CHINESE.encode(encoding)))
    assert (found.orders, found.rejected) == ((EXPECTED,), ())


def test_a_workbook_says_the_same_as_its_text(tmp_path: Path) -> None:
    head = CHINESE.partition("\n")[0].split(",")
    row = [534890, "http://v.example/a.html", 1000, 980.0, 180, 6, "PC", "全天平均", "江苏", 1.5,
           "1.50", datetime(2017, 8, 31), datetime(2017, 8, 31, 12, 30), "试"]  # noqa: DTZ001 cells have no zone
    found = read_orders(write(tmp_path, workbook([head, row]), "orders.xlsx"))
    assert (found.orders, found.rejected) == ((EXPECTED,), ())


def test_a_cell_that_cannot_be_read_is_unknown_and_said(tmp_path: Path) -> None:
    found = read_orders(write(tmp_path, "order id;done;stay\n7;many;20\n;5;5\n8;1;\n"))
    assert [(o.id, o.done, o.stay_s) for o in found.orders] == [("7", None, 20), ("8", 1, None)]
    assert [(r.row, r.reason) for r in found.rejected] == [
        (1, "done: found 'many', which is left unknown"), (2, "no id")]


def test_an_end_that_is_a_day_includes_that_day(tmp_path: Path) -> None:
    found = read_orders(write(tmp_path, "id,start,end\n1,2017-08-31,2017-08-31\n")).orders[0]
    assert (found.start_ms, found.end_ms) == (START_MS, START_MS + DAY_MS)


def test_the_zone_is_the_one_asked_for_unless_the_text_has_its_own(tmp_path: Path) -> None:
    path = write(tmp_path, "id,start,end\n1,2017-08-31 00:00,2017-08-31T00:00:00Z\n")
    found = read_orders(path, zone_s=0).orders[0]
    assert found.start_ms == found.end_ms == START_MS + 8 * 3_600_000


def test_the_simulators_ledger_and_task_log_are_read_whole(tmp_path: Path) -> None:
    simulate("s3", tmp_path / "s3", events=20_000, seed=7)
    orders = read_orders(tmp_path / "s3" / "orders.csv")
    tasks = read_tasks(tmp_path / "s3" / "tasks.csv")
    assert orders.rejected == tasks.rejected == ()
    assert orders.orders
    assert tasks.tasks
    assert {o.id for o in orders.orders} >= {str(t.order_id) for t in tasks.tasks}
    assert all(o.done is not None and o.start_ms is not None and o.stay_s for o in orders.orders)


def test_test_orders_need_all_five(tmp_path: Path) -> None:
    text = ("order,target,start,end,number done\n534890,http://v.example/a,2017-08-31,2017-08-31,98\n"
            "2,http://v.example/b,,2017-08-31,1\n3,http://v.example/c,2017-08-31,2017-08-30,1\n")
    found = read_test_orders(write(tmp_path, text))
    assert [(o.id, o.done, o.start_ms, o.row) for o in found.orders] == [
        ("534890", 98, START_MS, 1)]
    assert [(r.row, r.reason) for r in found.rejected] == [
        (2, "no start_ms"), (3, "it ends before it starts")]


def test_a_table_without_the_columns_it_needs_says_which(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"expected id \(for example orderid\); found a, b"):
        read_orders(write(tmp_path, "a,b\n1,2\n"))
    with pytest.raises(InputError, match="done"):
        read_test_orders(write(tmp_path, "order,target,start,end\n1,2,3,4\n"))


def test_a_quote_that_is_never_closed_does_not_hide_the_orders_before(tmp_path: Path) -> None:
    found = read_orders(write(tmp_path, 'id,done\n1,2\n2,"3\n3,4\n'))
    assert [o.id for o in found.orders] == ["1"]
    assert "not CSV" in found.rejected[0].reason


@pytest.mark.parametrize("data", [b"", b"\0\1\2\3", b"PK\x03\x04broken"])
def test_what_is_no_table_is_said(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError):
        read_orders(write(tmp_path, data))


def test_a_workbook_with_entities_or_without_measure_is_refused(tmp_path: Path) -> None:
    good = workbook([["id"], [1]])
    for name, change in (("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]>'),
                         ("xl/media/bomb.bin", bytes(1 << 26))):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(good)) as old, \
                zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for one in old.namelist():
                new.writestr(one, change + old.read(one) if one == name else old.read(one))
            if name not in old.namelist():
                new.writestr(name, change)
        with pytest.raises(InputError, match=r"document type|unpacks to"):
            read_orders(write(tmp_path, out.getvalue(), "x.xlsx"))


@pytest.mark.parametrize(("text", "number"), [
    ("1,000", 1_000), ("60秒", 60), ("7次", 7), ("5.0", 5), ("1,00", None), ("-1", None),
    ("1e5", None), ("", None), ("9" * 16, None), ("٣", None)])
def test_whole_numbers(text: str, number: int | None) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(("text", "fen"), [
    ("1.5", 150), ("¥3", 300), ("2.005", None), ("485,315.78元", 48_531_578), ("x", None),
    ("1.50", 150), ("-2", None)])
def test_amounts_are_whole_fen_or_unknown(text: str, fen: int | None) -> None:
    assert fen_of_yuan(text) == fen


@pytest.mark.parametrize("text", [
    "2017-08-31", "2017/8/31 00:00", "2017年8月31日", "2017.08.31 00:00:00.000",
    "2017-08-31T00:00:00+08:00", "2017-08-30T16:00:00Z", "1504108800", "1504108800000"])
def test_moments_in_every_spelling_are_the_same(text: str) -> None:
    assert moment_ms(text, 8 * 3600) == START_MS


@pytest.mark.parametrize("text", ["2017-02-30", "2017-08-31 25:00", "1999-12-31", "yesterday", "12",
                                  "2017-08-31 00:61", "9" * 15])
def test_what_is_no_moment_is_unknown(text: str) -> None:
    assert moment_ms(text, 8 * 3600) is None
