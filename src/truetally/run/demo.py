"""The demo: simulate a small case, decide it as any other log, compare with the labels."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from truetally.errors import CaseError, problem
from truetally.events.schema import ROW_BITS
from truetally.report.data import FleetScore, Score
from truetally.run.case import inside, read_manifest

_INVALID = ("givt", "sivt")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    """Events of one label and fleet that got one verdict."""

    fake: bool
    fleet: str
    verdict: str
    suspect: bool
    events: int


def score(case: Path, labels: Path) -> Score:
    """Count how the verdicts of a case with one source agree with the labels of its rows.

    `labels` is Parquet, one row for each row of the source in the same order, with `label`
    (honest or fake) and `fleet`. Whole counts; every labelled row is in exactly one.

    Raises:
        CaseError: the case has more than one source, or the labels are of another number of rows.
    """
    manifest = read_manifest(case)
    truth = pq.read_table(labels, columns=["label", "fleet"])
    sources, rows = manifest["sources"], truth.num_rows
    if len(sources) != 1 or sources[0]["rows"] + sources[0]["rejected"] != rows:
        raise CaseError(problem("the labels are not of this case", where=case,
                                expected=f"one source with {rows} rows",
                                found=[each["rows"] for each in sources],
                                then="begin in a new folder"))
    slices = _slices(truth, _decided(case, manifest["partitions"]))
    fleets = sorted({each.fleet for each in slices if each.fake})
    return Score(honest=_score("", [each for each in slices if not each.fake]),
                 fleets=tuple(_score(fleet, [each for each in slices
                                             if each.fake and each.fleet == fleet])
                              for fleet in fleets))


def _decided(case: Path, partitions: list[dict[str, str]]) -> pa.Table:
    """Read verdicts with the row each one belongs to."""
    files = [inside(case, part["file"]) for part in partitions]
    columns = ["event_id", "verdict", "suspect"]
    table = ds.dataset(files, format="parquet").to_table(columns=columns)
    row = pc.bit_wise_and(table["event_id"], pa.scalar((1 << ROW_BITS) - 1))
    return pa.table({"row": row, "verdict": table["verdict"].cast(pa.string()),
                     "suspect": table["suspect"]})


def _slices(truth: pa.Table, decided: pa.Table) -> list[_Slice]:
    """Join by row and count; a row without a decision was rejected."""
    named = pa.table({"row": pa.array(range(truth.num_rows), pa.int64()),
                      "label": truth["label"].cast(pa.string()),
                      "fleet": truth["fleet"].cast(pa.string()).fill_null("")})
    joined = named.join(decided, "row")
    keys = ["label", "fleet", "verdict", "suspect"]
    counted = joined.group_by(keys).aggregate([("row", "count")]).to_pylist()
    return [_Slice(fake=each["label"] == "fake", fleet=each["fleet"],
                   verdict=each["verdict"] or "rejected", suspect=bool(each["suspect"]),
                   events=each["row_count"]) for each in counted]


def _score(fleet: str, slices: list[_Slice]) -> FleetScore:
    def count(*verdicts: str) -> int:
        return sum(each.events for each in slices if each.verdict in verdicts)

    return FleetScore(
        fleet=fleet, events=sum(each.events for each in slices), voided=count(*_INVALID),
        suspect=sum(each.events for each in slices if each.suspect and each.verdict == "valid"),
        not_counted=count("not_counted"), undetermined=count("undetermined"),
        valid=count("valid"), rejected=count("rejected"))
