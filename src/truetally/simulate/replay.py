"""Perfect replay: visits as the audience makes them, on devices that never came before.

Nothing that is measured within a visit gives it away; what is missing is the past of the devices,
their accounts, and any value.
"""

import numpy as np

from truetally.simulate.audience import Cells, cells_of, visit_rows
from truetally.simulate.plan import Block
from truetally.simulate.population import FRESH, STEP
from truetally.simulate.rows import Rows, in_flow
from truetally.simulate.scenario import Crowd
from truetally.simulate.seeds import I64, U64, bits, generator
from truetally.simulate.tasks import kinds_of
from truetally.simulate.world import World


def replay_rows(world: World, number: int, block: Block) -> Rows | None:
    """Draw the plays that campaign `number` of a replaying fleet delivers in one block."""
    campaign, flow = world.scenario.campaigns[number], world.plan.campaigns[number]
    held, plays = cells_of(flow, block)
    if not plays.sum():
        return None
    stream = len(world.scenario.crowds) + number
    source = generator(world.seed, stream + 1, block.number)
    order = flow.source[held]
    cells = Cells(item=campaign.item[order], day=flow.day[held], plays=plays,
                  order=campaign.order_id[order])
    nobody = np.zeros(0, dtype=np.int64)
    crowd = Crowd(name=campaign.fleet.name, item=nobody, day=nobody, events=nobody,
                  curve=campaign.form.spread, watch="", source="audience")

    def choose(draws: U64, _: I64) -> I64:
        new = (bits(source, len(draws)) >> np.uint64(24)).astype(np.int64)
        return (FRESH + new) * STEP + kinds_of(world, campaign, draws)

    rows = visit_rows(world, crowd, source, block, cells, choose)
    worthless = np.full(len(rows), -1)
    return in_flow(Rows(visit=rows.visit, event={**rows.event, "value": worthless}), stream)
