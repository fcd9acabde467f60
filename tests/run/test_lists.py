"""Lists that a policy names, and policies of users' own that name them."""

from pathlib import Path

import pytest
from tests.decisions.policies import HEAD, line
from tests.run.cases import row, write

from truetally.criteria import all_criteria
from truetally.decisions.policy import Policy, parse_policy, read_policy
from truetally.errors import PolicyError
from truetally.run import load_summary, run_case
from truetally.run.case import read_manifest
from truetally.run.lists import KNOWN, resolve

HOSTS = '\n[lists]\nredirect-hosts = ["file:lists/hosts.txt", ".bought.example"]\n'
REFERRED = [row(0, referrer="http://a.listed.example/x"), row(60, referrer="http://a.bought.example/"),
            row(120, referrer="http://else.example/")]


def own(folder: Path, *criteria: str, lists: str = HOSTS) -> Path:
    """Write a policy file with a list of hosts beside it."""
    (folder / "lists").mkdir(parents=True)
    (folder / "lists" / "hosts.txt").write_text("# ours\n.listed.example\n", encoding="utf-8")
    text = HEAD + lists + "".join(f"\n[[criterion]]\n{each}\n" for each in criteria)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return folder / "own.toml"


def parsed(lists: str) -> Policy:
    text = f'{HEAD}{lists}\n[[criterion]]\n{line("redirect-referrer")}'
    return parse_policy(text, "own.toml", all_criteria())


def test_a_policy_that_names_no_list_has_the_ones_that_come_with_the_product() -> None:
    policy, lists = resolve(parsed(""), Path())
    assert set(lists.frozen) == set(KNOWN)
    assert ".clouddn.com" in policy.rules[0].values["hosts"]
    origins = {entry["name"]: entry["origins"] for entry in lists.as_json()}
    assert origins["gateways"] == []
    assert origins["redirect-hosts"][0].startswith("builtin:redirect-hosts")
    assert len(lists.frozen["robots"].entries) > 100
    assert len(lists.frozen["data-centre"].entries) > 100


def test_a_file_list_lies_beside_the_policy_wherever_the_run_is_started(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = own(tmp_path / "policies", line("redirect-referrer"))
    monkeypatch.chdir(tmp_path)
    policy, lists = resolve(read_policy(str(path), all_criteria()), path.parent)
    assert set(policy.rules[0].values["hosts"]) == {".listed.example", ".bought.example"}
    assert lists.frozen["redirect-hosts"].provenance[1].source == "file:lists/hosts.txt, line 2"


def test_a_file_list_outside_the_policys_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hosts.txt").write_text(".listed.example\n", encoding="utf-8")
    (tmp_path / "policies").mkdir()
    with pytest.raises(PolicyError, match="a path outside"):
        resolve(parsed('[lists]\nredirect-hosts = ["file:../hosts.txt"]'), tmp_path / "policies")


def test_an_unknown_list_is_named_with_the_known_ones() -> None:
    with pytest.raises(PolicyError, match=r"unknown list.*redirect-hosts.*found redirect-host\."):
        resolve(parsed('[lists]\nredirect-host = ["a.example"]'), Path())


def test_a_parameter_of_the_policys_own_wins_over_its_list() -> None:
    text = f'{HEAD}\n[[criterion]]\n{line("redirect-referrer")}parameters = {{hosts = ["x.y"]}}'
    policy, _ = resolve(parse_policy(text, "own.toml", all_criteria()), Path())
    assert policy.rules[0].values["hosts"] == ("x.y",)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `case`, decided under a policy file with a window and a list of its own."""
    folder = tmp_path_factory.mktemp("own")
    path = own(folder / "policies", line("double-click") + "parameters = { window_ms = 60000 }",
               line("redirect-referrer", 2))
    source = write(folder / "a.parquet", REFERRED)
    run_case([str(source)], folder / "case", policy=str(path))
    return folder


def test_a_policy_of_ones_own_decides_by_its_list_and_its_parameters(case: Path) -> None:
    summary = load_summary(case / "case")
    assert summary.reasons == {"double-click": 2, "redirect-referrer": 2}
    assert summary.not_counted == 2  # 60 s apart, which the default window of 30 s would keep
    manifest = read_manifest(case / "case")
    assert manifest["policy"]["folder"] == str(case / "policies")
    assert manifest["policy"]["text"] == (case / "policies" / "own.toml").read_text("utf-8")


def test_a_case_under_a_policy_file_grows_without_naming_it_again(case: Path) -> None:
    more = write(case / "b.parquet", [row(86_400, referrer="http://b.listed.example/")])
    assert run_case([str(more)], case / "case").reasons["redirect-referrer"] == 3


def test_a_list_that_has_changed_since_the_case_began_is_refused(case: Path) -> None:
    hosts = case / "policies" / "lists" / "hosts.txt"
    text = hosts.read_text(encoding="utf-8")
    more = write(case / "c.parquet", [row(172_800)])
    hosts.write_text(f"{text}.another.example\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"lists have changed.*found redirect-hosts\."):
        run_case([str(more)], case / "case")
    hosts.write_text(f"{text}\n# a remark is no change\n", encoding="utf-8")
    assert run_case([str(more)], case / "case").sources[-1].name == "c.parquet"
