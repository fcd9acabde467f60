"""The other side's copy: it decides alike, it tells no personal field, and each can be opened."""

import csv
import hashlib
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.run import cases

from truetally.cli import app
from truetally.criteria import all_criteria
from truetally.decisions.policy import read_policy
from truetally.errors import InputError
from truetally.events.derive import derive_addresses, networks
from truetally.evidence.archive import opened
from truetally.evidence.errors import EvidenceError, VerificationError
from truetally.evidence.fields import field_commitment, field_salt, pseudonym
from truetally.run import load_summary, run_case
from truetally.run.copy_addresses import address_pseudonyms
from truetally.run.copy_rows import WITHHELD
from truetally.run.disclose import export_copy
from truetally.run.openings import check_openings, open_fields
from truetally.simulate import simulate

CURVED = ("double-click", "short-play", "many-user-agents")
SECRETS = ("ann-7781", "sess-7781", "cookie-7781", "device-7781", "203.0.113.77", "secret-path",
           "secret-page")


def rows() -> list[dict[str, Any]]:
    """Make rows whose decisions rest on addresses, identities, hosts and ties."""
    found = [cases.row(at, account_id="ann-7781", session_id="sess-7781", cookie_id="cookie-7781",
                       device_id="device-7781", ip="203.0.113.77",
                       referrer="https://WWW.Example.com:8080/secret-path?q=1",
                       page_url="http://a.b/secret-page") for at in (0, 5, 5, 5, 40, 400)]
    found += [cases.row(at, account_id=None, device_id=f"d{at}", ip="2001:4860:4860::8888")
              for at in (700, 710, 900)]
    found += [cases.row(at, account_id=None, device_id=None, ip=None, referrer="not a url",
                        user_agent="curl/7.0") for at in (1000, 1010)]
    return [*found, cases.row(1200, ip="not an address")]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disclose")
    sources = [cases.write(folder / f"s{n}.parquet", part)
               for n, part in enumerate((rows(), [cases.row(5, account_id="ann-7781")]))]
    run_case([str(path) for path in sources], folder / "case", policy="video")
    return folder / "case"


@pytest.fixture(scope="module")
def copy(case: Path) -> Path:
    out = case.parent / "copy.zip"
    export_copy(case, out, moved=False)
    return out


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with its curve, of a case under three criteria."""
    folder = tmp_path_factory.mktemp("moved")
    head, *entries = read_policy("video", all_criteria()).text.split("[[criterion]]\n")
    chosen = [e for e in entries if e.split('"')[1] in CURVED]
    (folder / "few.toml").write_text("[[criterion]]\n".join([head, *chosen]), "utf-8")
    given = [*rows(), cases.row(2000, watched_ms=2000), cases.row(3000, watched_ms=4000)]
    given += [cases.row(5000 + at, device_id="busy", account_id=f"b{at}", user_agent=f"ua {at}")
              for at in range(12)]
    cases.decide(folder, given, policy=str(folder / "few.toml"))
    export_copy(folder / "case", folder / "copy.zip")
    return folder / "copy.zip"


def unzipped(copy: Path, folder: Path) -> Path:
    with zipfile.ZipFile(copy) as package:
        package.extractall(folder)
    return folder


def decided(path: Path) -> list[tuple[str, int, str, bool]]:
    found = pa.concat_tables([pq.read_table(p) for p in sorted((path / "decisions").glob("*"))])
    return [(r["verdict"], r["reasons"], r["primary"], r["suspect"])
            for r in found.sort_by("event_id").to_pylist()]


def told(folder: Path) -> list[tuple[str, int, str, bool]]:
    return [(r["verdict"], r["reasons"], r["primary"], r["suspect"])
            for r in pq.read_table(folder / "decisions.parquet").to_pylist()]


def test_every_event_of_a_copy_gets_the_verdict_and_reasons_of_the_case(
        copy: Path, tmp_path: Path) -> None:
    folder = unzipped(copy, tmp_path / "copy")
    run_case([str(folder / "rows.parquet")], tmp_path / "again", policy=str(folder / "policy.toml"))
    assert decided(tmp_path / "again") == told(folder)


def test_a_simulated_case_decides_alike_in_its_copy_and_stays_marked(tmp_path: Path) -> None:
    made = simulate("video-case", tmp_path / "log", events=1500, seed=3)
    run_case([str(path) for path in made.files], tmp_path / "case", policy="video")
    export_copy(tmp_path / "case", tmp_path / "copy.zip", moved=False)
    folder = unzipped(tmp_path / "copy.zip", tmp_path / "copy")
    again = run_case([str(folder / "rows.parquet")], tmp_path / "again",
                     policy=str(folder / "policy.toml"))
    assert decided(tmp_path / "again") == told(folder)
    assert len(told(folder)) == 1500
    assert again.synthetic


def test_the_other_side_may_decide_with_its_own_thresholds(copy: Path, tmp_path: Path) -> None:
    folder = unzipped(copy, tmp_path / "copy")
    text = (folder / "policy.toml").read_text("utf-8")
    own = folder / "own.toml"
    own.write_text(re.sub(r'(code = "double-click"\nstage = 3\n)',
                          r"\1parameters = { window_ms = 1000 }" + "\n", text), "utf-8")
    again = run_case([str(folder / "rows.parquet")], tmp_path / "own", policy=str(own))
    counted = sum(verdict == "not_counted" for verdict, *_ in told(folder))
    assert again.not_counted < counted


def test_no_personal_text_is_in_any_member(copy: Path) -> None:
    with opened(copy) as files:
        content = {name: files[name]().read() for name in files}
    for name, data in content.items():
        plain = _plain(data) if name.endswith(".parquet") else data.decode("utf-8-sig")
        assert not [secret for secret in SECRETS if secret in plain], name


def _plain(data: bytes) -> str:
    return json.dumps(pq.read_table(pa.BufferReader(data)).to_pylist())


def test_hosts_and_equality_stay_and_the_rest_of_a_url_goes(copy: Path, tmp_path: Path) -> None:
    found = pq.read_table(unzipped(copy, tmp_path) / "rows.parquet").to_pylist()
    mine = [r for r in found if r["referrer"] and "example" in r["referrer"]]
    assert len(mine) == 6
    assert len({r["referrer"] for r in mine}) == 1
    assert mine[0]["referrer"].startswith("http://www.example.com/~")


def test_the_same_case_gives_the_same_copy(case: Path, tmp_path: Path) -> None:
    one, two = (export_copy(case, tmp_path / name, moved=False) for name in ("a.zip", "b.zip"))
    # The custody log grows with every export, and the copy says no more of it than its weaknesses.
    assert one.sha256 == two.sha256
    assert hashlib.sha256(one.path.read_bytes()).hexdigest() == one.sha256


def test_every_member_is_the_one_described(copy: Path) -> None:
    with opened(copy) as files:
        described = json.loads(files["copy.json"]().read())
        assert {*described["files"], "copy.json"} == set(files)
        for name, digest in described["files"].items():
            assert hashlib.sha256(files[name]().read()).hexdigest() == digest
    assert described["withheld"] == list(WITHHELD)


def test_an_opened_field_is_checked_against_its_commitment(case: Path, copy: Path,
                                                           tmp_path: Path) -> None:
    out = tmp_path / "opening.json"
    assert open_fields(case, [(0, "ip"), (0, "account_id")], out) == 2
    assert [each["value"] for each in check_openings(copy, out)] == ["203.0.113.77", "ann-7781"]


@pytest.mark.parametrize("change", [{"value": "203.0.113.78"}, {"salt": "0" * 64},
                                    {"event_id": "1"}, {"field": "device_id"}])
def test_a_false_opening_is_refused(case: Path, copy: Path, tmp_path: Path,
                                    change: Mapping[str, str]) -> None:
    out = tmp_path / "opening.json"
    open_fields(case, [(0, "ip")], out)
    opening = json.loads(out.read_bytes())
    opening["openings"][0] |= change
    out.write_text(json.dumps(opening), "utf-8")
    with pytest.raises(VerificationError, match="not the one committed to"):
        check_openings(copy, out)


@pytest.mark.parametrize("change", [{"event_id": "99999"}, {"field": "item_id"},
                                    {"event_id": "x"}])
def test_an_opening_of_what_is_not_there_is_refused(case: Path, copy: Path, tmp_path: Path,
                                                    change: Mapping[str, str]) -> None:
    out = tmp_path / "opening.json"
    open_fields(case, [(0, "ip")], out)
    opening = json.loads(out.read_bytes())
    opening["openings"][0] |= change
    out.write_text(json.dumps(opening), "utf-8")
    with pytest.raises(EvidenceError):
        check_openings(copy, out)


def test_a_commitment_can_be_checked_by_hand() -> None:
    salt = field_salt("key", 7, "ip")
    by_hand = hashlib.sha256(f"{salt}:203.0.113.77".encode()).hexdigest()
    assert field_commitment(salt, "203.0.113.77") == by_hand
    assert salt != field_salt("key", 8, "ip") != field_salt("key", 7, "account_id")


def test_nothing_can_be_opened_that_is_not_withheld_or_unknown(case: Path, tmp_path: Path) -> None:
    for asked in ([(0, "item_id")], [(9, "ip")], [(1 << 50, "ip")], []):
        with pytest.raises(InputError):
            open_fields(case, asked, tmp_path / "o.json")


def test_a_field_may_be_given_in_clear(case: Path, tmp_path: Path) -> None:
    made = export_copy(case, tmp_path / "c.zip", clear=["ip"], moved=False)
    folder = unzipped(made.path, tmp_path / "copy")
    assert "203.0.113.77" in pq.read_table(folder / "rows.parquet")["ip"].to_pylist()
    assert "ip" not in made.withheld


def test_the_curve_moves_one_threshold_at_a_time(moved: Path, tmp_path: Path) -> None:
    with (unzipped(moved, tmp_path) / "sensitivity.csv").open(encoding="utf-8-sig") as file:
        points = list(csv.DictReader(file))
    windows = [p for p in points if (p["criterion"], p["parameter"]) == ("double-click",
                                                                       "window_ms")]
    assert [int(p["value"]) for p in windows] == [15_000, 24_000, 37_500, 60_000]
    gross = load_summary(moved.parent / "case").gross
    assert {int(p["gross"]) for p in windows[1:2]} == {gross}
    assert int(windows[3]["gross"]) <= gross
    assert all(int(p["gross"]) - int(p["givt"]) - int(p["sivt"]) == int(p["total_net"])
               for p in points)


def test_a_point_of_the_curve_is_what_a_case_with_that_threshold_comes_to(
        moved: Path, tmp_path: Path) -> None:
    folder = unzipped(moved, tmp_path / "copy")
    text = (folder / "policy.toml").read_text("utf-8")
    for code, stage, name in (("double-click", 3, "window_ms"),
                              ("short-play", 1, "least_watched_ms"),
                              ("many-user-agents", 5, "least_user_agents")):
        with (folder / "sensitivity.csv").open(encoding="utf-8-sig") as file:
            mine = [p for p in csv.DictReader(file) if p["criterion"] == code]
        for point in mine[-1:]:
            own = folder / f"{code}.toml"
            head = f'code = "{code}"\nstage = {stage}\n'
            assert head in text
            own.write_text(text.replace(head, f"{head}parameters = {{ {name} = {point['value']} }}"
                                              "\n"), "utf-8")
            again = run_case([str(folder / "rows.parquet")], tmp_path / code, policy=str(own))
            assert (again.gross, again.givt, again.sivt, again.suspect) == tuple(
                int(point[k]) for k in ("gross", "givt", "sivt", "suspect"))


ADDRESSES = st.lists(st.one_of(
    st.ip_addresses(v=4, network="198.51.100.0/22").map(str), st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6, network="2001:db8:1::/62").map(str), st.text(max_size=5)), max_size=40)


@given(ADDRESSES)
def test_pseudonyms_of_addresses_keep_equality_version_and_network(addresses: list[str]) -> None:
    found = address_pseudonyms(addresses, "key")
    assert len(set(found.values())) == len(set(addresses))
    none = networks(())
    before, after = (derive_addresses(pa.array(texts, pa.string()), none, none, none)
                     for texts in (list(found), list(found.values())))
    assert before["ip_version"].to_pylist() == after["ip_version"].to_pylist()
    pairs = set(zip(before["ip_net"].to_pylist(), after["ip_net"].to_pylist(), strict=True))
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)


def test_a_pseudonym_is_another_under_another_key() -> None:
    assert pseudonym("a", "ip", "x") != pseudonym("b", "ip", "x") != pseudonym("b", "ip", "y")


def test_the_commands_export_open_and_check(case: Path, tmp_path: Path,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    copy, opening = tmp_path / "copy.zip", tmp_path / "opening.json"
    app(["export", str(case), "--out", str(copy), "--no-sensitivity", "--json"],
        standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["rows"] == len(rows()) + 1
    app(["export", str(case), "--out", str(opening), "--open", "0:ip"], standalone_mode=False)
    app(["open", str(copy), str(opening)], standalone_mode=False)
    assert "0 ip: 203.0.113.77" in capsys.readouterr().out
    with pytest.raises(InputError, match="there is a file already"):
        app(["export", str(case), "--out", str(copy)], standalone_mode=False)
