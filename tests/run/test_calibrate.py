"""`truetally calibrate`: thresholds from a reference, a file, a policy that names it."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from tests.run.cases import decide, row, write

from truetally.errors import InputError, PolicyError
from truetally.run.calibrate import Asked, Calibrated, calibrate
from truetally.run.case import read_manifest
from truetally.run.explain import explain

POLICY = """
name = "own"
revision = 1
title = "own"
title_zh = "自有"
metric = "a play"
metric_zh = "一次播放"
citation = "test"
[[criterion]]
code = "many-user-agents"
stage = 1
[[criterion]]
code = "device-rate"
stage = 1
"""
DAY_S = 86_400


def reference(folder: Path, devices: int = 60, busiest: int = 40) -> Path:
    """Write two days: device n plays n times within an hour, up to `busiest` times."""
    rows = [row(day * DAY_S + 40 * nth, device_id=f"d{n}", account_id=f"a{n}", paid=n % 2 == 0)
            for day in range(2) for n in range(devices)
            for nth in range(max(1, n * busiest // devices))]
    return write(folder / "reference.parquet", rows)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(POLICY, "utf-8")
    return path


def made(tmp_path: Path, policy: Path, rate: str = "0.2", **more: object) -> Calibrated:
    asked = Asked(rate=Fraction(rate), policy=str(policy), **more)  # type: ignore[arg-type]
    return calibrate([str(reference(tmp_path))], asked)


def test_the_threshold_leaves_no_more_than_its_share_of_units(tmp_path: Path,
                                                             policy: Path) -> None:
    says = made(tmp_path, policy).says
    rate = says["criteria"]["device-rate"]
    assert rate["reached"]
    assert rate["value"] < rate["default"]
    assert rate["flagged"] <= rate["allowed"] == int(0.1 * (rate["units"] + 1)) - 1
    assert rate["units"] + rate["check_units"] == 60


def test_what_the_reference_does_not_show_keeps_its_default(tmp_path: Path,
                                                           policy: Path) -> None:
    one = made(tmp_path, policy).says["criteria"]["many-user-agents"]
    assert (one["flagged"], one["value"]) == (0, one["default"])


def test_too_few_units_make_nothing_more_sensitive_and_the_file_says_so(
        tmp_path: Path, policy: Path) -> None:
    says = made(tmp_path, policy, rate="0.001").says
    assert not says["reached"]
    assert says["criteria"]["device-rate"]["value"] == says["criteria"]["device-rate"]["default"]


def test_what_the_reference_has_no_columns_for_is_named(tmp_path: Path, policy: Path) -> None:
    policy.write_text(POLICY + '[[criterion]]\ncode = "same-pace"\nstage = 1\n', "utf-8")
    says = made(tmp_path, policy).says
    assert says["without_columns"] == {"same-pace": ["session_id"]}
    assert "same-pace" not in says["criteria"]


def test_the_same_reference_gives_the_same_bytes(tmp_path: Path, policy: Path) -> None:
    assert made(tmp_path, policy).content == made(tmp_path, policy).content


def test_only_days_before_and_only_those_who_paid(tmp_path: Path, policy: Path) -> None:
    whole = made(tmp_path, policy).says["reference"]
    before = made(tmp_path, policy, until=17410).says["reference"]
    paying = made(tmp_path, policy, paid_only=True).says["reference"]
    assert before["events"] * 2 == whole["events"]
    assert paying["units"]["device_id"] == 30


def test_a_case_under_the_calibrated_policy_says_that_it_is(tmp_path: Path, policy: Path) -> None:
    found = made(tmp_path, policy)
    value = found.says["criteria"]["device-rate"]["value"]
    _name(tmp_path, policy, found.content, found.sha256)
    rows = [row(30 * n, device_id="busy") for n in range(value)]
    summary = decide(tmp_path, rows, policy=str(policy))
    manifest = read_manifest(tmp_path / "case")
    assert not summary.uncalibrated
    assert summary.suspect == value
    assert manifest["policy"]["calibration"]["sha256"] == found.sha256
    assert manifest["policy"]["parameters"]["device-rate"]["least_events"] == value
    signal = next(s for s in explain(tmp_path / "case", 0).signals if s.code == "device-rate")
    assert signal.thresholds["least_events"] == value


def test_without_a_calibration_a_case_is_uncalibrated(tmp_path: Path, policy: Path) -> None:
    assert decide(tmp_path, [row()], policy=str(policy)).uncalibrated


def test_a_changed_calibration_stops_the_run(tmp_path: Path, policy: Path) -> None:
    found = made(tmp_path, policy)
    _name(tmp_path, policy, found.content.replace(b'"value":', b'"value": '), found.sha256)
    with pytest.raises(PolicyError, match="not the one that the policy names"):
        decide(tmp_path, [row()], policy=str(policy))


def test_a_calibration_of_another_revision_stops_the_run(tmp_path: Path, policy: Path) -> None:
    import hashlib

    says = json.loads(made(tmp_path, policy).content)
    says["criteria"]["device-rate"]["revision"] = 99
    content = json.dumps(says).encode()
    _name(tmp_path, policy, content, hashlib.sha256(content).hexdigest())
    with pytest.raises(PolicyError, match="another revision"):
        decide(tmp_path, [row()], policy=str(policy))


def test_a_rate_that_is_none_is_refused(tmp_path: Path, policy: Path) -> None:
    with pytest.raises(InputError, match="not a false-positive rate"):
        made(tmp_path, policy, rate="1")


def test_planted_units_drag_the_threshold_and_are_pointed_at(tmp_path: Path, policy: Path) -> None:
    rows = [row(day * DAY_S + 4 * nth, device_id=f"p{n}", account_id=None)
            for day in range(2) for n in range(10) for nth in range(600)]
    planted = write(tmp_path / "planted.parquet", rows)
    asked = Asked(rate=Fraction(1, 10), policy=str(policy))
    honest = reference(tmp_path, devices=400, busiest=20)
    says = calibrate([str(honest), str(planted)], asked).says
    assert says["criteria"]["device-rate"]["units"] > 190
    clean = calibrate([str(honest)], asked).says
    assert clean["warnings"] == []


def _name(folder: Path, policy: Path, content: bytes, sha256: str) -> None:
    (folder / "cal.json").write_bytes(content)
    policy.write_text(f'{POLICY}\n[calibration]\nfile = "cal.json"\nsha256 = "{sha256}"\n',
                      "utf-8")


@pytest.mark.parametrize("name", ["video", "click"])
def test_a_built_in_policy_can_be_calibrated(tmp_path: Path, name: str) -> None:
    asked = Asked(rate=Fraction("0.2"), policy=name)
    says = calibrate([str(reference(tmp_path, busiest=4))], asked).says
    assert {"device-rate", "round-the-clock"} <= set(says["criteria"])
