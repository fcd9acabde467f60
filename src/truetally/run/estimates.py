"""Carry the aggregates of the estimates out on an engine that holds the table `plays`."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from truetally.engine.spec import Engine, column_types
from truetally.estimate import history
from truetally.estimate.campaigns import Bounded, bound_window
from truetally.estimate.company import LEAST_PLAYS
from truetally.estimate.counterfactual import Counterfactual, counterfactual
from truetally.estimate.snapshots import Snapshot, snapshot, surged, together
from truetally.estimate.windows import Comparison


def days_played(engine: Engine) -> dict[int, int]:
    """Count the rows of `plays` by local day."""
    t = history.plays(engine.key_type)
    counted = engine.arrow(t.group_by("day").agg(rows=t.count()))
    return dict(zip(counted["day"].to_pylist(), counted["rows"].to_pylist(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What one window comes to; `plays` are those of its titles."""

    lower: Bounded
    counterfactual: Counterfactual
    plays: int


def measure(engine: Engine, comparison: Comparison) -> Window:
    """Bound one window, and compare its counts, from `plays` and `names` (item_id, text)."""
    windows = (comparison.asked, *comparison.references) if comparison.references else ()
    made = []
    for place, window in enumerate(windows):
        name = f"history_{place}"
        engine.create(name, history.devices(history.plays(engine.key_type), window))
        made.append(history.held(name, engine.key_type))
    now, *past = _snapshots(engine, made) if made else [EMPTY]
    for place in range(len(windows)):
        engine.drop(f"history_{place}")
    sizes = {item: held.size for item, held in now.items.items()}
    before = {item: held.size for item, held in together(past).items.items()}
    return Window(lower=bound_window(comparison, now, past), plays=sum(sizes.values()),
                  counterfactual=counterfactual(sizes, before, max(1, len(past))))


EMPTY = snapshot(*[pa.table({})] * 3)


def _snapshots(engine: Engine, windows: list[ir.Table]) -> list[Snapshot]:
    """Aggregate each window: titles that are large in any, suspects among them, everything."""
    large = [history.sizes(window, LEAST_PLAYS).select("item_id") for window in windows]
    engine.create("large", ibis.union(*large, distinct=True))
    chosen = _named(engine, "large")
    items = [engine.arrow(history.by_item(rows, chosen)) for rows in windows]
    hot = _hot(items)
    engine.load("hot_texts", pa.table({"text": pa.array(sorted(hot), pa.string())}))
    texts = ibis.table({"text": "string"}, name="hot_texts")
    engine.create("hot", chosen.semi_join(texts, "text").select("item_id"))
    suspects = _items(engine, "hot")
    return [snapshot(found, engine.arrow(history.as_one(rows, suspects)),
                     engine.arrow(history.as_one(rows)))
            for found, rows in zip(items, windows, strict=True)]


def _hot(items: list[pa.Table]) -> frozenset[str]:
    now, *past = [_totals(found) for found in items]
    whole: dict[str, int] = {}
    for one in past:
        for item, plays in one.items():
            whole[item] = whole.get(item, 0) + plays
    return surged(now, whole, len(past))


def _totals(found: pa.Table) -> dict[str, int]:
    summed = found.group_by(["text"]).aggregate([("plays", "sum")])
    return dict(zip(summed["text"].to_pylist(), summed["plays_sum"].to_pylist(), strict=True))


def _items(engine: Engine, name: str) -> ir.Table:
    return ibis.table({"item_id": column_types(engine.key_type)["item_id"]}, name=name)


def _named(engine: Engine, name: str) -> ir.Table:
    types = {"item_id": column_types(engine.key_type)["item_id"], "text": "string"}
    names = ibis.table(types, name="names")
    return names.semi_join(_items(engine, name), "item_id")
