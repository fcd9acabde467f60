"""How much a seized client may ask of the machine before a part of it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Bounds on one examination. What passes one is refused with its reason; the rest goes on.

    `ratio` (unpacked : stored) is judged after `ratio_after_bytes` of output, so that a small and
    very repetitive file is not taken for a bomb; `unpacked_bytes` is over all archives together,
    `resource_bytes` over one resource of a pack, `pack_bytes` over all compressed ones of a pack.
    """

    files: int = 1_000_000
    depth: int = 3
    file_bytes: int = 1 << 36
    member_bytes: int = 1 << 32
    unpacked_bytes: int = 1 << 35
    ratio: int = 400
    ratio_after_bytes: int = 1 << 26
    resource_bytes: int = 1 << 25
    pack_bytes: int = 1 << 30
    text_bytes: int = 1 << 26
    items_of_a_file: int = 50_000
    item_chars: int = 2_000
    database_rows: int = 1_000_000
    database_steps: int = 200_000_000
    program_bytes: int = 1 << 30
    refusals_of_a_file: int = 20
