"""Honest users of CEF-based browsers: enough are seen, and a page's script costs them nothing."""

from pathlib import Path

import numpy as np

from truetally.bench.gates import CEF_DEVICES
from truetally.bench.log import read_log, read_truth
from truetally.bench.suite import FULL, suite
from truetally.criteria import all_criteria
from truetally.decisions.policy import read_policy
from truetally.decisions.verdict import verdict
from truetally.simulate import load, simulate
from truetally.simulate.browsers import compile_browsers

PLACEBO, EVENTS = "placebo-cef-clicks", 20_000


def test_the_full_run_sees_ten_thousand_such_devices_in_click_logs(tmp_path: Path) -> None:
    made = simulate(PLACEBO, tmp_path / "log", events=EVENTS, seed=9400, threads=1)
    log, truth, scenario = read_log(made.files, "click"), read_truth(made.labels), load(PLACEBO)
    browsers = compile_browsers(scenario.browsers, scenario.audience)
    codes, texts = log.texts("plugins")
    same = [text == browsers.plugins[browsers.cef_list] for text in texts.to_pylist()]
    seen = len(np.unique(truth.device[np.array([*same, False])[codes]]))
    planned = sum(case.events for case in suite(FULL, 7, (PLACEBO,)))
    assert not truth.fake.any()
    assert seen * planned >= CEF_DEVICES * EVENTS


def test_a_pace_and_a_plugin_list_that_many_have_do_not_void_together() -> None:
    policy = read_policy("click", all_criteria())
    bits = {rule.criterion.code: 1 << rule.bit for rule in policy.rules}
    found = verdict(bits["same-pace"] | bits["plugin-list-match"], policy)
    assert (found.verdict, found.suspect) == ("valid", True)
    found = verdict(bits["same-pace"] | bits["visits-without-gesture"], policy)
    assert found.verdict == "sivt"
