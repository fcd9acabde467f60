"""Find the events that a waiver is about: those of some items, or from some addresses."""

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truetally.decisions.plan import Plan
from truetally.decisions.policy import Policy
from truetally.engine.spec import column_types, table
from truetally.run.appeal import Waiver
from truetally.run.work import Work

Whole = npt.NDArray[np.int64]


def bit_of(policy: Policy, waiver: Waiver) -> int:
    """Give the reason bit that a waiver takes off."""
    return next(1 << r.bit for r in policy.rules if r.criterion.code == waiver.criterion)


def events_of(w: Work, plan: Plan, waiver: Waiver) -> Whole:
    """Find a waiver's events among those of the table `counted`: places in the order, ascending."""
    engine = w.pipeline.engine
    if waiver.items:
        texts, column, source = list(waiver.items), "item_id", "counted"
    else:
        known = engine.distinct("ip", plan.spec)
        texts, column, source = _within(known, waiver.addresses), "ip", "addressed"
        engine.open_facts(replace(plan.spec, small=(), keys=("ip",), computed=("day",)))
        t = table("facts_raw", ("order_id", "ip"), engine.key_type)
        engine.create(source, t.select("order_id", "ip"))
    engine.load("waived", pa.table({"text": pa.array(texts, pa.string())}))
    engine.keyed("waived", column)
    types = column_types(engine.key_type)
    wanted = ibis.table({"text": "string", "key": types[column]}, name="waived")
    events = ibis.table({"order_id": "int64", column: types[column]}, name=source)
    found = engine.arrow(events.semi_join(wanted, events[column] == wanted.key).select("order_id"))
    return np.sort(found["order_id"].to_numpy())


def _within(addresses: Any, networks: Sequence[str]) -> list[str]:
    """Choose the addresses that lie in one of the networks."""
    wanted = [ip_network(n) for n in networks]
    return [text for text in addresses.to_pylist() if any(_inside(text, n) for n in wanted)]


def _inside(text: str, network: Any) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return address.version == network.version and address in network
