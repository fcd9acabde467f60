"""The platform's own filter in the video case: mean watch time, "tuned best".

(2019) Su Min Zhong 778: the filter judged by mean watch time per person and per play. Here: where
an item's day has a mean watch per person below `ratio` of the item's median day, plays shorter than
`stay` are removed. Both thresholds are chosen with the labels of this very log (best F1), which no
platform can: an upper reference.
"""

from collections.abc import Sequence

import numpy as np

from truetally.bench.log import F64, I64, Flags, Log, pair
from truetally.bench.rival import Lesson, Rival

RATIOS_PERMILLE = (300, 500, 700, 800, 900, 1000, 100_000)
STAYS_MS = (5_000, 10_000, 20_000, 31_000, 45_000, 62_000, 100_000, 130_000, 190_000, 1 << 40)
_SETTINGS = tuple((ratio, stay) for ratio in RATIOS_PERMILLE for stay in STAYS_MS)


def relative(log: Log) -> tuple[I64, I64]:
    """Return each play's stay, and its item-day's mean watch per person in permille of the item's
    median over days. A play of unknown stay has the longest.
    """
    watched = log.events["watched_ms"].fill_null(STAYS_MS[-1]).to_numpy()
    known = np.where(watched == STAYS_MS[-1], 0, watched)
    cell = pair(log.item, log.day)
    _, first, where = np.unique(cell, return_index=True, return_inverse=True)
    people = np.bincount(cell[np.unique(pair(cell, log.device), return_index=True)[1]])
    mean = np.bincount(where, known) / np.maximum(people, 1)
    usual = _medians(log.item[first], mean)
    return watched, (mean * 1000 / np.maximum(usual, 1)).astype(np.int64)[where]


def _medians(item: I64, mean: F64) -> F64:
    order = np.lexsort([mean, item])
    _, starts, counts = np.unique(item[order], return_index=True, return_counts=True)
    median = mean[order][starts + counts // 2]
    return np.asarray(median[np.searchsorted(item[order][starts], item)])


def best(lessons: Sequence[tuple[I64, I64, Flags]]) -> tuple[int, int]:
    """Choose the setting with the best F1 over plays given as (stay, ratio, fake)."""
    return max(_SETTINGS, key=lambda setting: sum(
        _f1(_removed(stay, ratio, setting), fake) for stay, ratio, fake in lessons))


def _removed(stay: I64, ratio: I64, setting: tuple[int, int]) -> Flags:
    return np.asarray((ratio < setting[0]) & (stay < setting[1]))


def _f1(removed: Flags, fake: Flags) -> float:
    found = int((removed & fake).sum())
    return 2 * found / max(1, int(removed.sum()) + int(fake.sum()))


def teach(lessons: Sequence[Lesson]) -> tuple[int, int]:
    """Tune on labelled logs of other seeds: the setting where a log has nothing to tune on."""
    return best([(*relative(log), fake) for log, fake in lessons])


def score(log: Log, taught: tuple[int, int], fake: Flags | None) -> F64:
    """Remove by the setting that is best for this log; by the taught one if it has no fakes."""
    stay, ratio = relative(log)
    told = fake is not None and bool(fake.any())
    setting = best([(stay, ratio, fake)]) if told and fake is not None else taught
    return _removed(stay, ratio, setting).astype(float)


RIVAL = Rival(name="platform-filter", title="The case's platform filter, tuned with the labels",
              citation="(2019) Su Min Zhong 778: mean watch time per person. An upper reference",
              score=score, teach=teach, told=True, decides=True)
