"""Order rows by a text's place among all texts, a number, in place of the text itself.

Engines put millions of rows in order far faster by numbers. Texts are put back once rows are in
order and few columns wide: as they are, or as codes of one dictionary.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa


def in_order(name: str, key_type: str) -> ir.Table:
    """Select the texts of a table (key, text) in their order, unknown left out."""
    return _known(name, key_type).select("text").order_by("text")


def places(name: str, key_type: str) -> ir.Table:
    """Number the keys of a table (key, text) in the order of texts: (key, place), from 0.

    Keys stay in the engine: of 128 bits, they are what no other library has.
    """
    texts = _known(name, key_type)
    place = ibis.row_number().over(order_by=texts.text)
    return texts.select("key", place=place.cast("int32"))


def _known(name: str, key_type: str) -> ir.Table:
    texts = ibis.table({"key": key_type, "text": "string"}, name=name)
    return texts.filter(texts.text.notnull())


def placed(t: ir.Table, tables: Mapping[str, str], types: Mapping[str, str]) -> ir.Table:
    """Put places where columns have keys; `tables` name a table (key, place) by column."""
    for column, name in tables.items():
        known = ibis.table({"key": types[column], "place": "int32"}, name=name)
        joined = t.inner_join(known, t[column] == known.key)
        t = joined.select(*[known.place.name(column) if c == column else joined[c]
                            for c in t.columns])
    return t


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
