"""What ledgers hold: orders, tasks of a client, and test orders. Unknown is None."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order of a seller's ledger.

    `stay_s` are whole seconds, `second_visits` the form's PV ratio (further pages a visit opens),
    `price_fen` fen for a thousand. The window runs from `start_ms` up to, not including, `end_ms`,
    UTC: an end given as a day includes that day. `row` is the 1-based row of the table below its
    header, `others` what stands in columns of other names.
    """

    id: str
    target: str | None
    ordered: int | None
    done: int | None
    accesses: int | None
    stay_s: int | None
    second_visits: int | None
    terminal: str | None
    spread: str | None
    region: str | None
    price_fen: int | None
    cost_fen: int | None
    start_ms: int | None
    end_ms: int | None
    row: int
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task of a client's log: what it opened, when (UTC), for how long, and how it ended."""

    client: str | None
    order_id: str | None
    target: str
    opened_ms: int | None
    stay_ms: int | None
    state: str | None
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOrder:
    """An order the investigator placed: ground truth. The window is [start_ms, end_ms), UTC."""

    __test__ = False  # not a test: this is the case's word, and pytest looks at names

    id: str
    target: str
    start_ms: int
    end_ms: int
    done: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row that was not read, and why. `row` is the 1-based row of the table below its header."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The orders of one file, in its order, with the rows that were rejected."""

    path: str
    sha256: str
    orders: tuple[Order, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLog:
    """The tasks of one file, in its order, with the rows that were rejected."""

    path: str
    sha256: str
    tasks: tuple[Task, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOrders:
    """The test orders of one file, in its order, with the rows that were rejected."""

    __test__ = False

    path: str
    sha256: str
    orders: tuple[TestOrder, ...]
    rejected: tuple[Rejected, ...]
