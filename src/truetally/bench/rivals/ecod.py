"""ECOD on device profiles, by PyOD: how far out each value lies in its column's distribution.

Li, Zhao, Hu, Botta, Ionescu, Chen: ECOD, Unsupervised Outlier Detection Using Empirical Cumulative
Distribution Functions, TKDE 2022.
"""

from typing import Any

import numpy as np

from truetally.bench.log import F64, Flags, Log
from truetally.bench.profiles import profiles
from truetally.bench.rival import Rival, missing


def score(log: Log, _: Any, __: Flags | None) -> F64:
    """Give each event its device's score; the distributions are those of this log's devices."""
    try:
        from pyod.models.ecod import ECOD
    except ImportError as error:
        raise missing("pyod") from error
    seen = profiles(log)
    varied = seen[:, np.ptp(seen, axis=0) > 0]  # a constant column has no tails, and no skew
    made = ECOD(n_jobs=1).fit(varied)
    return np.asarray(made.decision_scores_, dtype=float)[log.device]


RIVAL = Rival(name="ecod", title="ECOD on device profiles",
              citation="Li et al., TKDE 2022; PyOD", score=score)
