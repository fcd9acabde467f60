"""Restated verdicts are what a run under the generated policy would give."""

from pathlib import Path

import numpy as np
import pytest

from truetally.bench.decided import REJECTED, Decided, decide
from truetally.bench.suite import DIRTY, DOSES, FULL, QUICK, Size, suite, training
from truetally.bench.variants import (
    GIVT,
    KEPT,
    LISTS_ONLY,
    OURS,
    any_listed,
    countable,
    families,
    reasons,
    restate,
    variants,
)
from truetally.decisions.plan import UNSIGNED_BIT
from truetally.simulate import load, scenarios, simulate
from truetally.simulate.generate import Written

PLAIN = ("ours-without-origin", "ours-without-statistical-basis", LISTS_ONLY)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return simulate("s3", tmp_path_factory.mktemp("s3") / "log", events=8_000, seed=5, dose="10")


@pytest.fixture(scope="module")
def ours(log: Written, tmp_path_factory: pytest.TempPathFactory) -> Decided:
    return decide(log.files, log.labels, tmp_path_factory.mktemp("ours") / "case", "video")


@pytest.mark.parametrize("name", PLAIN)
def test_a_restated_policy_gives_what_a_run_under_it_gives(
        name: str, log: Written, ours: Decided, tmp_path: Path) -> None:
    whole = variants("video")[0].policy
    (variant,) = (each for each in variants("video") if each.name == name)
    (tmp_path / "policy.toml").write_text(variant.policy.text, "utf-8")
    run = decide(log.files, log.labels, tmp_path / "case", str(tmp_path / "policy.toml"))
    plays = countable(ours.mask, whole) & countable(run.mask, variant.policy)
    assert plays.sum() > 5_000
    restated = restate(ours.mask, whole, variant.policy)[plays]
    truly = restate(run.mask, variant.policy, variant.policy)[plays]
    assert (restated == truly).all()
    assert set(np.unique(truly)) > {KEPT}


def test_every_row_of_the_log_is_decided_beside_its_label(log: Written, ours: Decided) -> None:
    assert len(ours.mask) == log.counts["rows"]
    assert (ours.mask != REJECTED).all()


def test_each_family_and_basis_is_taken_away_once_and_counting_rules_never() -> None:
    whole, *rest = variants("video")
    codes = set(whole.policy.reason_codes)
    assert whole.name == OURS
    for variant in rest:
        gone = codes - set(variant.policy.reason_codes)
        assert gone
        assert "short-play" not in gone
        assert "replayed-row" not in gone
    assert len({variant.policy.sha256 for variant in rest}) == len(rest)


def test_lists_only_keeps_lists_and_what_counts() -> None:
    (policy,) = (v.policy for v in variants("video") if v.name == LISTS_ONLY)
    judged = {r.criterion.code for r in policy.rules if r.criterion.klass != "NOT_COUNTED"}
    assert judged == {"prefetch", "replayed-row", "declared-robot", "data-centre-address",
                      "plugin-list-match", "redirect-referrer"}


def test_a_list_alone_voids_what_the_policy_only_suspects() -> None:
    whole = variants("video")[0].policy
    bit = whole.reason_codes.index("plugin-list-match")
    masks = np.array([0, 1 << bit, REJECTED, 1 << UNSIGNED_BIT])
    assert (any_listed(masks, whole) >= GIVT).tolist() == [False, True, False, False]
    assert (restate(masks, whole, whole) >= GIVT).tolist() == [False] * 4


def test_families_that_flag_a_row_are_counted_together_and_counting_rules_not_at_all() -> None:
    whole = variants("video")[0].policy
    bits = {code: 1 << bit for bit, code in enumerate(whole.reason_codes)}
    masks = np.array([0, bits["short-play"], bits["plugin-list-match"],
                      bits["plugin-list-match"] | bits["device-rate"], bits["device-rate"]])
    found = families(masks, np.array([True, True, True, True, False]), whole)
    assert found == {"": 2, "technical": 1, "technical+timing": 1}


def test_honest_voids_are_counted_by_the_criterion_that_decided(ours: Decided) -> None:
    whole = variants("video")[0].policy
    codes = restate(ours.mask, whole, whole)
    found = reasons(ours.mask, codes, whole)
    assert sum(found.values()) == int((codes >= GIVT).sum())
    assert set(found) <= set(whole.reason_codes)


@pytest.mark.parametrize("size", [QUICK, FULL], ids=lambda size: size.name)
def test_a_suite_has_every_attack_at_every_dose_and_every_placebo(size: Size) -> None:
    cases = suite(size, 7)
    attacks = {name for name in scenarios() if load(name).dose is not None}
    assert {(c.scenario, c.dose) for c in cases if c.group == "attack"} == {
        (name, dose) for name in attacks for dose in DOSES}
    assert {c.scenario for c in cases if c.group == "placebo"} == {
        name for name in scenarios() if name.startswith("placebo-")}
    assert {c.scenario for c in cases if c.group == "preset"} == {"video-case", "click-case"}
    assert {c.dirty for c in cases if c.group == "dirty"} <= set(DIRTY)
    assert len({c.scenario for c in cases if c.group == "dirty"}) >= 2


def test_no_two_logs_of_a_suite_and_no_lesson_share_a_seed_or_a_name() -> None:
    cases, lessons = suite(FULL, 7), training(FULL, 7)
    seeds = [c.seed for c in (*cases, *lessons)]
    assert len(set(seeds)) == len(seeds)
    assert len({c.name for c in cases}) == len(cases)
    assert {c.seed for c in suite(FULL, 8)}.isdisjoint(seeds)
