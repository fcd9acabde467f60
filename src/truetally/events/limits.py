"""How much a source may ask of the machine before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on one source. A record past `record_bytes` is a reject; the others refuse the file.

    `ratio` (decompressed : stored) is only judged after `ratio_after_bytes` of output, so that a
    small and very repetitive log is not taken for a decompression bomb. `threads` (0: as many as
    there are cores) changes no byte of what is read.
    """

    record_bytes: int = 1 << 20
    decompressed_bytes: int = 1 << 40
    ratio: int = 400
    ratio_after_bytes: int = 1 << 28
    block_bytes: int = 1 << 24
    unclosed_quotes: int = 1_000
    threads: int = 0
