from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from truetally.simulate import simulate


def rows_of(folder: Path) -> pa.Table:
    """Read all events of a simulation with their labels, in the order of the label file."""
    files = sorted((folder / "events").glob("*.parquet"))
    events = pa.concat_tables([pq.read_table(f) for f in files])
    labels = pq.read_table(folder / "labels.parquet")
    for name in labels.column_names:
        events = events.append_column(f"truth_{name}", labels.column(name))
    return events


@pytest.fixture(scope="session")
def read_rows() -> Callable[[Path], pa.Table]:
    """Give the function that reads a simulation's folder."""
    return rows_of


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], pa.Table]:
    """Give the labelled rows of a scenario at a size, made once for all tests."""
    made: dict[tuple[str, int], pa.Table] = {}

    def make(scenario: str, events: int) -> pa.Table:
        if (scenario, events) not in made:
            out = tmp_path_factory.mktemp("simulated") / "out"
            simulate(scenario, out, events=events, seed=5)
            made[scenario, events] = rows_of(out)
        return made[scenario, events]

    return make
