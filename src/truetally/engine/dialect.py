"""Words of the narrow dialect that Ibis does not say alike on every engine."""

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir


def _adds(column: int) -> int:  # type: ignore[empty-body]
    """Add up. DuckDB's sum of int64 is 128 bits wide; Ibis takes it for int64 and drops a cast."""


_sum = ibis.udf.agg.builtin(_adds, name="sum", signature=((dt.int64,), dt.Decimal(38, 0)))


def total(column: ir.IntegerColumn) -> ir.IntegerScalar:
    """Add whole numbers up into int64; more than 64 bits is an error, on every engine."""
    return _sum(column.cast("int64")).cast("int64")


def count_where(condition: ir.BooleanValue) -> ir.IntegerScalar:
    """Count the rows for which a condition is true; unknown is not."""
    return condition.ifelse(1, ibis.null("int64")).count()


def shared(t: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Leave out the rows whose `keys` no other row has; unknown equals unknown."""
    many = t.group_by(*keys).agg(events=t.count()).filter(lambda g: g.events > 1)
    return t.semi_join(many, [t[c].identical_to(many[c]) for c in keys])


def gaps(rows: str, crowd: str, seconds: str) -> str:
    """Give the statement that counts, by device and local day, how many events follow the one
    before after so many whole seconds: see `Engine.gaps`.

    `seconds` divides the milliseconds `gap` by 1000, which no two engines say alike.
    """
    among = f" SEMI JOIN {crowd} USING (day, device_id)" if crowd else ""
    return (f"SELECT day, device_id, {seconds} AS device_gap_s, count(*) AS events FROM ("
            f"SELECT day, device_id, time_ms - lag(time_ms) OVER ("
            f"PARTITION BY day, device_id ORDER BY time_ms, order_id) AS gap "
            f"FROM ({rows}){among} WHERE device_id IS NOT NULL) "
            f"WHERE gap IS NOT NULL GROUP BY day, device_id, {seconds}")
