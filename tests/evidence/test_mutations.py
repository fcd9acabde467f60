"""Single random changes to a sealed package: every one is detected, and its place is named."""

import io
import random
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.evidence.sealed import Kept, contents, failures

from truetally.evidence.findings import Trust
from truetally.evidence.stamping import stamp

Package = dict[str, bytes]
Change = Callable[[Package, random.Random], str]


def _one(files: Package, chance: random.Random, start: str, end: str = "") -> str:
    return chance.choice(sorted(n for n in files if n.startswith(start) and n.endswith(end)))


def bit_flip(files: Package, chance: random.Random) -> str:
    name = _one({n: d for n, d in files.items() if d}, chance, "")
    data = bytearray(files[name])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    files[name] = bytes(data)
    return name


def _rewritten(data: bytes, change: Callable[[pa.Table], pa.Table]) -> bytes:
    held = io.BytesIO()
    pq.write_table(change(pq.read_table(io.BytesIO(data))), held)
    return held.getvalue()


def dropped_decision(files: Package, chance: random.Random) -> str:
    name = _one(files, chance, "decisions/")
    at = chance.randrange(pq.read_metadata(io.BytesIO(files[name])).num_rows)
    files[name] = _rewritten(files[name], lambda t: pa.concat_tables([t[:at], t[at + 1:]]))
    return name


def swapped_decisions(files: Package, chance: random.Random) -> str:
    name = _one(files, chance, "decisions/")
    rows = list(range(pq.read_metadata(io.BytesIO(files[name])).num_rows))
    a, b = chance.sample(rows, 2)
    rows[a], rows[b] = b, a
    files[name] = _rewritten(files[name], lambda t: t.take(rows))
    return name


def changed_count(files: Package, chance: random.Random) -> str:
    name = _one(files, chance, "counts/", "cube.parquet")

    def change(t: pa.Table) -> pa.Table:
        column = t.column_names.index("events")
        numbers = t["events"].to_pylist()
        numbers[chance.randrange(len(numbers))] += 1
        return t.set_column(column, "events", pa.array(numbers, t["events"].type))
    files[name] = _rewritten(files[name], change)
    return name


def dropped_source_row(files: Package, chance: random.Random) -> str:
    return _lines(files, _one(files, chance, "sources/"), chance, drop=True)


def swapped_source_rows(files: Package, chance: random.Random) -> str:
    return _lines(files, _one(files, chance, "sources/"), chance, drop=False)


def moved_custody_line(files: Package, chance: random.Random) -> str:
    return _lines(files, "custody.jsonl", chance, drop=False)


def reordered_files(files: Package, chance: random.Random) -> str:
    return _lines(files, "seal/SHA256SUMS", chance, drop=False)


def _lines(files: Package, name: str, chance: random.Random, *, drop: bool) -> str:
    lines = files[name].splitlines(keepends=True)
    a, b = chance.sample(range(len(lines)), 2)
    if drop:
        del lines[a]
    else:
        lines[a], lines[b] = lines[b], lines[a]
    files[name] = b"".join(lines)
    return name


def edited_figure(files: Package, chance: random.Random) -> str:
    data = files["report/index.html"]
    at = chance.choice([n for n, byte in enumerate(data) if 48 <= byte <= 57])
    digit = chance.choice([d for d in range(48, 58) if d != data[at]])
    files["report/index.html"] = data[:at] + bytes([digit]) + data[at + 1:]
    return "report/index.html"


def swapped_files(files: Package, chance: random.Random) -> str:
    a, b = chance.sample(sorted(n for n in files if n.startswith(("counts/", "decisions/",
                                                                  "sources/"))), 2)
    files[a], files[b] = files[b], files[a]
    return a


def dropped_file(files: Package, chance: random.Random) -> str:
    name = _one(files, chance, "")
    if name in ("seal-key", "seal/0001.json") or name.startswith("sources/"):
        name = "manifest.json"  # the others: not checked, no seal at all, source not here
    del files[name]
    return name


CHANGES: tuple[Change, ...] = (
    bit_flip, bit_flip, bit_flip, dropped_decision, swapped_decisions, changed_count,
    dropped_source_row, swapped_source_rows, moved_custody_line, reordered_files, edited_figure,
    swapped_files, dropped_file)


def _undetected(sealed: Kept, count: int, trust: Trust) -> list[str]:
    """Make so many changes, one at a time; name those that were missed or misplaced."""
    whole, chance = contents(sealed.package), random.Random(7)  # noqa: S311  no secret
    other = stamp(b"other", f"local:{sealed.authority}")
    missed = []
    for n in range(count):
        files = dict(whole)
        change = CHANGES[n % len(CHANGES)]
        name = change(files, chance)
        if n % 100 == 0:
            files, name = whole | {"seal/0001.tsr": other}, "seal/0001.tsr"
        if files == whole:
            continue  # two equal lines were swapped: nothing has changed
        try:
            places = failures(files, trust)
        except Exception as error:  # noqa: BLE001  refused as a whole: it must say where
            places = [getattr(error, "place", "") or str(error)]
        stem = name.rsplit(".", 2)[0] if name.startswith("seal/0001") else name
        if not any(stem in place for place in places):
            missed.append(f"{n} {change.__name__} {name}: {places}")
    return missed


@pytest.mark.parametrize("outside", [True, False], ids=["with key and root", "with neither"])
def test_every_single_change_is_detected_and_named(sealed: Kept, *, outside: bool) -> None:
    assert _undetected(sealed, 150, sealed.trust if outside else Trust()) == []


@pytest.mark.soak
def test_two_thousand_single_changes_are_detected_and_named(sealed: Kept) -> None:
    assert _undetected(sealed, 2_600, sealed.trust) == []
    assert _undetected(sealed, 2_600, Trust()) == []
