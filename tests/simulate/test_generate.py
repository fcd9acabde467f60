import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from truetally.errors import InputError
from truetally.simulate import Written, simulate

ROWS_OF_SEED_7 = "2f88f30c6b5072809ac6b6d4ffaee27c161bfcc54a2833e41e727ffcc83ce522"
ORDERS_OF_SEED_7 = "5f38e6b220c154923b3f94d7dec934b7fa1151a993467355fd669ae5742dff95"
SIZE = 300_000  # more than two blocks


def digests(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Written, Path]:
    out = tmp_path_factory.mktemp("reference") / "out"
    return simulate("s3", out, events=SIZE, seed=7), out


@pytest.mark.parametrize(("threads", "batch"), [(1, 1), (3, 2), (2, 50)])
def test_the_same_seed_gives_the_same_bytes_on_any_threads_and_batch(
        reference: tuple[Written, Path], tmp_path: Path, threads: int, batch: int) -> None:
    simulate("s3", tmp_path / "out", events=SIZE, seed=7, threads=threads, batch=batch)
    assert digests(tmp_path / "out") == digests(reference[1])


def test_the_rows_of_a_seed_are_the_same_next_year(tmp_path: Path) -> None:
    # If this fails, simulated numbers have changed: say so under "Numbers change".
    written = simulate("s3", tmp_path / "out", events=1_000, seed=7, formats=("jsonl",))
    assert hashlib.sha256(written.files[0].read_bytes()).hexdigest() == ROWS_OF_SEED_7
    assert hashlib.sha256(written.ledger.read_bytes()).hexdigest() == ORDERS_OF_SEED_7


def test_another_seed_gives_other_bytes(reference: tuple[Written, Path], tmp_path: Path) -> None:
    simulate("s3", tmp_path / "out", events=SIZE, seed=8)
    mine, other = digests(tmp_path / "out"), digests(reference[1])
    assert mine["events/part-00000.parquet"] != other["events/part-00000.parquet"]


def test_labels_stand_row_by_row_beside_the_events(reference: tuple[Written, Path]) -> None:
    written, _ = reference
    labels = pq.read_table(written.labels)
    files = {f.stem: pq.read_metadata(f).num_rows for f in written.files}
    expected = [(stem, row) for stem, count in files.items() for row in range(count)]
    found = list(zip(labels["file"].to_pylist(), labels["row"].to_pylist(), strict=True))
    assert found == expected
    assert labels["label"].to_pylist().count("fake") == written.counts["fake"]


def test_labels_belong_to_their_rows(reference: tuple[Written, Path]) -> None:
    written, _ = reference
    labels = pq.read_table(written.labels)
    fake = labels["label"].to_pylist()
    redirected = [r is not None and "redirect.example" in r for f in written.files
                  for r in pq.read_table(f, columns=["referrer"])["referrer"].to_pylist()]
    assert [f == "fake" for f in fake] == redirected


def test_no_event_file_holds_a_label(reference: tuple[Written, Path]) -> None:
    for file in reference[0].files:
        assert not {"label", "fleet", "flow", "order_id", "device", "kept"} & set(
            pq.read_schema(file).names)


def test_every_parquet_file_carries_the_synthetic_mark(reference: tuple[Written, Path]) -> None:
    written, _ = reference
    for file in (*written.files, written.labels):
        mark = json.loads(pq.read_metadata(file).metadata[b"truetally.synthetic"])
        assert (mark["generator"], mark["scenario"], mark["seed"]) == (
            "truetally.simulate", "s3", "7")
        assert mark["version"]


def test_the_manifest_says_that_it_is_synthetic(reference: tuple[Written, Path]) -> None:
    told = json.loads((reference[1] / "simulation.json").read_text(encoding="utf-8"))
    assert told["truetally.synthetic"]["scenario"] == "s3"
    assert told["counts"]["events"] == SIZE
    assert told["files"] == [f.name for f in reference[0].files]


def test_progress_only_grows_and_ends_at_all(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    simulate("s1", tmp_path / "out", events=SIZE, seed=1,
             progress=lambda done, whole: seen.append((done, whole)))
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert seen[-1] == (SIZE, SIZE)


def test_all_formats_say_the_same_row_by_row(tmp_path: Path) -> None:
    simulate("s3", tmp_path / "out", events=800, seed=4, formats=("parquet", "jsonl", "access"))
    folder = tmp_path / "out" / "events"
    rows = pq.read_table(folder / "part-00000.parquet").to_pylist()
    objects = [json.loads(line) for line in
               (folder / "part-00000.jsonl").read_text(encoding="utf-8").splitlines()]
    assert objects == [{k: v for k, v in row.items() if v is not None} for row in rows]
    lines = (folder / "part-00000.log").read_text(encoding="utf-8").splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == [row["ip"] for row in rows]
    assert [line.rsplit('"', 2)[1] for line in lines] == [row["user_agent"] or "-" for row in rows]


def test_an_access_log_line_has_the_combined_form_and_local_time(tmp_path: Path) -> None:
    simulate("s3", tmp_path / "out", events=50, seed=4, formats=("access", "parquet"))
    line = (tmp_path / "out/events/part-00000.log").read_text(encoding="utf-8").splitlines()[0]
    assert line.split('"')[0].split(" - - ")[1].startswith("[04/Sep/2017:")
    assert " +0800] " in line
    assert line.split('"')[1].startswith("GET /")
    assert line.split('"')[1].endswith(" HTTP/1.1")


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="not empty"):
        simulate("s1", tmp_path, events=10, seed=1)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("wrong", [{"threads": 0}, {"threads": 65}, {"seed": -1}, {"batch": 0},
                                   {"formats": ()}, {"formats": ("xml",)}, {"dirty": ("wet",)}])
def test_unusable_options_are_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    options: dict[str, object] = {"events": 10, "seed": 1} | wrong
    with pytest.raises(InputError):
        simulate("s1", tmp_path / "out", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()
