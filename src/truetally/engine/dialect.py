"""Words of the narrow dialect that Ibis does not say alike on every engine."""

import ibis.expr.types as ir


def total(column: ir.IntegerColumn) -> ir.IntegerScalar:
    """Add whole numbers up into int64.

    DuckDB's sum of int64 is 128 bits wide; Ibis takes it for int64 and leaves a plain cast out.
    """
    return column.sum().cast("decimal(38, 0)").cast("int64")
