"""Learn what confirmed devices have in common, and rank the others by it. Nothing is decided.

Positive-unlabelled learning: confirmed devices are positives, all others are unlabelled, a mixture.
A classifier of confirmed against not confirmed ranks as one of fake against honest would, if the
confirmed are a fair draw of the fakes (Elkan and Noto, KDD 2008); signatures find some fleets and
not others, so they are none, and a score is a place in a queue, not a probability. Devices are
scored by models that have not seen them (four folds).
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truetally.errors import InputError, problem

# What no signature of ours looks at: how much, when, how long, from where; counts per device.
FEATURES = ("plays", "items", "days", "hours", "addresses", "agents", "regions", "stays", "watched",
            "gestures", "accounts")
_FOLDS = 4
_SEED = 2008
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def rank(rows: pa.Table, confirmed: NDArray[np.bool_]) -> tuple[I64, int]:
    """Score devices from 0 to 1000, the rank among all; and say how well confirmed ones do.

    `rows` has FEATURES, one row a device. The second figure is the share, in permille, of
    confirmed devices that reach the highest tenth when they are held back.

    Raises:
        InputError: scikit-learn is not installed.
    """
    try:
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler
    except ImportError as error:
        raise InputError(problem("scikit-learn is not installed", expected=(
            "the optional packages of the ranking"),
            then="pip install 'truetally[ranking]'")) from error
    x = StandardScaler().fit_transform(_features(rows))
    fold = np.arange(len(x)) % _FOLDS
    score = np.zeros(len(x))
    for each in range(_FOLDS):
        known = fold != each
        model = LogisticRegression(class_weight="balanced", max_iter=500, random_state=_SEED)
        score[~known] = model.fit(x[known], confirmed[known]).predict_proba(x[~known])[:, 1]
    # To nine digits: what differs from machine to machine lies beyond, and ties keep their order.
    score = np.round(score, 9)
    places = np.searchsorted(np.sort(score), score, side="right") * 1000 // len(score)
    held = int((places[confirmed] >= 900).sum())  # noqa: PLR2004 - the highest tenth
    return places.astype(np.int64), held * 1000 // max(1, int(confirmed.sum()))


def _features(rows: pa.Table) -> F64:
    """Take logarithms of counts, and shares of the device's plays."""
    counts = {name: rows[name].to_numpy().astype(np.float64) for name in FEATURES}
    plays = np.maximum(1.0, counts["plays"])
    shares = {"stays", "watched", "gestures", "accounts", "items", "addresses", "agents"}
    columns = [np.log1p(counts[name] / plays if name in shares else counts[name])
               for name in FEATURES]
    return np.stack(columns, axis=1)
