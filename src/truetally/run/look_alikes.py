"""Rank devices that resemble those whose software was confirmed, for a person to look at."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truetally.engine.dialect import total
from truetally.engine.spec import column_types
from truetally.errors import InputError, problem
from truetally.estimate.look_alikes import FEATURES, rank
from truetally.report.plain import plain
from truetally.report.safe import for_sheet
from truetally.run.case import inside, read_manifest
from truetally.run.ingest import Known, ranked
from truetally.run.played import Opened, opened
from truetally.run.store import orders
from truetally.run.summary import judge

FEWEST = 20  # confirmed devices


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """One device that nobody confirmed; its score is a rank's, no probability of anything."""

    device: str
    score_permille: int
    plays: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlikes:
    """A ranking that decides nothing. Of `known` devices `confirmed` taught it; of confirmed ones
    that it was not shown, `held_permille` came into the first tenth."""

    known: int
    confirmed: int
    held_permille: int
    devices: tuple[LookAlike, ...]

    def as_json(self) -> object:
        """Give plain values, with the caution in words."""
        return {"decides": "nothing", "columns": list(FEATURES), **_object(plain(self))}

    def as_csv(self) -> str:
        """Give the devices as a sheet."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("device", "score_permille", "plays", "items", "decides"))
        for one in self.devices:
            writer.writerow((for_sheet(one.device), one.score_permille, one.plays, one.items,
                             "nothing"))
        return out.getvalue()


def _object(value: object) -> Mapping[str, Any]:
    assert isinstance(value, Mapping)
    return value


def rank_look_alikes(case: Path, most: int) -> LookAlikes:
    """Rank the devices of a case that resemble the confirmed ones, the most alike first.

    Confirmed devices carry a reason whose basis is a signature. What the signatures look at is not
    among the columns that the ranking learns from.

    Raises:
        InputError: fewer than 20 devices are confirmed, or the extra `ranking` is not installed.
    """
    manifest = read_manifest(case)
    small = ("time_ms", "watched_ms", "interacted", "region", "paid")
    with opened(case, manifest, small=small, keys=("ip", "user_agent", "account_id"),
                computed=("hour",)) as held:
        held.engine.load("confirmed", pa.table(
            {"order_id": _confirmed(case, manifest, held.known)}))
        held.engine.create("devices", _devices(held))
        rows = held.engine.arrow(_described().order_by("first"))
        confirmed = np.asarray(rows["confirmed"].to_numpy()) > 0
        if confirmed.sum() < FEWEST:
            raise InputError(problem("too few devices are confirmed by a signature", where=case,
                                     expected=f"at least {FEWEST}", found=int(confirmed.sum()),
                                     then="name signatures in the policy: truetally attribute"))
        scores, held_permille = rank(rows, confirmed)
        place = np.lexsort((np.arange(len(scores)), -scores))
        place = place[~confirmed[place]][:most]
        texts = _texts(held, rows, place)
    plays, items = rows["plays"].to_numpy(), rows["items"].to_numpy()
    return LookAlikes(
        known=len(scores), confirmed=int(confirmed.sum()), held_permille=held_permille,
        devices=tuple(LookAlike(device=text, score_permille=int(scores[row]),
                                plays=int(plays[row]), items=int(items[row]))
                      for row, text in zip(place, texts, strict=True)))


def _confirmed(case: Path, manifest: Mapping[str, Any], known: Sequence[Known]) -> pa.Array:
    """Read the order of events that carry a reason whose basis is a signature."""
    policy, _ = judge(manifest)
    bits = sum(1 << rule.bit for rule in policy.rules if rule.criterion.basis == "signature")
    parts = [np.zeros(0, dtype=np.int64)]
    for partition in manifest["partitions"]:
        rows = pq.read_table(inside(case, partition["file"]), columns=["event_id", "reasons"])
        found = rows["reasons"].to_numpy() & bits != 0
        parts.append(orders(rows["event_id"].to_numpy()[found], ranked(known)))
    return pa.array(np.concatenate(parts))


def _devices(held: Opened) -> ir.Table:
    """Describe each device by what it did, one row a device, with its number of confirmed plays."""
    one, none = ibis.literal(1, "int64"), ibis.literal(0, "int64")
    wanted = [c for c in ("ip", "user_agent", "watched_ms", "interacted", "account_id", "region")
              if c in held.columns]
    t = held.facts([held.who, "item_id", "order_id", "day", "hour", *wanted])
    t = t.filter(t[held.who].notnull())
    marks = ibis.table({"order_id": "int64"}, name="confirmed")
    marked = t.left_join(marks, "order_id")
    t = marked.select(*[marked[c] for c in t.columns],
                      sure=marked.order_id_right.notnull().ifelse(one, none))
    found: dict[str, ir.Scalar] = {
        "plays": t.count(), "items": t.item_id.nunique(), "days": t.day.nunique(),
        "hours": t.hour.nunique(), "first": t.order_id.min(), "confirmed": total(t.sure)}
    for column, name in (("ip", "addresses"), ("user_agent", "agents"), ("region", "regions"),
                         ("watched_ms", "stays")):
        found[name] = t[column].nunique() if column in wanted else none.max()
    for column, name in (("watched_ms", "watched"),):
        found[name] = total(t[column]).fill_null(0) if column in wanted else none.max()
    gesture = t.interacted.fill_null(False) if "interacted" in wanted else ibis.literal(False)
    account = t.account_id.notnull() if "account_id" in wanted else ibis.literal(False)
    found["gestures"] = total(gesture.ifelse(one, none))
    found["accounts"] = total(account.ifelse(one, none))
    return t.group_by(held.who).agg(**found).rename(device=held.who)


def _described() -> ir.Table:
    names = ("first", "confirmed", *FEATURES)
    return ibis.table(dict.fromkeys(names, "int64"), name="devices")


def _texts(held: Opened, rows: pa.Table, place: Any) -> list[str]:
    """Name some devices by their own text."""
    engine = held.engine
    engine.load("chosen", pa.table({"first": rows["first"].take(pa.array(place))}))
    chosen = ibis.table({"first": "int64"}, name="chosen")
    keys = ibis.table({"first": "int64", "device": engine.key_type}, name="devices")
    engine.create("wanted", keys.semi_join(chosen, "first").select("device", "first"))
    wanted = ibis.table({"device": engine.key_type, "first": "int64"}, name="wanted")
    engine.texts("device_texts", held.who, wanted.select("device"))
    types = {"key": column_types(engine.key_type)[held.who], "text": "string"}
    said = ibis.table(types, name="device_texts")
    found = engine.arrow(wanted.inner_join(said, wanted.device == said.key).select(
        first=wanted["first"], text=said.text))
    by = dict(zip(found["first"].to_pylist(), found["text"].to_pylist(), strict=True))
    return [str(by[first]) for first in rows["first"].take(pa.array(place)).to_pylist()]
