"""Which combinations of attribute values set some events apart from others.

The DIFF operator (Abuzaid et al., VLDB 2019): of the events of a test and of a control, every
combination of up to three values `attribute = value` has a support (its share of the test) and a
risk ratio (how much likelier an event with it belongs to the test than one without it), taken with
test and control of equal weight, so that the size of a surge does not hide what it is made of. The
search goes from one value to three and drops what has too little support, for no combination that
holds it has more. A combination that passes is not refined further: the shortest one stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]
MOST_VALUES = 3
Choice = tuple[tuple[int, int], ...]  # (attribute, code of the value), in the order of attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A combination of values, how many events of test and control have it, and what that means.

    A value of None is unknown. `support_permille` is its share of the test, `ratio_milli` the risk
    ratio in thousandths, rounded down (null: all events of the test have it), `beyond` how many
    events of the test are more than the control's share of the combination lets expect.
    """

    values: Mapping[str, str | None]
    test: int
    control: int
    support_permille: int
    ratio_milli: int | None
    beyond: int


def slices(values: Mapping[str, Sequence[str | None]], test: I64, control: I64, *,
           support_permille: int = 100, ratio_milli: int = 1800, most: int = 10,
           ) -> tuple[Slice, ...]:
    """Find the combinations that set the test apart, the one that explains most events first.

    `values` gives each attribute's value in every row, `test` and `control` the events of the row.
    Without events of both there is nothing to tell apart.
    """
    names, every = tuple(values), (int(test.sum()), int(control.sum()))
    if not all(every) or not names:
        return ()
    texts, codes = zip(*(_coded(column) for column in values.values()), strict=True)
    found: list[tuple[Choice, int, int]] = []
    alive: dict[Choice, Flags] = {(): np.ones(len(test), dtype=bool)}
    for _ in range(MOST_VALUES):
        passed = [choice for choice, _, _ in found]
        alive = dict(_longer(alive, codes, passed, test, every[0] * support_permille))
        for choice, held in list(alive.items()):
            t, c = int(test[held].sum()), int(control[held].sum())
            ratio = _ratio(t, c, *every)
            if ratio is None or ratio >= ratio_milli:
                found.append((choice, t, c))
                del alive[choice]
    made = [_slice(names, texts, *one, every) for one in found]
    return tuple(sorted(made, key=lambda s: (-s.beyond, len(s.values), str(s.values)))[:most])


def _coded(column: Sequence[str | None]) -> tuple[list[str | None], I64]:
    texts = sorted(set(column), key=lambda text: (text is not None, text or ""))
    places = {text: place for place, text in enumerate(texts)}
    return texts, np.array([places[text] for text in column], dtype=np.int64)


def _longer(alive: Mapping[Choice, Flags], codes: Sequence[I64], passed: Sequence[Choice],
            test: I64, least_milli: int) -> Iterator[tuple[Choice, Flags]]:
    """Add one value of a later attribute to each combination that is alive."""
    for choice, held in alive.items():
        for attribute in range(choice[-1][0] + 1 if choice else 0, len(codes)):
            support = np.bincount(codes[attribute][held], test[held].astype(np.float64))
            for value in np.flatnonzero(support * 1000 >= max(1, least_milli)).tolist():
                made = (*choice, (attribute, int(value)))
                if not any(set(one) <= set(made) for one in passed) and _whole(made, alive):
                    yield made, held & (codes[attribute] == value)


def _whole(made: Choice, alive: Mapping[Choice, Flags]) -> bool:
    """Tell whether all shorter combinations of a longer one are alive too."""
    return all(part in alive for part in combinations(made, len(made) - 1))


def _ratio(test: int, control: int, all_test: int, all_control: int) -> int | None:
    """Work out the risk ratio with test and control of equal weight; None if it has no bound."""
    one, other = test * all_control, control * all_test
    without, others = (all_test - test) * all_control, (all_control - control) * all_test
    if not without:
        return None if other * 2 < one else 0
    return one * (without + others) * 1000 // ((one + other) * without)


def _slice(names: Sequence[str], texts: Sequence[list[str | None]], choice: Choice, test: int,
           control: int, every: tuple[int, int]) -> Slice:
    expected = every[0] * control // max(1, every[1])
    return Slice(values={names[a]: texts[a][v] for a, v in choice}, test=test, control=control,
                 support_permille=test * 1000 // max(1, every[0]),
                 ratio_milli=_ratio(test, control, *every), beyond=test - expected)
