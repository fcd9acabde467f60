"""Find the events that a waiver is about: those of some items, or from some addresses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truetally.decisions.policy import Policy
from truetally.events.schema import DAY_MS, ROW_BITS
from truetally.run.appeal import Waiver
from truetally.run.work import Work, look_at

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A reason bit taken off some events: by local day their places in the order, ascending.

    `items` are those that the waiver is about; none: it is about addresses.
    """

    bit: int
    items: tuple[str, ...]
    events: Mapping[int, Whole]


def withdrawn(w: Work, waivers: Sequence[Waiver]) -> list[Withdrawn]:
    """Find the events of every waiver, in one scan of the items or addresses for each."""
    if waivers:
        look_at(w, None)
    return [Withdrawn(bit=_bit(w.policy, each), items=each.items, events=_events(w, each))
            for each in waivers]


def _bit(policy: Policy, waiver: Waiver) -> int:
    return next(1 << r.bit for r in policy.rules if r.criterion.code == waiver.criterion)


def _events(w: Work, waiver: Waiver) -> dict[int, Whole]:
    engine = w.pipeline.engine
    column = "item_id" if waiver.items else "ip"
    texts = list(waiver.items) or _within(
        engine.distinct("ip", w.pipeline.plan.spec), waiver.addresses)
    engine.load("waived", pa.table({"text": pa.array(texts, pa.string())}))
    wanted = ibis.table({"text": "string"}, name="waived")
    e = ibis.table({"rank": "int64", "row": "int64", "time_ms": "int64", column: "string"},
                   name="events")
    found = engine.arrow(e.semi_join(wanted, e[column] == wanted.text).select(
        "time_ms", order_id=e.rank * (1 << ROW_BITS) + e.row))
    days = (found["time_ms"].to_numpy() + w.settings.offset_ms) // DAY_MS
    order = found["order_id"].to_numpy()
    return {int(day): np.sort(order[days == day]) for day in np.unique(days)}


def _within(addresses: Iterable[pa.Array], networks: Sequence[str]) -> list[str]:
    """Choose the addresses that lie in one of the networks."""
    wanted = [ip_network(n) for n in networks]
    return [text for piece in addresses for text in piece.to_pylist()
            if any(_inside(text, n) for n in wanted)]


def _inside(text: str, network: Any) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return address.version == network.version and address in network
