"""Draw one block: all crowds and campaigns that reach into it, in the order of time."""

from truetally.simulate.audience import audience_rows
from truetally.simulate.columns import Drawn, to_tables
from truetally.simulate.fleet import fleet_rows
from truetally.simulate.plan import Block
from truetally.simulate.rows import together
from truetally.simulate.world import World


def draw(world: World, block: Block) -> Drawn | None:
    """Draw a block's events and labels; null if nothing falls into it."""
    crowds = [audience_rows(world, n, block) for n in range(len(world.scenario.crowds))]
    fleets = [fleet_rows(world, n, block) for n in range(len(world.scenario.campaigns))]
    found = [rows for rows in (*crowds, *fleets) if rows is not None]
    return to_tables(world, together(found)) if found else None
