"""The texts of a dictionary in their order, and the table of their keys' places: made once."""

import pyarrow as pa

from truetally.engine.places import in_order, place_table
from truetally.engine.spec import Engine, column_types
from truetally.run.pipeline import Pipeline


def place(engine: Engine, name: str, column: str) -> pa.Table:
    """Make the table of the places of all texts of a table (key, text); return these in order."""
    engine.places(place_table(name), name)
    kind = column_types(engine.key_type)[column]
    return engine.arrow(in_order(name, kind)).combine_chunks()


def placed_once(p: Pipeline, column: str) -> pa.Table:
    """Do the same for a column's dictionary, once for the facts last built."""
    if column not in p.placed:
        p.placed[column] = place(p.engine, f"dict_{column}", column)
    return p.placed[column]
