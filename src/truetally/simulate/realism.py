"""How far columns alone tell fake from honest: a measure of the simulator, not of a detector.

A naive Bayes classifier knows each column's distribution in either class and nothing else, no
column together with another, no device's past. If it separates a fleet that claims to be well
disguised, the simulator has made that fleet too easy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from truetally.errors import InputError, problem
from truetally.simulate.features import Compared, compared
from truetally.simulate.generate import simulate

# What an order form cannot deliver: accounts, subscriptions, and anything of value.
DEAR = ("account_id", "paid", "value_action")


@dataclass(frozen=True, slots=True, kw_only=True)
class Realism:
    """Areas under the ROC curve, as text with three decimals; 0.500 is no better than a coin.

    `every` uses all columns, `sold` all but the dear ones; `column` each one alone. Unknown (null)
    where the fakes come from so few devices that one half of the devices holds none.
    """

    honest: int
    fake: int
    every: str | None
    sold: str | None
    column: Mapping[str, str | None]


def realism(scenario: str, folder: Path, *, events: int, seed: int,
            dose: str | None = None) -> Realism:
    """Simulate `scenario` into the new folder and measure how far single columns separate it.

    Half of the devices are learnt from, the other half measured. Needs scikit-learn (extra
    `bench`). Raises `InputError` without it.
    """
    simulate(scenario, folder, events=events, seed=seed, dose=dose)
    return separation(compared(folder))


def rounds(read: Compared) -> dict[str, Realism]:
    """Measure each fleet of a simulation by itself against the same honest plays."""
    fleet = np.array([f or "" for f in read.fleet])
    found = {}
    for name in sorted(set(fleet) - {""}):
        held = (fleet == name) | ~read.fake
        found[name] = separation(Compared(
            columns={n: c[held] for n, c in read.columns.items()}, names=read.names,
            fake=read.fake[held], half=read.half[held],
            fleet=tuple(fleet[held].tolist())))
    return found


def separation(read: Compared) -> Realism:
    """Measure naive Bayes on columns alone: all, all that are sold, and each by itself."""
    every = list(read.columns)
    sold = [name for name in every if name not in DEAR]
    return Realism(honest=int((~read.fake).sum()), fake=int(read.fake.sum()),
                   every=_area(read, every), sold=_area(read, sold),
                   column={name: _area(read, [name]) for name in every})


def _area(read: Compared, names: Sequence[str]) -> str | None:
    bayes, area = _library()
    values: NDArray[np.int64] = np.stack([read.columns[n] for n in names], axis=1)
    learn, rest = read.half, ~read.half
    if not all(0 < read.fake[half].sum() < half.sum() for half in (learn, rest)):
        return None
    model = bayes(alpha=1, fit_prior=False, min_categories=[len(read.names[n]) for n in names])
    model.fit(values[learn], read.fake[learn])
    chance = model.predict_log_proba(values[rest])
    return f"{area(read.fake[rest], chance[:, 1] - chance[:, 0]):.3f}"


def _library() -> tuple[Any, Any]:
    try:
        from sklearn.metrics import roc_auc_score
        from sklearn.naive_bayes import CategoricalNB
    except ImportError as error:
        raise InputError(problem("scikit-learn is not installed",
                                 then="install truetally[bench]")) from error
    return CategoricalNB, roc_auc_score
