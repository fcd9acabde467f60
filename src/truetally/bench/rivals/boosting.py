"""Gradient boosting that was shown the labels: how far anything could get on these columns.

Nobody has such labels. Ke et al., NIPS 2017, as in scikit-learn's HistGradientBoostingClassifier;
trained on logs of other seeds with every scenario in them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from truetally.bench.log import F64, Flags, Log
from truetally.bench.profiles import facts
from truetally.bench.rival import Lesson, Rival, missing

_SEED = 7
_ROUNDS = 60


def teach(lessons: Sequence[Lesson]) -> Any:
    """Fit one model to all lessons."""
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
    except ImportError as error:
        raise missing("scikit-learn") from error
    seen = np.concatenate([facts(log) for log, _ in lessons])
    fake = np.concatenate([fake for _, fake in lessons])
    model = HistGradientBoostingClassifier(max_iter=_ROUNDS, random_state=_SEED,
                                           early_stopping=False)
    return model.fit(seen, fake)


def score(log: Log, taught: Any, _: Flags | None) -> F64:
    """Give each event the log-odds of being fake."""
    return np.asarray(taught.decision_function(facts(log)), dtype=float)


RIVAL = Rival(name="boosting", title="Gradient boosting shown the labels",
              citation="Ke et al., NIPS 2017; scikit-learn. An upper reference: nobody has labels",
              score=score, teach=teach, told=True)
