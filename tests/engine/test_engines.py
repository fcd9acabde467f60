"""What every engine promises, asked of both."""

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engine import hostile
from tests.engine.conftest import Opened

from truetally.engine import open_engine
from truetally.engine.spec import FactsSpec, Resources, Scan
from truetally.events.good import row_faults
from truetally.events.schema import EVENT

SALT = "0123456789abcdef0123456789abcdef"
ODD_NAMES = ["_plays", ".plays", "a b%20c", "day=5", "g[1]{x}*?", "q#f&c,d:e", "b\\s", "剧", "it's",
             'say "a"', "new\nline", "semi;colon--"]
TEXTS = ["", " ", "x", "X", "x ", "'", '"', "\\", "\\\\'", "\\x", "%_", "${env:HOME}", "${", "`",
         "--", "/*", ";", "\n\r\t", "\x01", "\0", "\0" + "12", "剧", "𝄞", "e\u0301", "\u00e9", "?",
         ":a", "{}", "\u2028", "\ufeff"]


def scan(path: Path, number: int = 0, columns: tuple[str, ...] = tuple(EVENT)) -> Scan:
    """Describe a file of events."""
    return Scan(path=path, number=number, rank=number, columns=columns, row_column="")


def spec(small: tuple[str, ...] = ("time_ms",), **more: Any) -> FactsSpec:
    """Describe facts with a few columns of each kind."""
    return FactsSpec(small=small, keys=("account_id",), derived=(), masked=(), present=(),
                     computed=("hour", "watched_s", "identity", "visit", "row_key"),
                     offset_ms=28_800_000, columns=tuple(EVENT), **more)


def plays(*rows: dict[str, Any]) -> pa.Table:
    """Make events that differ only where said."""
    plain = {"time_ms": hostile.DAY, "kind": "play", "item_id": "i"}
    return pa.Table.from_pylist([plain | row for row in rows],
                                schema=pa.schema(list(EVENT.items())))


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_source_of_any_name_is_read(opened: Opened, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for file in (f"{name}.parquet", "other.parquet"):
        pq.write_table(plays({}, {}), folder / file)
    engine = opened(folder)
    engine.open_events([scan(folder / f"{name}.parquet")], SALT)
    assert engine.days(0, 28_800_000) == {hostile.DAY // 86_400_000 + 1: 2}


def test_only_good_rows_are_events_and_each_keeps_its_number(
        opened: Opened, tmp_path: Path) -> None:
    rows = hostile.table()
    pq.write_table(rows, tmp_path / "e.parquet", row_group_size=100)
    engine = opened(tmp_path)
    engine.open_events([scan(tmp_path / "e.parquet", 3)], SALT)
    engine.open_facts(spec())
    t = ibis.table({"order_id": "int64"}, name="facts_raw")
    found = [v - (3 << 40) for v in engine.arrow(t.order_by("order_id"))["order_id"].to_pylist()]
    faults = row_faults(rows["time_ms"].combine_chunks(), rows["kind"].combine_chunks(),
                        rows["item_id"].combine_chunks())
    assert found == [n for n, fault in enumerate(faults) if not fault]
    assert 0 < len(found) < rows.num_rows


def test_a_text_of_any_kind_is_found_and_named_by_its_key(opened: Opened, tmp_path: Path) -> None:
    pq.write_table(plays(*({"account_id": text} for text in TEXTS)), tmp_path / "e.parquet")
    engine = opened(tmp_path)
    engine.open_events([scan(tmp_path / "e.parquet")], SALT)
    found = [text for piece in engine.distinct("account_id", spec()) for text in piece.to_pylist()]
    assert sorted(found, key=str.encode) == sorted(TEXTS, key=str.encode)
    engine.open_facts(spec())
    assert engine.create("facts", facts(engine.key_type)) == len(TEXTS)
    engine.texts("named", "account_id", facts(engine.key_type, "facts").select("account_id"))
    named = engine.arrow(ibis.table({"text": "string"}, name="named").order_by("text"))
    assert named["text"].to_pylist() == sorted(TEXTS, key=str.encode)


def facts(key_type: str, name: str = "facts_raw") -> ibis.Table:
    """Describe the facts of `spec`."""
    return ibis.table({"order_id": "int64", "time_ms": "int64", "account_id": key_type,
                       "day": "int32", "hour": "int32", "watched_s": "int64",
                       "identity": key_type, "visit": key_type, "row_key": "int64"}, name=name)


@pytest.mark.parametrize("text", TEXTS)
def test_rows_are_cut_to_one_text_of_any_kind(
        opened: Opened, tmp_path: Path, text: str) -> None:
    pq.write_table(plays(*({"account_id": text} for text in TEXTS)), tmp_path / "e.parquet")
    engine = opened(tmp_path)
    engine.open_events([scan(tmp_path / "e.parquet")], SALT)
    found = engine.distinct("account_id", spec(equal={"account_id": text}))
    assert [piece.to_pylist() for piece in found] == [[text]]


def test_an_expression_means_a_text_of_any_kind_literally(opened: Opened, tmp_path: Path) -> None:
    engine = opened(tmp_path)
    texts = [text for text in TEXTS if not text.startswith("\0")]
    engine.load("texts", pa.table({"text": texts}))
    t = ibis.table({"text": "string"}, name="texts")
    for text in texts[1:]:
        same = engine.arrow(t.filter((t.text == text) & t.text.isin([text, "-"]))).to_pydict()
        within = engine.arrow(t.filter(t.text.contains(text) & t.text.startswith(text)
                                       & t.text.endswith(text))).to_pydict()
        assert same == {"text": [text]}
        assert text in within["text"]


def test_time_is_whole_numbers_of_the_local_day(opened: Opened, tmp_path: Path) -> None:
    times = [hostile.DAY - 1, hostile.DAY, hostile.DAY + 86_399_999]
    rows = [{"time_ms": t, "watched_ms": w}
            for t, w in zip(times, (-1500, 1999, None), strict=True)]
    pq.write_table(plays(*rows), tmp_path / "e.parquet")
    engine = opened(tmp_path)
    engine.open_events([scan(tmp_path / "e.parquet")], SALT)
    engine.open_facts(spec())
    found = engine.arrow(facts(engine.key_type).order_by("time_ms").select(
        "day", "hour", "watched_s"))
    day = (hostile.DAY + 28_800_000) // 86_400_000
    assert found.to_pydict() == {
        "day": [day - 1, day, day], "hour": [23, 0, 23], "watched_s": [-1, 1, None]}


def test_identities_of_different_kinds_are_different_users(opened: Opened, tmp_path: Path) -> None:
    kinds: list[dict[str, Any]] = [
        {"account_id": "x"}, {"cookie_id": "x"}, {"session_id": "x"}, {"ip": "x", "user_agent": ""},
        {"ip": "x"}, {"account_id": "x", "cookie_id": "y"}, {"account_id": "cookie x"}]
    pq.write_table(plays(*kinds), tmp_path / "e.parquet")
    engine = opened(tmp_path)
    engine.open_events([scan(tmp_path / "e.parquet")], SALT)
    engine.open_facts(spec())
    found = engine.arrow(facts(engine.key_type).order_by("order_id").select("identity", "row_key"))
    users, rows = found["identity"].to_pylist(), found["row_key"].to_pylist()
    assert users[4] is None
    assert users[5] == users[0]
    assert len(set(users)) == len(users) - 1
    assert len(set(rows)) == len(rows)


def test_a_result_is_streamed_in_its_order(opened: Opened, tmp_path: Path) -> None:
    engine = opened(tmp_path)
    mixed = [n * 7919 % 50_000 for n in range(50_000)]
    engine.load("mixed", pa.table({"n": pa.array(mixed, pa.int64())}))
    t = ibis.table({"n": "int64"}, name="mixed")
    batches = list(engine.batches(t.mutate(even=t.n % 2 == 0).order_by("even", "n")))
    found = pa.Table.from_batches(batches)["n"].to_pylist()
    assert found == [*range(1, 50_000, 2), *range(0, 50_000, 2)]


def test_unknown_values_come_last_in_every_order(opened: Opened, tmp_path: Path) -> None:
    engine = opened(tmp_path)
    engine.load("letters", pa.table({"text": ["b", None, "a", "B", "é"], "n": [1, 2, None, 3, 4]}))
    t = ibis.table({"text": "string", "n": "int64"}, name="letters")
    for key, expected in ((t.text, ["B", "a", "b", "é", None]),
                          (ibis.desc(t.n), ["é", "B", None, "b", "a"])):
        assert engine.arrow(t.order_by(key))["text"].to_pylist() == expected


def test_a_saved_profile_gives_its_keys_back_for_the_days_asked(
        opened: Opened, tmp_path: Path) -> None:
    pq.write_table(plays(*({"account_id": text} for text in TEXTS)), tmp_path / "e.parquet")
    engine = opened(tmp_path)
    engine.open_events([scan(tmp_path / "e.parquet")], SALT)
    engine.open_facts(spec())
    engine.create("facts", facts(engine.key_type))
    t = facts(engine.key_type, "facts")
    engine.save(t.select("day", "identity", "account_id"), tmp_path / "profile.parquet")
    day = engine.arrow(t.select("day").distinct())["day"][0].as_py()
    columns = {"day": "int32", "identity": engine.key_type, "account_id": engine.key_type}
    engine.scan("kept", [(tmp_path / "profile.parquet", [day])], columns)
    engine.scan("gone", [(tmp_path / "profile.parquet", [day + 1])], columns)
    for name, rows in (("kept", len(TEXTS)), ("gone", 0)):
        u = ibis.table(columns, name=name)
        assert engine.create("matched", u.semi_join(t, ["identity", "account_id"])) == rows


def test_a_table_is_replaced_and_dropped(opened: Opened, tmp_path: Path) -> None:
    engine = opened(tmp_path)
    engine.load("t", pa.table({"n": [1, 2, 3]}))
    t = ibis.table({"n": "int64"}, name="t")
    assert engine.create("u", t.filter(t.n > 1)) == 2
    u = ibis.table({"n": "int64"}, name="u")
    engine.load("t", pa.table({"n": [9]}))
    assert engine.create("u", u.filter(u.n > 2)) == 1
    assert engine.arrow(t)["n"].to_pylist() == [9]
    assert "> 2" in engine.ran["u"]
    engine.drop("t")
    engine.drop("t")


def test_short_texts_of_the_facts_come_back_as_texts_in_their_order(
        opened: Opened, tmp_path: Path) -> None:
    rows = plays(*({"terminal": text} for text in ("pc", "h5", None, "tv", "剧", "PC")))
    pq.write_table(rows, tmp_path / "e.parquet")
    engine = opened(tmp_path)
    engine.open_events([scan(tmp_path / "e.parquet")], SALT)
    engine.open_facts(spec(("terminal",)))
    t = ibis.table({"terminal": "string", "order_id": "int64"}, name="facts_raw")
    engine.create("facts", t.select("terminal"))
    ordered = ibis.table({"terminal": "string"}, name="facts").order_by("terminal")
    streamed = pa.Table.from_batches(list(engine.batches(ordered)))
    assert streamed.equals(engine.arrow(ordered))
    assert streamed.schema == pa.schema({"terminal": pa.string()})
    assert streamed["terminal"].to_pylist() == ["PC", "h5", "pc", "tv", "剧", None]


def test_types_are_the_same_on_every_engine(opened: Opened, tmp_path: Path) -> None:
    engine = opened(tmp_path)
    engine.load("t", pa.table({"n": [1], "b": [True], "s": ["x"], "d": pa.array([1], pa.int32())}))
    t = ibis.table({"n": "int64", "b": "boolean", "s": "string", "d": "int32"}, name="t")
    expected = {"n": pa.int64(), "b": pa.bool_(), "s": pa.string(), "d": pa.int32()}
    assert engine.arrow(t).schema == pa.schema(expected)
    assert next(iter(engine.batches(t.order_by("n")))).schema == pa.schema(expected)


def test_memory_that_the_machine_does_not_have_is_not_kept(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("truetally.engine.duck.KEPT_MEMORY", "900000GB")
    engine = open_engine("duckdb", Resources(temp=tmp_path / "temp"), ())
    engine.load("one", pa.table({"n": pa.array([1], pa.int64())}))
    assert engine.arrow(ibis.table({"n": "int64"}, name="one")).to_pylist() == [{"n": 1}]
    engine.close()
