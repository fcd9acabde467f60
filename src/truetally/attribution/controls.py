"""Controls of a signature: decoys of the same specificity, drawn from the log itself by a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

DECOYS = 20
CANDIDATES = 5_000  # combinations to draw from, those with most devices
LEAST_DEVICES = 5  # of a combination: one device alone is listed or not by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """Devices of one time, by two families of fields: bearing the signature, and with every known
    user agent of theirs in the artefacts."""

    bearing_listed: int
    bearing_not: int
    other_listed: int
    other_not: int

    @property
    def bearing(self) -> int:
        """Devices that bear the signature."""
        return self.bearing_listed + self.bearing_not

    @property
    def others(self) -> int:
        """Devices that do not."""
        return self.other_listed + self.other_not


def crossed(rows: Sequence[Mapping[str, Any]]) -> Crossed:
    """Add device counts up from rows of ``bears``, ``listed`` (0 or 1) and ``devices``."""
    found = dict.fromkeys(((b, s) for b in (0, 1) for s in (0, 1)), 0)
    for row in rows:
        found[int(row["bears"]), int(row["listed"])] += int(row["devices"])
    return Crossed(bearing_listed=found[1, 1], bearing_not=found[1, 0],
                   other_listed=found[0, 1], other_not=found[0, 0])


def traits(rows: ir.Table, columns: Sequence[str]) -> ir.Table:
    """Give every device of some profile rows its traits, 0 or 1.

    Each trait is a table ``trait_<name>`` (code, held) of a coded column, as ``name:column``;
    ``listed`` holds if it holds for every known value, any other if it holds for one.
    """
    for trait in columns:
        name, column = trait.split(":")
        flags = ibis.table({"code": "int32", "held": "int32"}, name=f"trait_{name}")
        joined = rows.left_join(flags, rows[column] == flags.code)
        rows = joined.select(*[joined[c] for c in rows.columns], **{name: flags.held})
    names = [trait.split(":")[0] for trait in columns]
    measures = {name: (rows[name].min() if name == "listed" else rows[name].max()).fill_null(0)
                for name in names}
    return rows.filter(rows.device.notnull()).group_by("device").agg(**measures)


def by_traits(t: ir.Table, bearers: str) -> ir.Table:
    """Count the devices of a table of traits by all of them and by whether they are bearers."""
    held = ibis.table({"device": "string"}, name=bearers)
    joined = t.left_join(held, t.device == held.device)
    names = [c for c in t.columns if c != "device"]
    rows = joined.select(*[joined[n] for n in names], bears=ibis.ifelse(
        held.device.notnull(), ibis.literal(1, "int32"), ibis.literal(0, "int32")))
    return rows.group_by(*names, "bears").agg(devices=rows.count())


def candidates(rows: ir.Table, columns: Sequence[str]) -> ir.Table:
    """List combinations of a signature's columns with their devices, those with most first."""
    known = rows.filter(*[rows[c].notnull() for c in ("device", *columns)])
    counted = known.group_by(*columns).agg(devices=known.device.nunique())
    return counted.order_by(counted.devices.desc(), *columns).limit(CANDIDATES)


def drawn(combinations: Sequence[Mapping[str, Any]], own: Sequence[bool], seed: int,
          wanted: int = DECOYS) -> list[list[int]]:
    """Draw decoys: each as many combinations as the signature has, none of its own, none twice.

    Of those with five devices or more, if they are enough; else of all. Returns places in
    `combinations`. Fewer than `wanted` if the log has not enough of them.
    """
    size = max(1, sum(own))
    free = [i for i, mine in enumerate(own) if not mine]
    large = [i for i in free if combinations[i]["devices"] >= LEAST_DEVICES]
    free = large if len(large) >= wanted * size else free
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(free))
    shuffled = [free[int(i)] for i in order]
    count = min(wanted, len(shuffled) // size)
    return [sorted(shuffled[i * size:(i + 1) * size]) for i in range(count)]


def decoy_devices(rows: ir.Table, columns: Sequence[str], traits_name: str) -> ir.Table:
    """Count devices, and those of them that are listed, for each decoy of the table ``decoys``."""
    types = dict.fromkeys(columns, "int32")
    decoys = ibis.table(types | {"decoy": "int32"}, name="decoys")
    joined = rows.inner_join(decoys, [rows[c] == decoys[c] for c in columns])
    pairs = joined.select(decoys.decoy, rows.device)
    pairs = pairs.filter(pairs.device.notnull()).distinct()
    known = ibis.table({"device": "string", "listed": "int32"}, name=traits_name)
    both = pairs.inner_join(known, "device")
    return both.group_by("decoy").agg(devices=both.count(), listed=both.listed.sum())
