"""What a user agent declares: family, version, system, platform; whether it is a robot's.

Versions and families come from the `ua-parser` rules, robots from the patterns given.
"""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from operator import attrgetter

import pyarrow as pa
import pyarrow.compute as pc

_GROUP = 200  # patterns in one RE2 pass: larger programs overrun its cache and get slow
_LONGEST = 2_048  # characters looked at by engines that are not linear, or slow on long texts

# Texts, escaped signs and word boundaries, alone or as lists of robots put them: what every engine
# reads alike.
_TEXT = r"(?:[A-Za-z0-9 _/:;,!@#%&=~<>-]|\\[./b-])*"
SIMPLE = re.compile(rf"{_TEXT}|\(\?-i:{_TEXT}\)\|\\b\(\?:{_TEXT}\)")

# CUBOT is a maker of phones whose name looks like a robot's to a pattern such as "bot".
_CUBOT = r"(?i)\bcubot"
# In order; the first that matches decides. Windows Phone's user agents name iPhone and Android.
_PLATFORMS = (
    ("tv", (r"smart-?tv|hbbtv|\btv\b|tv safari|appletv|googletv|android ?tv|web0s|webos\.tv|"
            r"bravia|\baft[a-z]{1,4}\b|crkey|roku/|netcast|viera|tizen.*\btv")),
    ("console", r"playstation|xbox|nintendo"),
    ("other", r"windows phone|iemobile|symbian|blackberry|\bbb10\b|kaios|harmonyos"),
    ("ios", r"\((?:ipad|iphone|ipod)[^)]*\)|\bi(?:phone|pad|pod)[0-9,]*[;/]|cpu (?:iphone )?os "),
    ("android", r"android"),
    ("pc", r"windows nt|windows 9|win64|macintosh|x11|\bcros\b|linux (?:x86_64|i[3-6]86)"),
)
_BROWSERS = (
    (r"^Mozilla/5\.0 \([^()]*(?:\([^()]*\)[^()]*)*\) AppleWebKit/[0-9.]+\+? "
     r"\(KHTML, ?like Gecko[^()]*\)"),
    r"^Mozilla/5\.0 \([^()]+; rv:[0-9.]+[^()]*\) Gecko/[0-9.]+ .*(?:Firefox|SeaMonkey|PaleMoon)/",
    r"^Mozilla/5\.0 \([^()]*Trident/[0-9.]+[^()]*\) like Gecko$",
    r"^Mozilla/[45]\.0 \(compatible; MSIE [0-9]+\.[^()]*(?:\([^()]*\)[^()]*)*\)",
    r"^Opera/[0-9.]+ \([^()]+\)",
)


def derive_user_agents(user_agents: pa.Array, robots: Sequence[str],
                       released: Callable[[str, int], int | None] | None = None) -> pa.Table:
    """Describe distinct user agents; all columns are null where the user agent is null.

    `robots` are regular expressions, matched anywhere without regard to case. ua_platform is one
    of pc, android, ios, tv, console, other, as the text declares it; ua_browser says whether it is
    a well-formed browser's; ua_released_day is the day `released` gives for family and major.
    """
    column = user_agents.cast(pa.string())
    with ThreadPoolExecutor(1) as pool:  # Arrow matches without Python's lock, which parsing holds
        matched = pool.submit(_matched, column, robots)
        parsed = [_parse(text) for text in column.to_pylist()]
    names = ("ua_family", "ua_major", "ua_os", "ua_os_major")
    kinds = (pa.string(), pa.int64(), pa.string(), pa.int64())
    columns = {name: pa.array([row[i] for row in parsed], kind)
               for i, (name, kind) in enumerate(zip(names, kinds, strict=True))}
    days = {version: _released(version, released) for version in {row[:2] for row in parsed}}
    return pa.table({
        "user_agent": column, **columns, **matched.result(),
        "ua_released_day": pa.array([days[row[:2]] for row in parsed], pa.int64())})


def _matched(column: pa.Array, robots: Sequence[str]) -> dict[str, pa.Array]:
    return {"ua_platform": _platform(column),
            "ua_browser": pc.match_substring_regex(column, "|".join(_BROWSERS)),
            "ua_robot": is_robot(column, robots)}


def _released(version: tuple[str | None, int | None],
              released: Callable[[str, int], int | None] | None) -> int | None:
    family, major = version
    if released is None or family is None or major is None:
        return None
    return released(family, major)


def is_robot(user_agents: pa.Array, robots: Sequence[str]) -> pa.Array:
    """Tell which user agents match a pattern; null stays null. CUBOT phones match none by name."""
    texts = pc.replace_substring_regex(user_agents, _CUBOT, "cu-phone")
    linear = [p for p in robots if _in_re2(p)]
    found = pc.if_else(pc.is_null(texts), None, False)
    for start in range(0, len(linear), _GROUP):
        group = "|".join(f"(?:{p})" for p in linear[start:start + _GROUP])
        found = pc.or_(found, pc.match_substring_regex(texts, group, ignore_case=True))
    known = set(linear)
    others = [p for p in robots if p not in known]
    return pc.or_(found, _by_re(texts, others)) if others else found


def _in_re2(pattern: str) -> bool:
    if SIMPLE.fullmatch(pattern):
        return True  # so are most patterns, and to ask RE2 of each takes longer than to match them
    try:
        pc.match_substring_regex(pa.array([""]), pattern, ignore_case=True)
    except pa.ArrowInvalid:
        return False
    return True


def _by_re(texts: pa.Array, patterns: Sequence[str]) -> pa.Array:
    """Match what RE2 has no word for (look-around, back-references), on a bounded text."""
    compiled = [re.compile(p, re.IGNORECASE) for p in patterns]
    return pa.array([None if t is None else any(p.search(t[:_LONGEST]) for p in compiled)
                     for t in texts.to_pylist()], pa.bool_())


def _platform(column: pa.Array) -> pa.Array:
    lowered = pc.ascii_lower(column)
    tests = [pc.match_substring_regex(lowered, pattern) for _, pattern in _PLATFORMS]
    chosen = pc.case_when(pc.make_struct(*tests), *(name for name, _ in _PLATFORMS), "other")
    return pc.if_else(pc.is_null(column), None, chosen)


Parsed = tuple[str | None, int | None, str | None, int | None]


def _parse(text: str | None) -> Parsed:
    if text is None:
        return None, None, None, None
    user_agent, system = _extractors()
    shown = text[:_LONGEST]
    return (*user_agent(shown), *system(shown))


@cache
def _extractors() -> tuple[Callable[[str], tuple[str | None, int | None]], ...]:
    """Load the rules once, as texts: those that compile them do so in Rust."""
    from ua_parser.loaders import load_lazy_builtins
    from ua_parser_rs import OSExtractor, UserAgentExtractor

    agents, systems, _ = load_lazy_builtins()

    def extract(extractor: UserAgentExtractor | OSExtractor) -> Callable[
            [str], tuple[str | None, int | None]]:
        def of(text: str) -> tuple[str | None, int | None]:
            found = extractor.extract(text)
            return (found.family, _number(found.major)) if found else (None, None)
        return of

    rule = attrgetter("regex", "family", "major", "minor", "patch", "patch_minor")
    return (extract(UserAgentExtractor(map(rule, agents))),
            extract(OSExtractor(map(rule, systems))))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else None
