from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truetally.errors import PolicyError
from truetally.signatures.crawlers import starting_a_word
from truetally.signatures.entries import _PLAIN, Kind, covers
from truetally.signatures.lists import FrozenList, ListRef, covering, entry, freeze

ACCUSED = """
kind = "networks"
version = "7"
[[entry]]
value = "192.0.2.0/24"
source = "a provider's page"
added = 2026-01-02
[[entry]]
value = "198.51.100.0/24"
source = "a provider's page"
added = 2026-01-02
withdrawn = 2026-03-04
reason = "sold to an access provider; appeal of 2026-03-01"
"""


def inline(kind: Kind, *items: str) -> FrozenList:
    return freeze(ListRef(name="test", kind=kind, items=items))


def from_file(folder: Path, name: str, text: str, kind: Kind = "networks") -> FrozenList:
    (folder / name).write_text(text, "utf-8")
    return freeze(ListRef(name="test", kind=kind, items=(f"file:{name}",)), folder)


@given(st.permutations(["192.0.2.0/24", "2001:db8::/32", "10.0.0.0/8", "10.0.0.0/8"]))
def test_order_and_repetition_do_not_change_the_hash(items: list[str]) -> None:
    frozen = inline("networks", *items)
    assert frozen.entries == ("10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32")
    assert frozen.sha256 == inline("networks", *sorted(set(items))).sha256


def test_kind_and_entries_make_the_hash() -> None:
    hashes = {inline("user-agents", "a").sha256, inline("user-agents", "b").sha256,
              inline("plugin-lists", "a").sha256, inline("user-agents").sha256}
    assert len(hashes) == 4


def test_an_entry_says_who_says_so_and_since_when(tmp_path: Path) -> None:
    frozen = from_file(tmp_path, "list.toml", ACCUSED)
    line, = entry(frozen, "192.0.2.0/24")
    assert (line.source, line.added, frozen.date) == ("a provider's page", "2026-01-02",
                                                      "2026-03-04")
    assert frozen.origins == ("file:list.toml 7",)


def test_a_withdrawn_entry_is_out_of_force_and_keeps_its_reason(tmp_path: Path) -> None:
    frozen = from_file(tmp_path, "list.toml", ACCUSED)
    assert frozen.entries == ("192.0.2.0/24",)
    assert entry(frozen, "198.51.100.0/24")[0].reason.startswith("sold")
    assert covering(frozen, "198.51.100.7") == ()


def test_a_withdrawal_in_one_origin_reaches_the_same_entry_of_another(tmp_path: Path) -> None:
    (tmp_path / "list.toml").write_text(ACCUSED, "utf-8")
    frozen = freeze(ListRef(name="test", kind="networks",
                            items=("file:list.toml", "198.51.100.0/24")), tmp_path)
    assert frozen.entries == ("192.0.2.0/24",)


def test_a_text_file_has_one_entry_a_line(tmp_path: Path) -> None:
    frozen = from_file(tmp_path, "list.txt", "\ufeff# people\n\n 10.0.0.0/8 \r\n::1/128\n")
    assert frozen.entries == ("10.0.0.0/8", "::1/128")
    assert entry(frozen, "::1/128")[0].source == "file:list.txt, line 4"


def test_an_entry_that_is_not_there_is_refused() -> None:
    with pytest.raises(PolicyError, match="not an entry"):
        entry(inline("networks", "10.0.0.0/8"), "192.0.2.0/24")


@pytest.mark.parametrize(("kind", "value", "observed", "under"), [
    ("networks", "192.0.2.0/24", "192.0.2.255", True),
    ("networks", "192.0.2.0/24", "192.0.3.0", False),
    ("networks", "2001:db8::/32", "2001:db8::1", True),
    ("networks", "0.0.0.0/0", "2001:db8::1", False),
    ("networks", "192.0.2.0/24", "no address", False),
    ("host-suffixes", ".b.example", "a.b.example", True),
    ("host-suffixes", ".b.example", "b.example", False),
    ("host-suffixes", "b.example", "b.example", True),
    ("host-suffixes", "b.example", "a.b.example", False),
    ("patterns", "curl/", "Curl/7.0", True),
    ("user-agents", "x", "X", False)])
def test_what_an_entry_covers(kind: Kind, value: str, observed: str, *, under: bool) -> None:
    assert bool(covering(inline(kind, value), observed)) is under


@pytest.mark.parametrize(("kind", "value", "why"), [
    ("networks", "192.0.2.1/24", "perhaps 192.0.2.0/24"), ("networks", "300.0.0.0/8", "a network"),
    ("networks", "", "characters"), ("host-suffixes", "a b.example", "host name"),
    ("host-suffixes", "*.example", "host name"), ("host-suffixes", "例.example", "xn--"),
    ("patterns", "(", "RE2"), ("patterns", "(?=a)b", "RE2"), (r"patterns", r"(a)\1", "RE2"),
    ("patterns", "a*", "empty text"), ("patterns", "x" * 2001, "2000"),
    ("user-agents", "a\u202eb", "invisible"), ("plugin-lists", "a\x1b[31mb", "control")])
def test_a_bad_entry_is_refused_with_what_was_expected(kind: Kind, value: str, why: str) -> None:
    with pytest.raises(PolicyError, match=why):
        inline(kind, value)


def test_a_pattern_that_would_stall_others_is_matched_in_linear_time() -> None:
    frozen = inline("patterns", "(a+)+$", "(x+x+)+y")
    assert covering(frozen, "a" * 50_000 + "!") == ()


@pytest.mark.parametrize("path", ["../list.txt", "/etc/hostname", "no-such.txt", "sub", ""])
def test_a_path_out_of_the_folder_or_to_nothing_is_refused(tmp_path: Path, path: str) -> None:
    inner = tmp_path / "policy"
    (inner / "sub").mkdir(parents=True)
    (tmp_path / "list.txt").write_text("10.0.0.0/8\n", "utf-8")
    (inner / "link.txt").symlink_to(tmp_path / "list.txt")
    for item in (path, "link.txt"):
        with pytest.raises(PolicyError, match="cannot read the list"):
            freeze(ListRef(name="test", kind="networks", items=(f"file:{item}",)), inner)


@pytest.mark.parametrize(("text", "why"), [
    ("kind = ", "malformed TOML"), ('kind = "patterns"', "another kind"),
    ('kind = "networks"', "without any entry"), ('kind = "networks"\nentry = 1', "no entries"),
    ('kind = "networks"\n[[entry]]\nvalue = "10.0.0.0/8"', "without a source"),
    ('kind = "networks"\n[[entry]]\nvalue = 1\nsource = "s"', "without a source"),
    ('kind = "networks"\n[[entry]]\nvalue = "::/0"\nsource = "s"\nadded = "today"', "not a date"),
    ('kind = "networks"\n[[entry]]\nvalue = "::/0"\nsource = "s"\nwithdrawn = 2026-01-01',
     "without a reason"),
    ('kind = "networks"\n[[entry]]\nvalu = "::/0"\nsource = "s"', "not an entry")])
def test_a_malformed_file_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(PolicyError, match=why):
        from_file(tmp_path, "list.toml", text)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match="not text"):
        freeze(ListRef(name="test", kind="networks", items=("file:list.txt",)), tmp_path)


@pytest.mark.parametrize("item", [
    "builtin:no-such", "builtin:../lists", "package:no-such", "package:crawler-user-agents",
    "package:pymispwarninglists/alexa", "package:pymispwarninglists/../../x"])
def test_an_unknown_origin_is_refused(item: str) -> None:
    with pytest.raises(PolicyError):
        freeze(ListRef(name="test", kind="networks", items=(item,)))


@given(st.lists(st.sampled_from([*"aZ09 _/:;@!,'\"&=<>~%#.-^$", *(f"\\{c}" for c in "-./()+[]")]),
                min_size=1, max_size=6), st.booleans())
def test_patterns_are_taken_as_plain_only_where_re2_takes_them_too(
        signs: list[str], crawlers: bool) -> None:  # noqa: FBT001
    pattern = starting_a_word("".join(signs)) if crawlers else "".join(signs)
    if _PLAIN.fullmatch(pattern):
        assert not covers("patterns", pattern, "")


def test_most_patterns_of_crawlers_are_plain_and_all_of_them_are_re2() -> None:
    patterns = freeze(ListRef(name="robots", kind="patterns",
                              items=("package:crawler-user-agents",))).entries
    assert sum(bool(_PLAIN.fullmatch(p)) for p in patterns) * 10 > len(patterns) * 8
    assert not any(covers("patterns", p, "") for p in patterns)


@pytest.mark.parametrize("pattern", [
    "^", "$", "^$", "a)|(?:b", "(?-i:a)|\\b(?:b)", "(?-i:)|\\b(?:)", "a*", "a|", "\\b", "a\n", "[a",
    "a{2", "\\pN", "\\1", "a?"])
def test_a_pattern_with_any_other_sign_is_not_plain(pattern: str) -> None:
    assert not _PLAIN.fullmatch(pattern)
