"""Ledgers are added up exactly; a cell that is wrong is named by line and column."""

from pathlib import Path

import pytest

from truetally.errors import InputError
from truetally.settlement.damages.ledgers import read_costs, read_orders, read_payments


def ledger(folder: Path, text: str) -> Path:
    path = folder / "ledger.csv"
    path.write_text(text, "utf-8")
    return path


def test_orders_are_added_up_at_what_the_ledger_charged(tmp_path: Path) -> None:
    found = read_orders(ledger(tmp_path, (
        "order_id,ordered,done,accesses,price_fen_per_thousand,cost_fen\n"
        "1,1000,900,1800,150,150\n2,1000,900,900,150,135\n3,333,0,0,150,\n4,10,10,10,150,99\n")))
    assert (found.orders, found.ordered, found.done, found.accesses) == (4, 2343, 1810, 2710)
    assert found.charged_fen == 150 + 135 + 50 + 99
    assert found.priced_fen == 150 + 150 + 50 + 2
    assert (found.delivered_fen, found.differing) == (135 + 135 + 0 + 2, 1)


def test_payments_are_added_up_by_direction(tmp_path: Path) -> None:
    found = read_payments(ledger(tmp_path, (
        "amount,direction\n10.50,in\n1,out\n0.50,refund\n2,\n")))
    assert (found.received_fen, found.paid_out_fen, found.refunded_fen) == (1250, 100, 50)


def test_costs_keep_their_receipts(tmp_path: Path) -> None:
    found = read_costs(ledger(tmp_path, "what,amount,receipt\nnotary,5200,No. 7\nlawyer,20,\n"))
    assert [(c.amount_fen, c.receipt) for c in found] == [(520_000, "No. 7"), (2000, "")]


@pytest.mark.parametrize(("text", "said"), [
    ("ordered,price_per_thousand\n1,1.5\n-2,1.5\n", "line 3, column ordered"),
    ("ordered,price_per_thousand\n1,1.555\n", "line 2, column price_per_thousand"),
    ("ordered,price_per_thousand\n1,\n", "line 2, column price_per_thousand"),
    ("ordered,price_per_thousand\n1e5,1\n", "line 2, column ordered"),
    ("ordered,price_per_thousand\n" + "9" * 40 + ",1\n", "line 2, column ordered"),
    ("ordered\n1\n", "lacks a column"), ("", "lacks a column"),
    ('ordered,price_per_thousand\n"1,1\n', "cannot read"),
])
def test_a_wrong_order_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_orders(ledger(tmp_path, text))


def test_an_unknown_direction_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2, column direction"):
        read_payments(ledger(tmp_path, "amount,direction\n1,sideways\n"))
    with pytest.raises(InputError, match="no such ledger"):
        read_payments(tmp_path / "none.csv")
