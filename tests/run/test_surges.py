"""A surge is explained by what its events have in common and the item's past has not."""

from pathlib import Path
from typing import Any

import pytest
from tests.decisions.policies import HEAD, line
from tests.run.cases import MIDNIGHT_MS, row, write

from truetally.commands.surges import surges as command
from truetally.run import run_case
from truetally.run.surges import surges

DAY_MS, FIRST_DAY = 86_400_000, (MIDNIGHT_MS + 28_800_000) // 86_400_000
CEF = "Chromium PDF Viewer"
POLICY = f'{HEAD}\n[[criterion]]\n{line("item-surge")}'


def plays(item: str, day: int, count: int, **columns: Any) -> list[dict[str, Any]]:
    return [row(item_id=item, device_id=f"{item} {day} {n}", time_ms=MIDNIGHT_MS + day * DAY_MS + n,
                terminal="pc", region=f"{n % 9 + 11}0000", **columns) for n in range(count)]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of six quiet days and a seventh, on which plays with one plugin list came in."""
    folder = tmp_path_factory.mktemp("surges")
    (folder / "own.toml").write_text(POLICY, "utf-8")
    rows = [r for day in range(7) for r in plays("bought", day, 40, plugins=f"Bank {day % 2}")
            + plays("calm", day, 40, plugins="Bank 0")]
    more = plays("bought", 6, 80, plugins=CEF)
    rows += [r | {"device_id": f"new {n}"} for n, r in enumerate(more)]
    source = write(folder / "source.parquet", rows)
    run_case([str(source)], folder / "case", policy=str(folder / "own.toml"))
    return folder / "case"


def test_the_plugin_list_of_the_surge_is_named_first(case: Path) -> None:
    (surge,) = surges(case)
    assert (surge.item_id, surge.days) == ("bought", (FIRST_DAY + 6,))
    assert (surge.events, surge.past_events, surge.expected) == (120, 240, 40)
    (found, *_) = surge.slices
    assert found.values == {"plugins": CEF}
    assert (found.test, found.control, found.support_permille) == (80, 0, 666)


def test_another_item_has_nothing_to_explain(case: Path) -> None:
    assert surges(case, item="calm") == ()


def test_the_command_says_it_for_people_and_for_programs(
        case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command(case)
    assert "Chromium PDF Viewer" in capsys.readouterr().out
    command(case, json=True, lang="zh")
    assert '"plugins":"Chromium PDF Viewer"' in capsys.readouterr().out.replace(" :", ":").replace(
        ": ", ":")
    command(case, item="calm", lang="zh")
    assert "未发现激增" in capsys.readouterr().out


def test_a_late_source_that_raises_the_past_takes_the_surge_back(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(POLICY, "utf-8")
    first = write(tmp_path / "first.parquet", [r for day, count in enumerate([40] * 6 + [120])
                                               for r in plays("film", day, count)])
    late = write(tmp_path / "late.parquet", [r | {"device_id": f"late {r['device_id']}"}
                                             for day in range(1, 6)
                                             for r in plays("film", day, 80)])
    policy = str(tmp_path / "own.toml")
    before = run_case([str(first)], tmp_path / "grown", policy=policy)
    assert before.reasons == {"item-surge": 120}
    grown = run_case([str(first), str(late)], tmp_path / "grown", policy=policy)
    whole = run_case([str(first), str(late)], tmp_path / "whole", policy=policy)
    assert grown.reasons == whole.reasons == {}
    assert grown.digest == whole.digest
