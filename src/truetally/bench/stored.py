"""What a worker leaves of one log: the truth, our codes and the rivals' scores, row by row."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from truetally.bench.figures import Labelled
from truetally.bench.log import F64, I64
from truetally.bench.variants import Codes

_TRUTH = "truth.npz"


def store(folder: Path, truth: Labelled, codes: Mapping[str, Codes],
          scores: Mapping[str, F64]) -> None:
    """Write one log's arrays into a new folder."""
    folder.mkdir(parents=True)
    np.savez(folder / _TRUTH, fake=truth.fake, countable=truth.countable,
             device=truth.device.astype(np.int32), fleet=truth.fleet.astype(np.int8),
             fleets=np.array(truth.fleets, dtype=np.str_), item=truth.item.astype(np.int32),
             cef=truth.cef, titles=truth.titles, paid=np.array(truth.paid))
    for name, code in codes.items():
        np.save(folder / f"{name}.codes.npy", code)
    for name, score in scores.items():
        np.save(folder / f"{name}.score.npy", score.astype(np.float32))


def load_truth(folder: Path) -> Labelled:
    """Read the truth of a stored log."""
    with np.load(folder / _TRUTH) as held:
        wide: dict[str, I64] = {n: held[n].astype(np.int64)
                                for n in ("device", "fleet", "item", "titles")}
        return Labelled(fake=held["fake"], countable=held["countable"], cef=held["cef"],
                        fleets=tuple(str(name) for name in held["fleets"]),
                        paid=bool(held["paid"]), **wide)


def load_codes(folder: Path) -> dict[str, Codes]:
    """Read the codes of every method that decides."""
    return {path.name.removesuffix(".codes.npy"): np.load(path)
            for path in sorted(folder.glob("*.codes.npy"))}


def load_scores(folder: Path) -> dict[str, F64]:
    """Read the scores of every method that needs a threshold."""
    return {path.name.removesuffix(".score.npy"): np.load(path)
            for path in sorted(folder.glob("*.score.npy"))}
