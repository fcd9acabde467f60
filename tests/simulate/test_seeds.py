import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truetally.simulate.seeds import below, bits, generator, mix, words

MASK = (1 << 64) - 1
FIRST, SECOND = 461460475598802711, 1453863248635668206


def literal_mix(number: int, salt: int) -> int:
    """SplitMix64's finaliser in whole numbers without bound."""
    golden = 0x9E3779B97F4A7C15
    x = (number * golden + salt * golden + salt) & MASK
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


@given(st.integers(0, 2**62), st.integers(0, 2**60))
def test_hashes_are_those_of_the_literal_finaliser(number: int, salt: int) -> None:
    assert int(mix(np.array([number]), salt)[0]) == literal_mix(number, salt)


def test_the_first_words_of_a_stream_never_change() -> None:
    # If this fails, every simulated byte has changed: raise the generator's version.
    assert bits(generator(7, 2, 3), 2).tolist() == [FIRST, SECOND]
    assert words(generator(7, 2, 3), 1)[0].tolist() == [FIRST >> s & 0xFFFF
                                                        for s in (0, 16, 32, 48)]


def test_seed_stream_and_block_each_give_other_words() -> None:
    keys = [(7, 2, 3), (8, 2, 3), (7, 3, 3), (7, 2, 4)]
    assert len({int(bits(generator(*key), 1)[0]) for key in keys}) == 4


def test_draws_below_a_limit_reach_both_ends() -> None:
    drawn = below(np.array([0, MASK], dtype=np.uint64), 10)
    assert drawn.tolist() == [0, 9]
