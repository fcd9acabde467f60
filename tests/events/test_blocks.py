"""Blocks of whole lines in memory that is used again, and the bytes poured into it."""

from hypothesis import given
from hypothesis import strategies as st

from truetally.events.block import NOT_UTF8, OK, blocks, split, split_lines, whole_lines
from truetally.events.fill import filling, pieces
from truetally.events.limits import Limits

PIECES = st.lists(st.binary(max_size=9) | st.sampled_from([b"\n", b"a\n", b"\r\n", b"\n\n"]),
                  max_size=12)
TEXTS = st.lists(st.binary(max_size=4) | st.text(max_size=3).map(
    lambda t: t.encode("utf-8", "surrogatepass")), max_size=6)


def small(block_bytes: int) -> Limits:
    return Limits(block_bytes=block_bytes, record_bytes=20)


@given(PIECES, st.integers(1, 7))
def test_pouring_loses_no_byte_whatever_the_sizes(found: list[bytes], most: int) -> None:
    assert b"".join(pieces(filling(iter(found)), most)) == b"".join(found)


@given(PIECES, st.integers(1, 40))
def test_blocks_of_any_size_hold_the_lines_in_order(found: list[bytes], size: int) -> None:
    data = b"".join(found)
    limits = Limits(block_bytes=size, record_bytes=200)
    parts = list(whole_lines(filling(iter(found)), limits))
    assert b"".join(parts) == data
    assert all(part.endswith(b"\n") for part in parts[:-1])


@given(st.lists(st.integers(0, 60), max_size=8), st.integers(1, 90))
def test_a_long_line_stays_one_line_and_takes_no_more_than_the_limit(
        lengths: list[int], size: int) -> None:
    data = b"".join(b"x" * length + b"\n" for length in lengths)
    parts = list(whole_lines(filling(iter([data])), small(size)))
    lines = b"".join(parts).splitlines()
    assert len(lines) == len(lengths)
    for line, length in zip(lines, lengths, strict=True):
        assert len(line) == length if length <= 20 else 20 < len(line) <= length
    assert all(len(part) <= 21 + size for part in parts)


@given(PIECES, st.integers(1, 40))
def test_memory_that_comes_back_is_used_again_and_changes_no_line(
        found: list[bytes], size: int) -> None:
    limits = Limits(block_bytes=size, record_bytes=200)
    kept = [split_lines(lines, limits) for lines in blocks(filling(iter(found)), limits)]
    wanted = [block.line(i) for block in kept for i in range(len(block.starts))]
    again = []
    places = set()
    for lines in blocks(filling(iter(found)), limits):
        block = split_lines(lines, limits)
        again += [block.line(i) for i in range(len(block.starts))]
        places.add(lines.memory.ctypes.data)
        lines.memory[:] = 255
        lines.give_back()
    assert again == wanted
    assert len(places) <= 1


@given(TEXTS)
def test_a_line_is_text_where_python_decodes_it(texts: list[bytes]) -> None:
    lines = [text.replace(b"\n", b"").replace(b"\r", b"").replace(b"\0", b"") + b"|"
             for text in texts]
    found = split(b"\n".join(lines), 1, Limits())
    assert found.fault.tolist() == [OK if is_text(line) else NOT_UTF8 for line in lines]


def is_text(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_only_the_first_line_of_a_source_loses_a_byte_order_mark() -> None:
    mark = b"\xef\xbb\xbf"
    found = [split_lines(lines, Limits())
             for lines in blocks(filling(iter([mark + b"a\n", mark + b"b\n"])), small(5))]
    assert [block.line(0) for block in found] == [b"a", mark + b"b"]
