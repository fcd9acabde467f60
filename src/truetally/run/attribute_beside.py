"""What stands beside the log, each if it is given: captures, task logs, ledgers, test orders."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from truetally.attribution.completeness import Completeness, completeness
from truetally.attribution.ledgers.order import Order
from truetally.run.attribute_bought import bought
from truetally.run.attribute_log import Log
from truetally.run.attribute_options import Options
from truetally.run.attribute_orders import compare, items_of
from truetally.run.attribute_sightings import Seen
from truetally.run.attribute_signature import Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The log, what was asked, the signatures as verified, and the sightings matched before."""

    log: Log
    options: Options
    verified: tuple[Verified, ...]
    seen: Seen


def beside(b: Beside) -> dict[str, Any]:
    """Match what is given to the log; what is not given is null."""
    orders, ledgers = _orders(b.options, b.log.offset_ms // 1000) if b.options.orders else ([], [])
    made: dict[str, Any] = {"captures": b.seen.captures, "tasks": b.seen.tasks, "orders": None,
                            "test_orders": None}
    if ledgers:
        with b.log.clock.stage("orders"):
            items = items_of(b.log, [o.target for o in orders if o.target], orders)
            whole = _whole(b, orders, frozenset(items.values()))
            made["orders"] = {"ledgers": ledgers, "completeness": asdict(whole),
                              **compare(b.log, orders, items, b.verified)}
    if b.options.test_orders:
        with b.log.clock.stage("test orders"):
            made["test_orders"] = bought(b.log, b.options, b.verified, orders)
    return made


def _orders(options: Options, zone_s: int) -> tuple[list[Order], list[dict[str, Any]]]:
    from truetally.attribution.ledgers.orders import read_orders

    orders: list[Order] = []
    files = []
    for path in options.orders:
        ledger = read_orders(path, zone_s=zone_s)
        orders += ledger.orders
        files.append({"file": path.name, "sha256": ledger.sha256, "orders": len(ledger.orders),
                      "rejected": [asdict(r) for r in ledger.rejected]})
    return orders, files


def _whole(b: Beside, orders: Sequence[Order], items: frozenset[str]) -> Completeness:
    """Check the ledger against what was seen to be opened: pages of titles that no order names."""
    ids = {s.order_id for s in b.seen.sightings if s.order_id is not None}
    unseen = [uri for uri, of in b.seen.targets.items() if not of & items]
    return completeness(orders, b.log.offset_ms, targets=unseen, order_ids=ids)
