"""Draw a sample that anyone can draw again, with SHA-256 and a sheet of paper.

First the frame is committed to: every stratum with its size and the digest of its list of events,
under one Merkle root. Then comes the seed, from texts that nobody controls alone. Draw `i` (from 0)
of a stratum: the first 8 hexadecimal digits of SHA-256(seed ":" stratum ":" i) are a whole number
x; where N is the stratum's size, x is passed over if it is not below N * floor(2^32 / N); else
x mod N is the position (from 0) in the stratum's list; a position drawn before is passed over.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence

from truetally.evidence.canonical import canonical
from truetally.evidence.errors import EvidenceError
from truetally.evidence.merkle import leaf_hash, root

RANGE = 1 << 32
LEAST = 2  # of a stratum: one draw alone would say nothing about spread
_SCALE = 1_000_000


def frame_root(strata: Sequence[Mapping[str, object]]) -> str:
    """Give the Merkle root over the strata, each as canonical JSON, in their order."""
    return root([leaf_hash(canonical(stratum)) for stratum in strata]).hex()


def list_digest(events: Iterable[int]) -> str:
    """Hash a stratum's list: every event id in decimal, each followed by a line feed."""
    whole = hashlib.sha256()
    held: list[str] = []
    for event in events:
        held.append(f"{event}\n")
        if len(held) == 1 << 16:
            whole.update("".join(held).encode())
            held.clear()
    whole.update("".join(held).encode())
    return whole.hexdigest()


def commitment(contribution: str) -> str:
    """Hash a contribution to the seed: what a party publishes before it reveals the text."""
    return hashlib.sha256(contribution.encode()).hexdigest()


def make_seed(frame_sha256: str, contributions: Sequence[str], committed: Sequence[str]) -> str:
    """Combine contributions into the seed, bound to the frame that was committed to before.

    SHA-256 over lines: the frame's digest, then each contribution's digest, in the order given.
    Contributions that were committed to must be the ones revealed, and in the same order.

    Raises:
        EvidenceError: none, or not what was committed to.
    """
    digests = [commitment(text) for text in contributions]
    if not digests or not all(text.strip() for text in contributions):
        raise EvidenceError("a seed needs at least one text, and none of them empty")
    if committed and list(committed) != digests:
        raise EvidenceError("the texts are not those committed to: expected "
                            f"{', '.join(committed)}; found {', '.join(digests)}")
    return hashlib.sha256("".join(f"{line}\n" for line in (frame_sha256, *digests)).encode()
                          ).hexdigest()


def allocate(sizes: Mapping[str, int], size: int,
             expected: Mapping[str, int] | None = None) -> dict[str, int]:
    """Share a sample out over strata, in whole numbers.

    Every stratum gets LEAST (or all it has). The rest is shared in proportion to the strata's
    sizes, or, with `expected` error shares in permille, to size times the square root of p (1 - p)
    (Neyman 1934), by largest remainders; ties go to the stratum first by name.

    Raises:
        EvidenceError: the sample is too small for the strata.
    """
    taken = {name: min(LEAST, sizes[name]) for name in sorted(sizes)}
    if size < sum(taken.values()):
        raise EvidenceError(f"{len(sizes)} strata need a sample of at least {sum(taken.values())}; "
                            f"found {size}")
    size = min(size, sum(sizes.values()))
    while (left := size - sum(taken.values())) > 0:
        open_ = [name for name in taken if taken[name] < sizes[name]]
        for name, more in _shares(open_, left, sizes, expected).items():
            taken[name] += min(more, sizes[name] - taken[name])
    return taken


def _shares(names: Sequence[str], left: int, sizes: Mapping[str, int],
            expected: Mapping[str, int] | None) -> dict[str, int]:
    """Share `left` out by largest remainders."""
    weights = {name: sizes[name] * _spread(name, expected) for name in names}
    whole = sum(weights.values())
    found = {name: left * weights[name] // whole for name in names}
    rest = sorted(names, key=lambda name: (-(left * weights[name] % whole), name))
    for name in rest[:left - sum(found.values())]:
        found[name] += 1
    return found


def _spread(name: str, expected: Mapping[str, int] | None) -> int:
    """Give the square root of p (1 - p), scaled to a whole number; 1 without an expectation."""
    if expected is None:
        return 1
    p = min(max(expected.get(name, 500), 1), 999)
    return math.isqrt(p * (1000 - p) * _SCALE)


def draw(seed: str, stratum: str, population: int, size: int) -> list[int]:
    """Draw `size` different positions (from 0) out of `population`, in the order drawn.

    Raises:
        EvidenceError: more than there are, or more than 2^32.
    """
    if not 0 <= size <= population < RANGE:
        raise EvidenceError(f"cannot draw {size} of {population}")
    found: dict[int, None] = {}
    limit = RANGE - RANGE % population if population else 0
    i = 0
    while len(found) < size:
        digest = hashlib.sha256(f"{seed}:{stratum}:{i}".encode()).hexdigest()
        number = int(digest[:8], 16)
        if number < limit:
            found[number % population] = None
        i += 1
    return list(found)


def order(seed: str, examiner: str, events: Iterable[int]) -> list[int]:
    """Put events in an order that says nothing of their strata, another for every examiner."""
    return sorted(events, key=lambda event: hashlib.sha256(
        f"{seed}:order:{examiner}:{event}".encode()).digest())
