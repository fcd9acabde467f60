"""What an attribution leaves in the case: results, figure, inventory, and the manifest's names."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from truetally.attribution.artefacts.item import Inventory
from truetally.report.words import LANGS
from truetally.run.attribute_answers import answers
from truetally.run.attribute_options import REGISTER, Options
from truetally.run.case import write_aside, write_manifest

FOLDER = "attribution"
RESULTS = "results.json"
_FORMULA = r"^[\s\x{3000}]*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}|%]"


def write_inventory(folder: Path, inventory: Inventory) -> None:
    """Write the inventory: every file with its hash, size and type, every item that was read out
    of one, and what was refused."""
    write_json(folder / "inventory.json", {
        "root": Path(inventory.root).name, "files": [asdict(e) for e in inventory.entries],
        "items": [asdict(e) for e in inventory.extracted],
        "refused": [asdict(r) for r in inventory.refused]})


def finish(case: Path, manifest: Mapping[str, Any], results: dict[str, Any],
           options: Options) -> list[str]:
    """Answer the arguments, draw the figure, write everything and name it in the manifest.

    Adds ``answers`` to the results; returns the names of the files, below the case.
    Files that an earlier attribution left and this one did not write are taken away; the register
    of frozen signatures and the proposals stay.
    """
    folder = case / FOLDER
    results["answers"] = answers(results, case)
    named = [RESULTS, "inventory.json"]
    for signature in results["signatures"]:
        stem = signature["files"][0].removesuffix("-events.parquet")
        named += [f"{stem}.json", *signature["files"]]
        write_json(folder / f"{stem}.json", signature | {"log": results["log"]})
    if (results["captures"] or results["tasks"]) is not None:
        named.append("sightings.parquet")
    if options.csv:
        named += [_csv(folder / name) for name in list(named) if name.endswith(".parquet")]
    named += _figures(folder, results)
    write_json(folder / RESULTS, results)
    _sweep(folder, set(named))
    files = {f for f in manifest["files"] if not str(f).startswith(f"{FOLDER}/")}
    made = sorted(f"{FOLDER}/{name}" for name in named)
    write_manifest(case, {**manifest, "files": sorted({*files, *made})})
    return made


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write one JSON object, keys sorted, one a line, in its place at once."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    write_aside(path, text.encode("utf-8", "backslashreplace"))


def _csv(path: Path) -> str:
    """Write a Parquet file's rows as CSV beside it, batch by batch; returns the name."""
    made = path.with_suffix(".csv")
    file = pq.ParquetFile(path)
    with pacsv.CSVWriter(made, file.schema_arrow) as writer:
        for batch in file.iter_batches():
            writer.write_table(pa.table([_for_sheet(c) for c in batch.columns],
                                        schema=file.schema_arrow))
    return made.name


def _for_sheet(column: pa.Array) -> pa.Array:
    """Put an apostrophe before a text that a sheet would take for a formula (OWASP)."""
    if not pa.types.is_string(column.type):
        return column
    formula = pc.match_substring_regex(column, _FORMULA)
    quoted = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.fill_null(formula, False), quoted, column)


def _figures(folder: Path, results: Mapping[str, Any]) -> list[str]:
    from truetally.report import chain

    made = []
    for lang in LANGS:
        for name, content in chain.files(results, lang).items():
            write_aside(folder / name, content)
            made.append(name)
    return made


def _sweep(folder: Path, named: set[str]) -> None:
    for path in folder.iterdir():
        keep = path.name in named or path.name == REGISTER or path.suffix == ".toml"
        if path.is_file() and (not keep or path.suffix == ".part"):
            path.unlink()
