"""CASE/UCO JSON-LD: whole, without dangling references, and accepted by the validator."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report.document.court_samples import HOSTILE, court_data

from truetally.report.case_uco import CONTEXT, to_case
from truetally.report.words import LANGS, Lang

NOT_HERE = "case-utils is not installed (220 MB with its ontologies): pip install case-utils"


def _nodes(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from _nodes(each)


@pytest.fixture(scope="module", params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    return request.param


def test_every_reference_leads_to_an_object_and_every_prefix_is_declared(lang: Lang) -> None:
    told = json.loads(to_case(court_data(), lang))
    nodes = list(_nodes(told["@graph"]))
    defined = [n["@id"] for n in nodes if "@type" in n and "@id" in n]
    assert len(defined) == len(set(defined))
    assert {n["@id"] for n in nodes if "@id" in n} == set(defined)
    names = [name for n in nodes for name in n if not name.startswith("@")]
    assert {name.split(":")[0] for name in names} <= set(CONTEXT)


def test_every_exhibit_is_a_record_with_its_number_and_a_file_with_its_hash() -> None:
    data = court_data()
    nodes = list(_nodes(json.loads(to_case(data, "en"))["@graph"]))
    numbers = [n["case-investigation:exhibitNumber"] for n in nodes
               if n.get("@type") == "case-investigation:ProvenanceRecord"]
    hashes = [n["uco-types:hashValue"]["@value"] for n in nodes  # type: ignore[index]
              if n.get("@type") == "uco-types:Hash"]
    assert numbers == [str(each.number) for each in data.exhibits]
    assert hashes == [each.sha256 for each in data.exhibits]


def test_hostile_text_is_escaped_and_the_bytes_are_the_same_twice() -> None:
    one, two = (to_case(court_data(text=HOSTILE), "en") for _ in range(2))
    assert one == two
    assert "\u202e" not in one.decode()
    assert "\\\\u202e" in one.decode()


@pytest.mark.skipif(importlib.util.find_spec("case_utils") is None, reason=NOT_HERE)
def test_the_validator_of_the_standard_accepts_it(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "case.jsonld"
    path.write_bytes(to_case(court_data(), lang))
    validator = Path(sys.executable).parent / "case_validate"
    found = subprocess.run([validator, path], capture_output=True, text=True, check=False)
    assert "Conforms: True" in found.stdout
    assert found.returncode == 0
