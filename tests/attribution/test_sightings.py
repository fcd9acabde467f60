from typing import Any

from truetally.attribution.sightings import SHIFTS_H, Sighting, asked, spellings, tally

PAGE = "http://www.video.example/v_1.html"
SEEN = [Sighting(time_ms=1_000_000, uri=PAGE, user_agent="A", origin="f", place="packet 1"),
        Sighting(time_ms=2_000_000, uri=PAGE, user_agent=None, origin="f", place="packet 2"),
        Sighting(time_ms=3_000_000, uri="http://cdn.example/x.js", user_agent=None, origin="f",
                 place="packet 3")]


def row(sighting: int, time_ms: int, *, same: bool | None = None, shift: int = 0,
        number: int = 0) -> dict[str, Any]:
    return {"sighting": sighting, "shift": shift, "rank": 0, "row": number, "time_ms": time_ms,
            "device": "d", "same": same}


def test_a_page_is_the_same_with_either_scheme_and_without_a_fragment() -> None:
    assert set(spellings("https://a.example/x#y")) >= {"http://a.example/x", "a.example/x"}
    assert spellings("about:blank") == ("about:blank",)


def test_every_sighting_is_asked_for_within_the_offset_and_at_other_hours() -> None:
    table = asked(SEEN[:1], 500)
    assert table.num_rows == len(SHIFTS_H) * 4
    own = [r for r in table.to_pylist() if r["shift"] == 0]
    assert {(r["low"], r["high"]) for r in own} == {(999_500, 1_000_500)}


def test_answers_are_told_apart_by_how_many_rows_there_are() -> None:
    rows = [row(0, 1_000_200), row(1, 2_000_000, number=1), row(1, 2_000_100, number=2)]
    found, own = tally(SEEN, rows, frozenset({PAGE}))
    assert (found.sightings, found.pages, found.one, found.several, found.none) == (3, 2, 1, 1, 0)
    assert (found.candidates, found.difference_ms) == (3, 200)
    assert sorted(own) == [0, 1]


def test_rows_of_the_same_user_agent_leave_the_others_out() -> None:
    rows = [row(0, 1_000_100, same=True), row(0, 1_000_000, same=False, number=1)]
    found, own = tally(SEEN, rows, frozenset({PAGE}))
    assert (found.one, found.several) == (1, 0)
    assert [r["time_ms"] for r in own[0]] == [1_000_100]


def test_what_answers_hours_away_is_chance() -> None:
    found, own = tally(SEEN, [row(0, 5, shift=3), row(1, 6, shift=-9)], frozenset({PAGE}))
    assert (found.by_chance, found.shifts, found.one, found.none) == (2, 8, 0, 2)
    assert own == {}
