"""Second pass: thresholds are set over all logs, then every method is scored on every log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from truetally.bench.figures import Figures, figures
from truetally.bench.share import Share, share
from truetally.bench.stored import load_codes, load_scores, load_truth
from truetally.bench.suite import Case
from truetally.bench.threshold import TARGETS_PPB, operating, supported, threshold
from truetally.bench.variants import KEPT, SIVT
from truetally.bench.work import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Thresholds for one kind of log: independent honest devices and events behind them, the rate
    at which rivals are compared, and for each rival and rate the score above which is void.
    """

    devices: int
    honest: int
    operating_ppb: int
    above: Mapping[str, Mapping[int, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """All methods on one log. `at` is the recall of each rival at each supported rate."""

    case: Case
    methods: Mapping[str, Figures]
    at: Mapping[str, Mapping[int, Share]]


def levels(done: Sequence[Done]) -> Mapping[str, Levels]:
    """Set thresholds on the honest events of all logs of a kind that rivals were given."""
    found = {}
    for kind in sorted({one.case.log for one in done if one.case.rivals}):
        clean = [one for one in done if one.case.log == kind and one.case.rivals]
        honest, devices = sum(d.honest for d in clean), sum(d.devices for d in clean)
        chosen = operating(devices)
        rates = [rate for rate in {chosen, *TARGETS_PPB} if supported(rate, devices)]
        rivals = sorted({name for one in clean for name in one.highest})
        found[kind] = Levels(
            devices=devices, honest=honest, operating_ppb=chosen,
            above={name: {rate: threshold([one.highest[name] for one in clean], honest, rate)
                          for rate in rates or [chosen]} for name in rivals})
    return found


def most_kept(events: int) -> int:
    """Say how many of the highest scores a worker must hand over for any threshold of a suite."""
    return events * TARGETS_PPB[0] // 10**9 + 1000


def score(case: Case, folder: Path, level: Levels) -> Scored:
    """Score every method on one stored log."""
    truth, codes, scores = load_truth(folder), load_codes(folder), load_scores(folder)
    for name, values in scores.items():
        codes[name] = np.where(values > level.above[name][level.operating_ppb], SIVT,
                               KEPT).astype(np.int8)
    fake = truth.fake & truth.countable
    return Scored(
        case=case, methods={name: figures(truth, code) for name, code in codes.items()},
        at={name: {rate: share(values > above, fake, truth.device)
                   for rate, above in level.above[name].items()}
            for name, values in scores.items()})
