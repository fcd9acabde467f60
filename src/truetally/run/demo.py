"""The demo: simulate a small case, decide it as any other log, compare with the labels."""

from dataclasses import dataclass
from pathlib import Path, PurePath

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truetally.errors import CaseError, problem
from truetally.events.schema import ROW_BITS
from truetally.evidence.findings import Trust
from truetally.evidence.keys import generate
from truetally.evidence.stamping import NoStampError, make_authority
from truetally.evidence.verify import verify
from truetally.report.data import FleetScore, Score, Summary
from truetally.report.html.page import write_report
from truetally.report.progress import Progress, Steps
from truetally.report.words import Lang
from truetally.run.case import inside, read_manifest
from truetally.run.report_data import report_data
from truetally.run.seal import seal_case
from truetally.run.start import run_case
from truetally.simulate import simulate

SCENARIO = "video-case"
_INVALID = ("givt", "sivt")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    """Events of one label and fleet that got one verdict."""

    fake: bool
    fleet: str
    verdict: str
    suspect: bool
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demo made: the case, the page, what was found against the labels, and the seal.

    `key` and `root` are what a stranger needs to verify: the demo's public key and the root of its
    own test authority, "" where there is no openssl to be one.
    """

    case: Path
    page: Path
    summary: Summary
    score: Score
    key: Path
    root: str


def demo(folder: Path, *, events: int, seed: int, lang: Lang, progress: Progress) -> Demo:
    """Simulate the video case in small below `folder`, decide it, and score it.

    Each size and seed has a place of its own; what is there already is used again, so that the
    command can be repeated and resumed.

    Raises:
        TruetallyError: the folder holds something else, or a room refuses its input.
    """
    place = folder / f"{events}-{seed}"
    log, case = place / "log", place / SCENARIO
    if not (log / "labels.parquet").is_file():
        progress.stage("simulate", events)
        simulate(SCENARIO, log, events=events, seed=seed, progress=Steps(progress))
    files = [str(path) for path in sorted((log / "events").iterdir())]
    summary = run_case(files, case, policy="video", progress=progress)
    page = write_report(case, report_data(case), lang)
    key, root = seal_demo(case, place / "keys", progress)
    return Demo(case=case, page=page, summary=summary, key=key, root=root,
                score=score(case, log / "labels.parquet"))


def seal_demo(case: Path, keys: Path, progress: Progress) -> tuple[Path, str]:
    """Seal the case with a key and a test authority of its own, unless it is sealed as it is.

    Returns the public key, and the authority's root or "".
    """
    key, authority = keys / "operator", keys / "authority"
    keys.mkdir(exist_ok=True, mode=0o700)
    if not key.exists():
        generate(key)
    try:
        root = str(authority / "root.pem") if (authority / "root.pem").exists() else str(
            make_authority(authority))
    except NoStampError:
        root = ""
    if not (case / "seal" / "0001.json").is_file() or verify(case, Trust()).failed:
        seal_case(case, key=key, tsa=f"local:{authority}" if root else None, progress=progress)
    return keys / "operator.pub", root


def score(case: Path, labels: Path) -> Score:
    """Count how a case's verdicts agree with the labels of its rows.

    `labels` is Parquet with a row for each row of the sources: `file` (the source's name without
    its suffix), `row`, `label` (honest or fake) and `fleet`. Whole counts; every labelled row is in
    exactly one.

    Raises:
        CaseError: the case has other sources than the labels, or a row without a label.
    """
    manifest = read_manifest(case)
    names = [PurePath(source["name"]).stem for source in manifest["sources"]]
    truth = pq.read_table(labels, columns=["file", "row", "label", "fleet"])
    labelled = sorted(set(truth["file"].cast(pa.string()).to_pylist()))
    if sorted(names) != labelled:
        raise CaseError(problem("the labels are of other sources", where=case,
                                expected=", ".join(labelled), found=", ".join(sorted(names)),
                                then="begin in a new folder"))
    slices = _slices(truth, _decided(case, manifest["partitions"], names))
    fleets = sorted({each.fleet for each in slices if each.fake})
    return Score(honest=_score("", [each for each in slices if not each.fake]),
                 fleets=tuple(_score(fleet, [each for each in slices
                                             if each.fake and each.fleet == fleet])
                              for fleet in fleets))


def _decided(case: Path, partitions: list[dict[str, str]], names: list[str]) -> pa.Table:
    """Read verdicts with the source and row each one belongs to."""
    import pyarrow.dataset as ds  # brings pandas, where that is installed

    files = [inside(case, part["file"]) for part in partitions]
    columns = ["event_id", "verdict", "suspect"]
    table = ds.dataset(files, format="parquet").to_table(columns=columns)
    row = pc.bit_wise_and(table["event_id"], pa.scalar((1 << ROW_BITS) - 1))
    number = pc.shift_right(table["event_id"], pa.scalar(ROW_BITS, pa.int64()))
    return pa.table({"file": pa.array(names).take(number), "row": row,
                     "verdict": table["verdict"].cast(pa.string()), "suspect": table["suspect"]})


def _slices(truth: pa.Table, decided: pa.Table) -> list[_Slice]:
    """Join by source and row, and count; a labelled row without a decision was rejected.

    Raises CaseError if a decided row has no label.
    """
    named = pa.table({"file": truth["file"].cast(pa.string()), "row": truth["row"],
                      "label": truth["label"].cast(pa.string()),
                      "fleet": truth["fleet"].cast(pa.string()).fill_null("")})
    joined = named.join(decided, ["file", "row"], join_type="full outer")
    if joined["label"].null_count:
        raise CaseError(problem("decided rows without a label", found=joined["label"].null_count,
                                then="begin in a new folder"))
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
