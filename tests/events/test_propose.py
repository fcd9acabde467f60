"""Proposed mappings: names in two languages, values that decide, and a proposal that reads."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.events.sources_for_tests import LINE, parquet, rows, values, write

from truetally.events import mapping
from truetally.events.column_names import BY_NAME, NAMES
from truetally.events.propose import Proposal, propose
from truetally.events.read import read
from truetally.events.schema import EVENT
from truetally.events.sufficiency import MONEY, PROOF, needed, sufficiency

T = 1_700_000_000_000
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/61 Safari/5"
CHINESE = ("播放时间,视频ID,设备指纹,UA,前链,终端,观看时长,IP地址,备注\n" + "".join(
    f"2017-09-0{d} 10:00:00,v{d},{d}f,{CHROME.replace(',', ';')},http://a.b/,H5,9{d},1.2.3.{d},x\n"
    for d in range(1, 9)))


def targets(proposal: Proposal) -> dict[str, str]:
    return {g.column: g.target for g in proposal.guesses if g.target}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_chinese_log_is_recognised_and_read_as_proposed(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, CHINESE.encode(encoding))
    found = propose(path)
    assert targets(found) == {
        "播放时间": "time_ms", "视频ID": "item_id", "设备指纹": "device_id", "UA": "user_agent",
        "前链": "referrer", "终端": "terminal", "观看时长": "watched_ms", "IP地址": "ip"}
    assert found.missing == ()
    source = read(path, tmp_path / "case" / "events", mapping=mapping.parse(found.toml.encode()))
    first = rows(source)[0]
    assert (first["time_ms"], first["watched_ms"], first["terminal"], first["kind"]) == (
        1_504_231_200_000, 91_000, "h5", "play")
    assert "no_zone" in {note.code for note in found.notes}


def test_values_decide_where_names_say_nothing(tmp_path: Path) -> None:
    entries = [{"x1": f"192.0.2.{i}", "x2": CHROME, "x3": T // 1000 + i, "x4": "http://a.b/c",
                "vid": f"{i}"} for i in range(20)]
    path = write(tmp_path, "\n".join(map(json.dumps, entries)))
    found = propose(path)
    assert targets(found) == {"x1": "ip", "x2": "user_agent", "x3": "time_ms", "x4": "page_url",
                              "vid": "item_id"}
    source = read(path, tmp_path / "case" / "events", mapping=mapping.parse(found.toml.encode()))
    assert values(source, "time_ms")[1] == T + 1000


@pytest.mark.parametrize(("times", "unit"), [(T // 1000, "s"), (T, "ms"), (T * 1000, "us"),
                                             (T * 1_000_000, "ns")])
def test_the_unit_of_epoch_times_is_proposed(tmp_path: Path, times: int, unit: str) -> None:
    path = parquet(tmp_path, {"ts": [times, times + 1], "vid": ["a", "b"], "uid": [7, 8]})
    found = propose(path)
    assert f'unit = "{unit}"' in found.toml
    source = read(path, tmp_path / "case" / "events", mapping=mapping.parse(found.toml.encode()))
    assert values(source, "account_id") == ["7", "8"]


def test_a_name_that_its_values_contradict_is_not_believed(tmp_path: Path) -> None:
    path = write(tmp_path, f"time,video_id,ip\n{T},a,hello\n{T},b,world\n")
    assert "ip" not in targets(propose(path))


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    found = propose(write(tmp_path, "foo,bar\n1,2\n"))
    assert found.missing == ("time_ms", "item_id")
    assert [g.confidence_permille for g in found.guesses] == [0, 0]
    mapping.parse(found.toml.encode())


def test_sources_that_need_no_mapping_get_none(tmp_path: Path) -> None:
    for path in (write(tmp_path, LINE), parquet(tmp_path, {
            "time_ms": [T], "kind": ["play"], "item_id": ["a"]})):
        found = propose(path)
        assert (found.toml, found.missing) == ("", ())
        assert {"time_ms", "kind", "item_id"} <= set(found.present)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
                min_size=1, max_size=4, unique=True))
def test_any_column_name_gives_a_mapping_that_parses(
        tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    entry = {"time": T, **dict.fromkeys(names, CHROME)}
    path = write(tmp_path_factory.mktemp("p"), json.dumps(entry))
    mapping.parse(propose(path).toml.encode())


def test_every_known_name_means_one_column() -> None:
    assert set(NAMES) == set(EVENT)
    assert sum(len({*names}) for names in NAMES.values()) >= len(BY_NAME)
    for target, names in NAMES.items():
        assert {BY_NAME[n.replace("_", "").replace(" ", "").lower()] for n in names} == {target}


READS = {"A": ("ua_robot",), "B": ("identity", "time_ms"), "C": ("watched_ms", "length_ms"),
         "D": ("device_gap_s",)}


def test_criteria_and_claims_are_supported_by_what_is_there() -> None:
    found = sufficiency({"time_ms", "kind", "item_id", "cookie_id", "watched_ms"}, READS)
    assert {c.name: c.missing for c in found.criteria} == {
        "A": ("user_agent",), "B": (), "C": ("length_ms",), "D": ("device_id",)}
    proof = {c.name: c.supported for c in found.proof}
    assert (proof["capture_match"], proof["reverse_verification"], proof["unique_items"]) == (
        True, False, True)
    assert {c.name: c.missing for c in found.money}["royalties"] == ("paid",)


def test_the_column_that_unlocks_most_comes_first() -> None:
    found = sufficiency({"time_ms", "kind", "item_id"}, READS)
    assert found.collect[0].column == "account_id"
    assert found.collect[0].unlocks == ("B", "double_clicks", "unique_items")
    by_column = {c.column: c for c in found.collect}
    assert by_column["device_id"].unlocks == ("D", "device_extraction", "forward_determination")
    assert [c.column for c in found.collect].count("user_agent") == 1


@given(st.sets(st.sampled_from(sorted(EVENT))), st.sets(st.sampled_from(sorted(EVENT))))
def test_more_columns_never_support_less(some: set[str], more: set[str]) -> None:
    def supported(columns: set[str]) -> set[str]:
        found = sufficiency(columns, READS)
        return {c.name for c in (*found.criteria, *found.money, *found.proof) if c.supported}
    assert supported(some) <= supported(some | more)
    assert len(supported(set(EVENT))) == len(READS) + len(MONEY) + len(PROOF)


def test_alternatives_are_kept_small() -> None:
    assert needed(("identity", "cookie_id")) == (frozenset({"cookie_id"}),)
