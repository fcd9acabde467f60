"""Decide some events of one day again, whose run flags changed and nothing else."""

from collections.abc import Sequence

import numpy as np

from truetally.criterion import Run
from truetally.run.changes import Changed, stored_masks
from truetally.run.ingest import ranked
from truetally.run.results import write_decided
from truetally.run.work import Work


def patch(w: Work, day: int, margins: Sequence[Changed]) -> None:
    """Give a decided day's events their new run flags; write its decisions and counts anew.

    The table `facts` holds the day with the columns that counts read. Which groups are flagged does
    not depend on run flags, so every other bit of a mask stays as it is.
    """
    p = w.pipeline
    with p.clock.stage("patch"):
        order, stored = stored_masks(w.case / w.partitions[day]["file"], ranked(w.known))
        mask = np.array(stored)
        runs = sum(1 << rule.bit for rule in p.plan.of(Run))
        for changed in margins:
            place = np.searchsorted(order, changed.order_ids)
            mask[place] = mask[place] & ~runs | changed.bits
    write_decided(w, [day], np.unique(mask).tolist(),
                  lambda _, ids: mask[np.searchsorted(order, ids)])
    p.engine.drop("facts")
