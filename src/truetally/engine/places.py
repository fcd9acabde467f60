"""Order rows by a text's place among all texts, a number, in place of the text itself.

Engines put millions of rows in order far faster by numbers. Texts are put back once rows are in
order and few columns wide: as they are, or as codes of one dictionary.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST_PLAIN = 1 << 26  # bytes of texts in memory


def place_table(name: str) -> str:
    """Name the table (key, place) of a table (key, text)."""
    return f"places_{name}"


def in_order(name: str, key_type: str) -> ir.Table:
    """Select the texts of a table (key, text) in their order, unknown left out."""
    texts = ibis.table({"key": key_type, "text": "string"}, name=name)
    return texts.filter(texts.text.notnull()).select("text").order_by("text")


def numbered(texts: str) -> str:
    """Give the SQL, the same on every engine, of the keys of a table (key, text) with their places.

    Keys stay in the engine.
    """
    return (f"SELECT key, CAST(row_number() OVER (ORDER BY text) - 1 AS INTEGER) AS place "
            f"FROM {texts} WHERE text IS NOT NULL")


def placed(t: ir.Table, tables: Mapping[str, str], types: Mapping[str, str]) -> ir.Table:
    """Put places where columns have keys; `tables` name a table (key, place) by column."""
    return _looked_up(t, tables, types, ("place", "int32"))


def in_words(t: ir.Table, tables: Mapping[str, str], types: Mapping[str, str]) -> ir.Table:
    """Put texts where columns have keys; `tables` name a table (key, text) by column."""
    return _looked_up(t, tables, types, ("text", "string"))


def _looked_up(t: ir.Table, tables: Mapping[str, str], types: Mapping[str, str],
               value: tuple[str, str]) -> ir.Table:
    for column, name in tables.items():
        known = ibis.table({"key": types[column], value[0]: value[1]}, name=name)
        joined = t.left_join(known, t[column] == known.key)
        t = joined.select(*[known[value[0]].name(column) if c == column else joined[c]
                            for c in t.columns])
    return t


def as_stored(rows: pa.Table, column: str, texts: pa.Table) -> pa.Table:
    """Put texts where a column has places: as they are, or as codes where that takes much memory.

    Files of both say the same; texts that stand in order are packed well without a dictionary.
    """
    lengths = pc.binary_length(texts["text"]).to_numpy()
    plain = int(lengths[rows[column].to_numpy()].sum(dtype=np.int64)) <= MOST_PLAIN
    return (with_texts if plain else with_codes)(rows, column, texts)


def with_texts(rows: pa.Table, column: str, texts: pa.Table) -> pa.Table:
    """Put texts, which are in order, where a column has places."""
    at = rows.schema.get_field_index(column)
    return rows.set_column(at, column, texts["text"].take(rows[column]))


def with_codes(rows: pa.Table, column: str, texts: pa.Table) -> pa.Table:
    """Put texts where a column has places, as codes of a dictionary of those that are there."""
    place = rows[column].to_numpy()
    there = np.zeros(texts.num_rows, dtype=np.bool_)
    there[place] = True
    codes = (np.cumsum(there) - 1)[place]
    known = texts["text"].take(pa.array(np.flatnonzero(there))).combine_chunks()
    coded = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), known)
    return rows.set_column(rows.schema.get_field_index(column), column, coded)
