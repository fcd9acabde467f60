"""Isolation Forest on device profiles, by PyOD (scikit-learn underneath).

Liu, Ting, Zhou: Isolation Forest, ICDM 2008.
"""

from typing import Any

import numpy as np

from truetally.bench.log import F64, Flags, Log
from truetally.bench.profiles import profiles
from truetally.bench.rival import Rival, missing

_SEED = 7


def score(log: Log, _: Any, __: Flags | None) -> F64:
    """Give each event its device's score; the forest is grown on this log's own devices."""
    try:
        from pyod.models.iforest import IForest
    except ImportError as error:
        raise missing("pyod") from error
    made = IForest(random_state=_SEED, n_jobs=1).fit(profiles(log))
    return np.asarray(made.decision_scores_, dtype=float)[log.device]


RIVAL = Rival(name="isolation-forest", title="Isolation Forest on device profiles",
              citation="Liu et al., ICDM 2008; PyOD", score=score)
