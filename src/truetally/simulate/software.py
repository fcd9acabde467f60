"""What an examiner would find in the seller's software: its user-agent list and plugin strings."""

from pathlib import Path

import numpy as np

from truetally.events.schema import PLUGIN_SEPARATOR, TERMINALS
from truetally.simulate.world import World


def write_artefacts(world: World, folder: Path) -> None:
    """Write `user-agents.txt` and `plugins.txt`, one entry a line, for fleets that have them.

    The list holds the terminals that were ordered; fleets on real people's devices have none.
    """
    campaigns = [c for c in world.scenario.campaigns if c.fleet.agents in ("list", "rotate")]
    if not campaigns:
        return
    folder.mkdir()
    ordered = sorted({TERMINALS.index(t) for c in campaigns for t, _ in c.form.terminals})
    tables = world.people.browsers
    agents = [tables.agents[i] for i in np.unique(world.agents_listed[ordered]).tolist()]
    _lines(folder / "user-agents.txt", agents)
    _lines(folder / "plugins.txt", tables.plugins[tables.cef_list].split(PLUGIN_SEPARATOR))


def _lines(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in sorted(lines)), encoding="utf-8")
