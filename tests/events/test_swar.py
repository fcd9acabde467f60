"""Words of eight bytes: the same as looking at one byte after the other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truetally.events import swar

PAD = 64
TEXTS = st.lists(st.one_of(
    st.from_regex(rb"[0-9]{1,8}", fullmatch=True), st.binary(min_size=1, max_size=8)),
    min_size=1, max_size=20)


def laid_out(texts: list[bytes]) -> tuple[swar.Bytes, swar.Ints, swar.Ints]:
    lengths = np.array([len(text) for text in texts])
    starts = PAD + np.cumsum(lengths + 8) - lengths - 8
    data = b"7" * PAD + b"".join(text + b"7777 7/x" for text in texts) + b"7" * PAD
    return np.frombuffer(data, dtype=np.uint8), starts, lengths


@given(TEXTS)
def test_a_number_is_read_as_python_reads_it_and_nothing_else_is_one(texts: list[bytes]) -> None:
    data, starts, lengths = laid_out(texts)
    found, good = swar.number(swar.words(data, starts), lengths)
    for text, value, is_number in zip(texts, found.tolist(), good.tolist(), strict=True):
        assert is_number == text.isdigit()
        assert not is_number or value == int(text)


@given(TEXTS, st.sampled_from([8, 16, 48]))
def test_the_first_sign_is_found_as_python_finds_it(texts: list[bytes], width: int) -> None:
    data, starts, _ = laid_out(texts)
    for sign in " /\x00\x7f":
        for start, far in zip(starts, swar.first(data, starts, sign, width), strict=True):
            place = data[start:start + width].tobytes().find(sign.encode())
            assert far == (place if place >= 0 else width)


@given(st.binary(min_size=8, max_size=8))
def test_a_word_is_the_bytes_it_was_made_of(text: bytes) -> None:
    data, starts, _ = laid_out([text])
    assert swar.words(data, starts)[0] == swar.word(text)
