"""Every key of a TOML text is found on its line."""

from truetally.settlement.toml_lines import line_of, lines_of

TEXT = '''# [[not]] a = 1
top = "a # [b"
"quoted key" = [
  1,  # ]
  "[x]",
]
long = """
inside = 1
[table]
"""
[a.b]
c.d = 1
[[rows]]
x = 1
[[rows.deep]]
y = 2
[[rows]]
x = { z = 3 }
'''


def test_keys_headers_and_arrays_have_their_lines() -> None:
    found = lines_of(TEXT)
    wanted = {("top",): 2, ("quoted key",): 3, ("long",): 7, ("a", "b"): 11,
              ("a", "b", "c", "d"): 12, ("rows", 0): 13, ("rows", 0, "x"): 14,
              ("rows", 0, "deep", 0, "y"): 16, ("rows", 1): 17, ("rows", 1, "x"): 18}
    assert {path: found.get(path) for path in wanted} == wanted


def test_what_lies_in_texts_lists_and_comments_is_no_key() -> None:
    assert {("inside",), ("table",), ("not",), ("not", 0)} & set(lines_of(TEXT)) == set()


def test_a_key_of_an_inline_table_has_the_line_of_the_key_around_it() -> None:
    assert line_of(lines_of(TEXT), ("rows", 1, "x", "z")) == 18
    assert line_of(lines_of(TEXT), ("nowhere",)) == 1
