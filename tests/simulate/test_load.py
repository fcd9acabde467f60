from pathlib import Path

import pytest

from truetally.errors import InputError
from truetally.simulate import load, plan, scenarios
from truetally.simulate.load import part

HEAD = """
title = "t"
log = "video"
kind = "play"
start = "2017-09-04"
days = 7
catalogue = 50
plays_per_device = 8
honest = 1000
[[titles]]
name = "target"
kind = "series"
[[crowd]]
name = "crowd"
items = "target"
events = 100
"""
CAMPAIGN = """
[[campaign]]
fleet = "S1"
items = "target"
from = "2017-09-05"
days = 2
events = 10
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_presets_of_the_cases_and_all_fleets_and_placebos_are_there() -> None:
    names = set(scenarios())
    fleets = {f"s{n}" for n in range(1, 10)} | {"h1", "h2", "h3"}
    placebos = {f"placebo-{n}" for n in ("premiere", "holiday", "front-page", "homework", "star",
                                         "news", "cef", "cef-clicks", "shared")}
    traces = {f"fleet-{n}" for n in ("phone-farm", "31-seconds", "emulators", "redirects",
                                     "even-orders", "bought-curve", "click-flood", "driven",
                                     "edge-burst")}
    assert names == {"video-case", "click-case", "honest"} | fleets | placebos | traces


def test_an_own_scenario_file_is_read(tmp_path: Path) -> None:
    made = plan(written(tmp_path, HEAD + CAMPAIGN))
    assert (made.honest, made.fake) == (1000, 10)


@pytest.mark.parametrize(("text", "message"), [
    ("title = ", "not a TOML file"),
    ("colour = 1\n" + HEAD, "unknown or missing keys"),
    (HEAD + CAMPAIGN.replace("S1", "S77"), "unknown fleet"),
    (HEAD + CAMPAIGN + "stay_ms = 181000\n", "does not offer"),
    (HEAD + CAMPAIGN + "second_visits = 7\n", "does not offer"),
    (HEAD + CAMPAIGN.replace("days = 2", "days = 9"), "beyond the scenario"),
    (HEAD + CAMPAIGN.replace("2017-09-05", "2016-01-01"), "outside the scenario"),
    (HEAD + CAMPAIGN.replace("events = 10", ""), "neither events nor a dose"),
    (HEAD.replace("events = 100", "events = 5000"), "exceed"),
])
def test_a_wrong_file_is_refused_with_its_reason(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load(written(tmp_path, text))


@pytest.mark.parametrize("dose", ["0", "-1", "NaN", "Infinity", "lots", "1001"])
def test_an_unusable_dose_is_refused(dose: str) -> None:
    with pytest.raises(InputError, match="dose"):
        load("s1", dose)


def test_a_case_has_no_dose() -> None:
    with pytest.raises(InputError, match="figures of this scenario are given"):
        load("video-case", "1")


def test_an_unknown_scenario_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="video-case"):
        load("no-such-thing")


def test_every_fleet_in_the_file_resolves_and_says_what_it_is() -> None:
    fleets = part("fleets")
    names = [n for n in fleets if n[0] in "SH" and n[1:].isdigit()]
    assert len(names) == 10
    of_one_trace = {load(name).campaigns[0].fleet.name for name in scenarios()
                    if name.startswith("fleet-")}
    assert len(of_one_trace) == 8
    assert all(fleets[name]["title"] for name in {*names, *of_one_trace})
