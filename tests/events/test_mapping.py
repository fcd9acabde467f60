"""Mapping files: the example in the documentation holds, and every mistake is named."""

import re
from pathlib import Path

import pytest
from tests.events.sources_for_tests import rows, run, values

from truetally.errors import InputError
from truetally.events import mapping

EXAMPLE = re.search(r"left out:\n\n(.*?)\n\n`trusted", mapping.__doc__ or "", re.DOTALL)
T = 1_700_000_000_000


def test_the_documented_example_is_a_mapping() -> None:
    assert EXAMPLE
    lines = [line.removeprefix("    ") for line in EXAMPLE[1].splitlines()]
    said = mapping.parse("\n".join(lines).encode())
    assert said.time is not None
    assert (said.time.zone_s, said.encoding, said.delimiter) == (28_800, "gb18030", ";")
    assert {p.target: p.scale for p in said.columns}["watched_ms"] == (1000, 1)
    assert said.values["terminal"] == {"1": "pc", "2": "android"}
    assert len(said.sha256) == 64


@pytest.mark.parametrize(("toml", "message"), [
    ("x = 1", r"unknown name 'x' in mapping, line 1: expected one of source"),
    ("[columns]\n\nitem = 'a'", r"unknown name 'item' in mapping, line 3"),
    ("[columns]\ntime_ms = 'a'", r"expected a table \[time\]"),
    ("[columns]\nip = {column = 'a', colum = 'b'}", "unknown name 'colum'"),
    ("[columns]\nip = {column = 'a', forwarded = 'b'}", "belong together"),
    ("[columns]\nip = {column = 'a', forwarded = 'b', trusted_hops = true}", "wrong type"),
    ("[columns]\nwatched_ms = {column = 'a', unit = 'percent'}", "expected one of h, min, s"),
    ("[columns]\nitem_id = {column = 'a', unit = 's'}", "unknown name 'unit'"),
    ("[columns]\nitem_id = ''", "no source column"),
    ("[columns]\nitem_id = 3", "wrong type"),
    ("[time]\nunit = 's'", "no source column"),
    ("[time]\ncolumn = 't'\nunit = 'seconds'", "wrong value of 'unit' in mapping, line 3"),
    ("[time]\ncolumn = 't'\nunit = 'text'", "time.format"),
    ("[time]\ncolumn = 't'\nzone = 'Asia/Shanghai'", "not a fixed offset"),
    ("[constants]\nkind = 3", "wrong type"), ("[constants]\npaid = 1", "wrong type"),
    ("[constants]\nkind = 'play'\n[columns]\nkind = 'k'", "cannot stand for"),
    ("[values.terminal]\n1 = 2", "wrong type"), ("[values.x]\n1 = 'a'", "unknown name 'x'"),
    ("source = 'xls'", "wrong value"), ("encoding = 'klingon'", "unknown 'encoding'"),
    ("encoding = 'base64'", "unknown 'encoding'"), ("[csv]\ndelimiter = ':'", "wrong value"),
    ("unknown = 'x'", "wrong type"), ("a = ", "not TOML"), ("\udcff", "not TOML"),
    ("a = " + "[" * 5000, "not TOML")])
def test_a_mistake_is_named_with_its_place(toml: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        mapping.parse(toml.encode("utf-8", "surrogateescape"))


def test_a_missing_mapping_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the mapping"):
        mapping.load(tmp_path / "none.toml")


FULL = """
unknown = ["NULL"]
[time]
column = "t"
unit = "s"
[columns]
kind = "k"
item_id = "v"
terminal = "os"
paid = "paid"
watched_ms = {column = "w", unit = "s"}
visible_permille = {column = "vis", unit = "fraction"}
ip = {column = "peer", forwarded = "xff", trusted_hops = 1}
[constants]
region = "110000"
[values.kind]
vv = "play"
[values.terminal]
1 = "pc"
"""


def test_values_are_translated_scaled_and_unknown_ones_counted(tmp_path: Path) -> None:
    text = ("t,k,v,os,paid,w,vis,peer,xff\n"
            '1700000000,vv,a,1,Yes,1.5,0.25,10.0.0.1,"6.6.6.6, 192.0.2.1"\n'
            "1700000000,play,NULL,1,0,2,1,10.0.0.1,1.1.1.1\n"
            "1700000000,play,b,9,maybe,x,NULL,10.0.0.1,NULL\n")
    source = run(tmp_path, text, FULL)
    assert rows(source)[0] == {
        "time_ms": T, "kind": "play", "item_id": "a", "terminal": "pc", "paid": True, "row": 0,
        "watched_ms": 1500, "visible_permille": 250, "ip": "192.0.2.1", "region": "110000"}
    assert values(source, "paid") == [True, None]
    assert source.rejected == 1
    assert source.warnings == tuple(
        f"{name}: value not understood, kept as unknown: 1 rows"
        for name in ("ip", "paid", "terminal", "watched_ms"))


def test_the_digest_of_the_mapping_is_kept(tmp_path: Path) -> None:
    toml = '[constants]\nkind = "play"'
    source = run(tmp_path, f"time_ms,item_id\n{T},a\n", toml)
    assert source.mapping_sha256 == mapping.parse(toml.encode()).sha256
    assert values(source, "kind") == ["play"]
