"""The arithmetic of the table: one log, one method, against the labels. Nothing is simulated here.

All shares are over countable events (a play at all, whoever made it), so that what the metric's
definition leaves out is neither a hit nor a mistake of any method.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truetally.bench.log import I64, Flags
from truetally.bench.share import Share, share
from truetally.bench.variants import GIVT, SIVT, SUSPECT, Codes

PLAY_FEN = 200  # 2 yuan a valid play: the royalty contracts of the video case
TOP = 100
CLAIM_PERMILLE = 20
CLAIM_LEAST = 3
TAU_UNIT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """The truth of a log's rows: dense true `device`, `fleet` (-1 honest), `item`; `cef` marks
    honest rows with the default plugin list; `titles` are the items a scenario names.
    """

    fake: Flags
    countable: Flags
    device: I64
    fleet: I64
    fleets: tuple[str, ...]
    item: I64
    cef: Flags
    titles: I64
    paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Royalties in fen: due by the labels, paid for fakes, kept back from the honest."""

    due_fen: int
    overpaid_fen: int
    withheld_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one method came to on one log. `tau` is Kendall's tau-b in 1/10,000, or null."""

    recall: Share
    recall_sivt: Share
    recall_suspect: Share
    wrong: Share
    wrong_sivt: Share
    wrong_suspect: Share
    cef_wrong: Share
    cef_wrong_sivt: Share
    flagged_devices: int
    flagged_fake: int
    claims: int
    claimable: int
    money: Money | None
    tau: int | None
    fleets: Mapping[str, Share]


def figures(truth: Labelled, codes: Codes) -> Figures:
    """Compare KEPT, SUSPECT, GIVT and SIVT with the truth."""
    fake, honest = truth.fake & truth.countable, ~truth.fake & truth.countable
    voided, sivt, marked = codes >= GIVT, codes == SIVT, codes >= SUSPECT
    cef = honest & truth.cef
    flagged = np.unique(truth.device[voided & truth.countable])
    claims, claimable = claimed(truth, sivt)

    def of(hit: Flags, base: Flags) -> Share:
        return share(hit, base, truth.device)

    return Figures(
        recall=of(voided, fake), recall_sivt=of(sivt, fake), recall_suspect=of(marked, fake),
        wrong=of(voided, honest), wrong_sivt=of(sivt, honest), wrong_suspect=of(marked, honest),
        cef_wrong=of(voided, cef), cef_wrong_sivt=of(sivt, cef), flagged_devices=len(flagged),
        flagged_fake=int(np.isin(flagged, truth.device[truth.fake]).sum()),
        claims=claims, claimable=claimable,
        money=money(fake, honest, voided) if truth.paid else None,
        tau=tau(honest, truth.countable & ~voided, truth.item),
        fleets={name: of(voided, fake & (truth.fleet == n))
                for n, name in enumerate(truth.fleets)})


def money(fake: Flags, honest: Flags, voided: Flags) -> Money:
    """Pay 2 yuan for each play that is not voided."""
    return Money(due_fen=PLAY_FEN * int(honest.sum()),
                 overpaid_fen=PLAY_FEN * int((fake & ~voided).sum()),
                 withheld_fen=PLAY_FEN * int((honest & voided).sum()))


def tau(honest: Flags, kept: Flags, item: I64) -> int | None:
    """Compare the ranks of items by honest plays and by kept plays, over the first 100 of either.

    Kendall's tau-b in 1/10,000 (Kendall 1945), rounded; null with fewer than two items or where one
    side ranks all alike.
    """
    many = int(item.max(initial=0)) + 1
    true, restated = (np.bincount(item[rows], minlength=many) for rows in (honest, kept))
    top = np.union1d(_first(true), _first(restated))
    return kendall(true[top], restated[top])


def _first(counts: NDArray[np.int64]) -> I64:
    return np.lexsort([np.arange(len(counts)), -counts])[:TOP]


def kendall(one: I64, other: I64) -> int | None:
    """Give Kendall's tau-b of two rankings in 1/10,000, rounded to the nearest."""
    signs = [np.sign(x[:, None] - x[None, :]) for x in (one, other)]
    ties = [int((s != 0).sum()) for s in signs]
    if not ties[0] or not ties[1]:
        return None
    agree = int((signs[0] * signs[1]).sum())
    return round(agree * TAU_UNIT / float(np.sqrt(ties[0] * ties[1])))


def claimed(truth: Labelled, sivt: Flags) -> tuple[int, int]:
    """Count the titles said to be manipulated, and the titles of which it could be said.

    A claim is: more than 20 permille of a title's countable plays voided as sophisticated invalid
    traffic, and at least three of them.
    """
    many = int(max(truth.item.max(initial=0), truth.titles.max(initial=0))) + 1
    plays = np.bincount(truth.item[truth.countable], minlength=many)[truth.titles]
    voids = np.bincount(truth.item[truth.countable & sivt], minlength=many)[truth.titles]
    found = (voids >= CLAIM_LEAST) & (voids * 1000 > plays * CLAIM_PERMILLE)
    return int(found.sum()), int((plays >= CLAIM_LEAST).sum())
