"""A court report of a real case: its figures come twice to the same, and it never tells stories."""

import hashlib
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.run import cases

from truetally.cli import app
from truetally.errors import CaseError, InputError
from truetally.evidence.canonical import canonical
from truetally.evidence.merkle import leaf_hash, root
from truetally.report.document import compose
from truetally.report.document.model import Code
from truetally.run import load_summary
from truetally.run.report_case import annex_bytes, court_data, report_case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("court")
    rows = [cases.row(at, device_id=f"d{at}", account_id=f"a{at}") for at in range(0, 4000, 100)]
    rows += [cases.row(at + 1, device_id=f"d{at}", account_id=f"a{at}") for at in (100, 200)]
    rows += [cases.row(at, user_agent="curl/7.0", item_id="other") for at in (5000, 6000)]
    rows += [cases.row(3 * 86_400 + at, device_id=None, account_id=None) for at in (0, 900)]
    cases.decide(folder, rows)
    return folder / "case"


def test_every_claim_can_be_computed_again_from_the_files(case: Path, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    report_case(case, tmp_path / "r.html", lang="en", form="html")
    told = json.loads((tmp_path / "claims.json").read_bytes())
    monkeypatch.chdir(case)
    with duckdb.connect() as database:
        for view in told["views"]:
            database.execute(view)
        for claim in told["claims"]:
            assert [list(r) for r in database.execute(claim["sql"]).fetchall()] == claim["result"]
    gross = next(c for c in told["claims"] if c["key"] == "gross")
    assert gross["result"] == [[load_summary(case).gross]]


def test_a_leaf_and_the_root_are_those_of_rfc_9162(case: Path, tmp_path: Path) -> None:
    report_case(case, tmp_path / "r.html", lang="en", form="html")
    told = json.loads((tmp_path / "claims.json").read_bytes())
    for claim in told["claims"]:
        leaf = claim.pop("leaf")
        assert leaf_hash(canonical(claim)).hex() == leaf
        assert hashlib.sha256(claim["sql"].encode()).hexdigest() == claim["sql_sha256"]
        assert hashlib.sha256(canonical(claim["result"])).hexdigest() == claim["result_sha256"]
    leaves = [claim.leaf for claim in court_data(case).claims]
    assert root([bytes.fromhex(leaf) for leaf in leaves]).hex() == told["root"]


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_same_case_gives_the_same_bytes(case: Path, tmp_path: Path, form: str) -> None:
    one, *_ = report_case(case, tmp_path / "a", lang="zh", form=form)  # type: ignore[arg-type]
    two, *_ = report_case(case, tmp_path / "b", lang="zh", form=form)  # type: ignore[arg-type]
    assert one.read_bytes() == two.read_bytes()


def test_a_report_is_refused_where_verdicts_and_counts_disagree(tmp_path: Path) -> None:
    cases.decide(tmp_path, [cases.row(at, account_id=f"a{at}") for at in range(0, 500, 100)])
    path = next((tmp_path / "case" / "decisions").glob("*.parquet"))
    rows = pq.read_table(path)
    verdicts = pa.array(["sivt", *["valid"] * (rows.num_rows - 1)]).dictionary_encode()
    pq.write_table(rows.set_column(1, "verdict", verdicts), path)
    with pytest.raises(CaseError, match="disagree in figure"):
        court_data(tmp_path / "case")


def test_a_public_version_commits_to_its_annex(case: Path, tmp_path: Path) -> None:
    _, _, annex = report_case(case, tmp_path / "a.html", lang="en", form="html", scope="annex")
    data = court_data(case)
    assert annex.read_bytes() == annex_bytes(data.report, data.claims)
    whole = data.annex_opening.encode() + b":" + annex.read_bytes()
    assert hashlib.sha256(whole).hexdigest() == data.annex_sha256
    public, *_ = report_case(case, tmp_path / "p.html", lang="en", form="html", scope="public")
    assert data.annex_sha256 in public.read_text("utf-8")
    assert data.annex_opening not in public.read_text("utf-8")


def test_days_without_rows_are_stated(case: Path) -> None:
    data = court_data(case)
    assert data.days == 4
    assert data.missing_days == ("2017-09-02", "2017-09-03")
    assert any("2 of 4 local days have no row" in each.en for each in data.weaknesses)


def test_undetermined_rows_and_a_missing_seal_are_stated_as_weaknesses(case: Path) -> None:
    said = " ".join(each.en for each in court_data(case).weaknesses)
    assert "2 events" in said
    assert "lack the signals" in said
    assert "The case is not sealed" in said


def test_what_other_commands_found_is_in_the_report(case: Path, tmp_path: Path) -> None:
    folder = case / "estimate"
    folder.mkdir(exist_ok=True)
    (folder / "bounds.json").write_text(json.dumps(
        {"lower": 12_345, "items": [{"item": "film", "fakes": 7}], "deep": {"x": 1}}), "utf-8")
    try:
        page, *_ = report_case(case, tmp_path / "r.html", lang="zh", form="html")
        assert "12,345" in page.read_text("utf-8")
        assert "不可逐条指认部分的估计" in page.read_text("utf-8")
    finally:
        (folder / "bounds.json").unlink()


def test_statements_of_a_party_are_told_from_what_is_recorded(case: Path, tmp_path: Path) -> None:
    matter = tmp_path / "matter.toml"
    matter.write_text('court = "北京互联网法院"\ncourse = "每日自动生成"\n', "utf-8")
    page, *_ = report_case(case, tmp_path / "r.html", lang="zh", form="html", matter=matter)
    text = page.read_text("utf-8")
    assert "北京互联网法院" in text
    assert "当事人陈述：每日自动生成" in text


@pytest.mark.parametrize("text", ["court = 3", "judge = 'x'", "court ="])
def test_statements_that_are_none_are_refused(case: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "m.toml").write_text(text, "utf-8")
    with pytest.raises(InputError, match="statement"):
        court_data(case, tmp_path / "m.toml")


def test_a_case_without_a_counted_event_says_that_there_is_nothing_to_find(tmp_path: Path) -> None:
    cases.decide(tmp_path, [cases.row(status=404)])
    page, *_ = report_case(tmp_path / "case", tmp_path / "r.html", lang="en", form="html")
    assert "The case holds no counted event" in page.read_text("utf-8")


def test_the_command_writes_a_report_and_names_its_files(
        case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app(["report", str(case), "--lang", "zh", "--format", "pdf", "--public", "--json",
         "--out", str(tmp_path / "p.pdf")], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert told["scope"] == "public"
    assert [Path(name).name for name in told["files"]] == ["p.pdf", "claims.json"]


def test_the_commands_in_the_report_are_those_of_the_case(case: Path) -> None:
    document = compose(court_data(case), "en")
    lines = [line for section in document.sections for block in section.blocks
             if isinstance(block, Code) for line in block.lines]
    assert "truetally run SOURCE... --case AGAIN --policy video --offset=+08:00" in lines
