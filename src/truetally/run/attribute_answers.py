"""The arguments of the defence in (2019) Su Min Zhong 778, and what a case's data answer."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from truetally.attribution.lookup import flash_of
from truetally.intervals import PPB
from truetally.report.ppb import ratio, share
from truetally.report.shares import grouped
from truetally.report.words import LANGS, Lang, say

Answer = tuple[str, dict[str, Any]]  # "answered", "open" or "unanswerable", and the numbers


def answers(results: Mapping[str, Any], case: Path) -> list[dict[str, Any]]:
    """Answer every argument with numbers of this case, in both languages."""
    found = []
    for key, ask in ARGUMENTS.items():
        status, values = ask(results, case)
        found.append({"argument": key, "status": status, "values": values,
                      "argument_text": {lang: say(f"argument.{key}", lang) for lang in LANGS},
                      "answer_text": {lang: _text(key, status, values, lang) for lang in LANGS}})
    return found


def _text(key: str, status: str, values: Mapping[str, Any], lang: Lang) -> str:
    shown = {name: _shown(name, value, lang) for name, value in values.items()}
    if status == "unanswerable":
        return say(f"unanswered.{key}", lang, **shown)
    text = say(f"answered.{key}", lang, **shown)
    weak = key == "common_agents" and status == "open"
    return text + (" " if lang == "en" else "") + say("answered.common_agents_weak", lang) \
        if weak else text


def _shown(name: str, value: Any, lang: Lang) -> str:
    if name == "verbal":
        return say(f"verbal.{value}", lang)
    if name == "ratio":
        return ratio(value, say("attribution.unbounded", lang))
    if name in ("share", "upper", "own_share", "worthless"):
        return share(value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or say("common.none", lang)
    return grouped(value) if isinstance(value, int) else str(value)


def _default_list(results: Mapping[str, Any], _: Path) -> Answer:
    strength = results["strength"]
    main = strength["reference"]
    if main is None:
        return "unanswerable", {"worthless": strength["worthless_ppb"]}
    good = main["ratio_lower"] >= 10_000 and main["false_share_upper_ppb"] * 2 < PPB
    return "answered" if good else "open", {
        "devices": main["devices"], "bearing": main["bearing"], "share": main["base_ppb"],
        "upper": main["base_upper_ppb"], "ratio": main["ratio_lower"], "verbal": main["verbal"],
        "innocent": main["innocent_upper"], "found": results["devices"]}


def _common_agents(results: Mapping[str, Any], _: Path) -> Answer:
    held = results["signatures"][0]["held_out"]
    neutral, own = held["neutral"], held["bearing"]
    column = results["signatures"][0]["reverse"]["columns"]["user_agent"]
    if not neutral["of"] or not own["of"] or not column["found"]:
        return "unanswerable", {}
    weak = neutral["upper_ppb"] * 2 >= own["share_ppb"]
    return "open" if weak else "answered", {
        "neutral": neutral["of"], "listed": neutral["devices"], "share": neutral["share_ppb"],
        "bearing": own["of"], "own": own["devices"], "own_share": own["share_ppb"]}


def _altered_log(results: Mapping[str, Any], _: Path) -> Answer:
    found = [results[k]["matched"] for k in ("captures", "tasks") if results[k]]
    pages = sum(m["pages"] for m in found)
    if not pages:
        return "unanswerable", {"digest": results["log"]["digest"]}
    one, none = sum(m["one"] for m in found), sum(m["none"] for m in found)
    chance = sum(-(-m["by_chance"] // max(1, m["shifts"])) for m in found)
    return "answered" if 10 * none <= pages and 2 * chance <= one else "open", {
        "pages": pages, "one": one, "none": none, "chance": chance}


def _version_conflict(results: Mapping[str, Any], _: Path) -> Answer:
    versions = sorted({v["version"] for v in results["artefact_versions"]})
    lists = [r["value"] for r in results["signatures"][0]["by"]["plugins"] if r["value"]]
    logged = sorted({found for value in lists if (found := flash_of(value)) is not None})
    if not versions or not logged:
        return "unanswerable", {}
    agreeing = [v for v in versions
                if any(tuple(v.split(".")[:len(parts)]) == parts for parts in logged)]
    return "answered" if agreeing else "open", {
        "versions": versions, "logged": [_logged(parts) for parts in logged],
        "agreeing": len(agreeing), "conflicting": [v for v in versions if v not in agreeing]}


def _logged(parts: Sequence[str]) -> str:
    return ".".join(parts[:2]) + (f" r{parts[2]}" if len(parts) > 2 else "")


def _version_prefix(results: Mapping[str, Any], _: Path) -> Answer:
    fields = [f for f in results["signatures"][0]["fields"] if f["column"] == "plugins"]
    if not any(flash_of(v) for f in fields for v in f["values"]):
        return "unanswerable", {}
    flash = results["signatures"][0]["flash"]
    return "answered", {"others": flash["others"], "before": flash["before"]}


def _performance_tests(results: Mapping[str, Any], case: Path) -> Answer:
    first = results["signatures"][0]
    path = case / "attribution" / first["files"][1]
    agents = np.sort(pq.read_table(path, columns=["user_agents"])["user_agents"].to_numpy())
    values = {"events": first["sets"]["events"], "devices": first["sets"]["devices"],
              "agents": first["reverse"]["columns"]["user_agent"]["distinct"],
              "per_device": int(agents[len(agents) // 2]) if len(agents) else 0}
    orders = results["orders"]
    if not orders:
        return "unanswerable", values
    stays = sum(1 for line in orders["stays"] if line["stay_s"] for _ in range(line["orders"]))
    return "answered", values | {"titles": orders["titles"], "stays": stays,
                                 "orders": orders["orders"]}


def _incomplete_ledger(results: Mapping[str, Any], _: Path) -> Answer:
    if not results["orders"]:
        return "unanswerable", {}
    whole = results["orders"]["completeness"]
    lacks = whole["missing_ids"] or whole["unseen_targets"] or whole["unseen_orders"]
    return "answered" if not lacks else "open", {
        "orders": whole["orders"], "missing": whole["missing_ids"], "days": whole["days_without"],
        "targets": len(whole["unseen_targets"]), "unknown": len(whole["unseen_orders"]),
        "outside": results["orders"]["attributed_outside"]["events"]}


ARGUMENTS: Mapping[str, Callable[[Mapping[str, Any], Path], Answer]] = {
    "default_list": _default_list, "common_agents": _common_agents, "altered_log": _altered_log,
    "version_conflict": _version_conflict, "version_prefix": _version_prefix,
    "performance_tests": _performance_tests, "incomplete_ledger": _incomplete_ledger}
