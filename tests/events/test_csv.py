"""CSV: records that run over lines, quotes that do not balance, encodings, ragged records."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.events.sources_for_tests import CSV_HEAD, SMALL, rejects, rows, run, values

from truetally.errors import InputError
from truetally.events.csv_dialect import Dialect
from truetally.events.csv_plain import column, cut_plain
from truetally.events.csv_records import records
from truetally.events.csv_table import fields_of
from truetally.events.limits import Limits

T = 1_700_000_000_000
COMMA = Dialect(delimiter=",", quote='"')


def test_plain_and_quoted_records_keep_their_order(tmp_path: Path) -> None:
    source = run(tmp_path, f'{CSV_HEAD}{T},play,a\n{T},"play","b, ""c"""\r\n{T},play,d\n')
    assert values(source, "item_id") == ["a", 'b, "c"', "d"]
    assert values(source, "row") == [0, 1, 2]
    assert source.kind == "csv"


def test_a_quoted_field_may_run_over_lines(tmp_path: Path) -> None:
    source = run(tmp_path, f'{CSV_HEAD}{T},play,"a\n\nb"\n{T},play,c\n')
    assert values(source, "item_id") == ["a\n\nb", "c"]
    assert values(source, "row") == [0, 1]


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    source = run(tmp_path, f'{CSV_HEAD}{T},play,"a\n{T},play,b\n{T},play,"c"\n{T},play,d\n')
    assert values(source, "item_id") == ["b", "c", "d"]
    assert rejects(source, tmp_path) == [
        {"file": "source", "row": 0, "reason": "quotes do not balance", "raw": f'{T},play,"a'}]


def test_ragged_records_are_rejects(tmp_path: Path) -> None:
    source = run(tmp_path, f'{CSV_HEAD}{T},play\n{T},play,a,b\n{T},play,c\n"{T}",play\n')
    assert (source.rows, source.rejected) == (1, 3)
    assert [r["reason"] for r in rejects(source, tmp_path)] == [
        "2 fields where 3 are expected", "4 fields where 3 are expected",
        "2 fields where 3 are expected"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_taken_from_the_header(tmp_path: Path, delimiter: str) -> None:
    text = f"{CSV_HEAD}{T},click,x\n".replace(",", delimiter)
    assert rows(run(tmp_path, text)) == [
        {"time_ms": T, "kind": "click", "item_id": "x", "row": 0}]


CHINESE = f"时间,视频\n{T},长安十二时辰\n{T},花\n"
NAMES = ('[time]\ncolumn = "时间"\nunit = "ms"\n[columns]\nitem_id = "视频"\n'
         '[constants]\nkind = "play"')


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_other_encodings_are_read_when_stated(tmp_path: Path, encoding: str) -> None:
    said = "" if encoding == "utf-8-sig" else f'encoding = "{encoding}"\n'
    source = run(tmp_path, CHINESE.encode(encoding), said + NAMES, kind="csv")
    assert values(source, "item_id") == ["长安十二时辰", "花"]


@pytest.mark.parametrize("text", [CHINESE, f"{CSV_HEAD}{T},play,长安\n{T},play,长安\n"])
def test_an_unstated_encoding_names_the_key_to_set(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match='set encoding, for example encoding = "gb18030"'):
        run(tmp_path, text.encode("gb18030"))


def test_a_wrongly_stated_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not valid ascii"):
        run(tmp_path, CHINESE, 'encoding = "ascii"\n' + NAMES, kind="csv")


def test_one_record_that_is_no_text_is_a_reject(tmp_path: Path) -> None:
    data = f'{CSV_HEAD}{T},play,a\n{T},play,?\n{T},play,"!"\n'.encode()
    broken = data.replace(b"?", b"\xff").replace(b"!", b"\0")
    source = run(tmp_path, broken + f"{T},play,b".encode())
    assert [r["reason"] for r in rejects(source, tmp_path)] == [
        "not valid UTF-8", "NUL byte in line"]
    assert source.rows == 2


def test_a_file_without_header_is_read_with_a_stated_one(tmp_path: Path) -> None:
    said = ('source = "csv"\n[csv]\nheader = ["a", "b"]\n[time]\ncolumn = "a"\nunit = "ms"\n'
            '[columns]\nitem_id = "b"\n[constants]\nkind = "view"')
    assert values(run(tmp_path, f"{T},x\n{T},y", said), "row") == [0, 1]


def test_a_file_that_quotes_nothing_keeps_its_quotes(tmp_path: Path) -> None:
    source = run(tmp_path, f'{CSV_HEAD}{T},play,5" disk\n{T},play,"x\n', '[csv]\nquote = ""')
    assert values(source, "item_id") == ['5" disk', '"x']


def test_too_many_open_quotes_mean_a_wrong_quote(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="never closed"):
        run(tmp_path, CSV_HEAD + f'{T},play,"x\n' * 5, limits=Limits(unclosed_quotes=2))


def test_missing_columns_say_which_and_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"expected item_id.*found 'time_ms', 'kind', 'x'.*map"):
        run(tmp_path, f"time_ms,kind,x\n{T},play,a\n")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not unique"):
        run(tmp_path, f"time_ms,kind,item_id,kind\n{T},play,a,play\n")


def test_a_record_across_two_blocks_is_one(tmp_path: Path) -> None:
    lines = "".join(f'{T},play,"a\n{"x" * 50}{i}"\n' for i in range(200))
    source = run(tmp_path, CSV_HEAD + lines, limits=SMALL)
    assert values(source, "item_id") == [f"a\n{'x' * 50}{i}" for i in range(200)]
    assert source.rejected == 0


FIELDS = st.text(st.sampled_from('ab,"\n\r;中 '), max_size=6)


@given(st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=8), st.integers(8, 64))
def test_what_the_standard_writer_writes_is_read_back(
        table: list[tuple[str, str]], size: int) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    data = out.getvalue().encode()
    cuts = [i + 1 for i, byte in enumerate(data) if byte == 10][::max(1, size // 8)]
    chunks = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True) if a < b]
    found = [fields_of(part, i, COMMA, Limits())
             for part in records(iter(chunks), COMMA, Limits(), "x")
             for i in range(len(part.lines))]
    assert [tuple(fields) for fields in found] == table


@given(st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=8), st.sampled_from([0, 1, 3]))
def test_bulk_and_single_reading_agree(table: list[tuple[str, str]], quoting: int) -> None:
    clean = [tuple(f.replace("\r", "").replace("\n", "") for f in fields) for fields in table]
    out = io.StringIO()
    escape = "\\" if quoting == 3 else None
    csv.writer(out, quoting=quoting, lineterminator="\n", escapechar=escape).writerows(clean)  # type: ignore[arg-type]
    part = next(records(iter([out.getvalue().encode()]), COMMA, Limits(), "x"))
    plain = np.array([i not in part.quoted for i in range(len(part.lines))])
    at, *cuts = cut_plain(part.block, part.lines, plain, COMMA, 2)
    columns = [column(part.block, COMMA, (cuts[0], cuts[1], cuts[2]), i).to_pylist()
               for i in (0, 1)]
    for place, fields in zip(at.tolist(), zip(*columns, strict=True), strict=True):
        assert fields_of(part, place, COMMA, Limits()) == list(fields)
