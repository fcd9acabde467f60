"""Add the cube up over some of its keys, and count reasons."""

from collections.abc import Callable

import pyarrow as pa

from truetally.decisions.verdict import Verdict

Judge = Callable[[int], Verdict]


def narrow(cube: pa.Table, columns: tuple[str, ...], *, threads: bool = True) -> pa.Table:
    """Add the cube up over all keys but some, in Arrow, before rows are looked at one by one.

    Texts may be coded in dictionaries; what is given back has plain texts. Without `threads` only
    the caller's own is used.
    """
    keys = [*columns, "mask"]
    summed = cube.group_by(keys, use_threads=threads).aggregate(
        [("events", "sum"), ("watched_ms", "sum")])
    named = summed.rename_columns([*keys, "events", "watched_ms"])
    return named.cast(pa.schema([(f.name, f.type.value_type if pa.types.is_dictionary(f.type)
                                  else f.type) for f in named.schema]))


def reasons(cube: pa.Table, codes: tuple[str, ...]) -> dict[str, int]:
    """Count events that carry each reason code; an event with two codes counts under both."""
    by_mask = narrow(cube, ())
    masks = by_mask["mask"].to_pylist()
    events = by_mask["events"].to_pylist()
    return {code: sum(n for m, n in zip(masks, events, strict=True) if m >> bit & 1)
            for bit, code in enumerate(codes)}
