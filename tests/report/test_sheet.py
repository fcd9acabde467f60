from truetally.report.sheet import csv_sheet


def test_a_sheet_has_a_mark_windows_lines_and_no_formula() -> None:
    made = csv_sheet([("key", "events"), ("=1+1", 3), (None, None), ("a,b", 0)])
    assert made == "\ufeffkey,events\r\n'=1+1,3\r\n,\r\n\"a,b\",0\r\n"


def test_an_amount_of_our_own_keeps_its_minus() -> None:
    assert csv_sheet([("-12.30", "-12.30")], numbers=(1,)) == "\ufeff'-12.30,-12.30\r\n"
