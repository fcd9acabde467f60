from truetally.attribution.completeness import completeness
from truetally.attribution.ledgers.order import Order

DAY = 86_400_000
START = 17_400 * DAY - 28_800_000


def order(number: str, day: int, target: str = "http://a.example/1") -> Order:
    return Order(id=number, target=target, ordered=1, done=1, accesses=None, stay_s=None,
                 second_visits=None, terminal=None, spread=None, region=None, price_fen=None,
                 cost_fen=None, start_ms=START + day * DAY, end_ms=START + (day + 1) * DAY, row=1)


def test_a_whole_ledger_lacks_nothing() -> None:
    found = completeness([order("7", 0), order("8", 1), order("9", 2)], 28_800_000)
    assert (found.missing_ids, found.gaps, found.days_without, found.repeated_ids) == (0, (), 0, 0)


def test_gaps_in_the_numbers_and_days_without_orders_are_counted() -> None:
    found = completeness([order("10", 0), order("12", 0), order("20", 4)], 28_800_000)
    assert (found.missing_ids, found.gaps) == (8, ((13, 19), (11, 11)))
    assert (found.start_days, found.days_without) == (2, 3)


def test_pages_and_orders_seen_elsewhere_that_the_ledger_lacks_are_named() -> None:
    found = completeness([order("10", 0)], 28_800_000, ["https://a.example/1", "http://b.example/"],
                         ["10", "11"])
    assert (found.unseen_targets, found.unseen_orders) == (("http://b.example/",), ("11",))


def test_ids_that_are_no_numbers_have_no_gaps() -> None:
    found = completeness([order("A-1", 0), order("A-9", 0)], 28_800_000)
    assert (found.numbered, found.missing_ids) == (0, 0)
    assert completeness([], 0).days_without == 0
