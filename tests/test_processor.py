"""Which processors sort badly with AVX-512, told from what the system says of them."""

import subprocess
import sys

import numpy as np
import pytest

from truetally import processor

ZEN4 = ["processor\t: 0\n", "vendor_id\t: AuthenticAMD\n", "cpu family\t: 25\n", "model\t\t: 17\n",
        "flags\t\t: fpu avx2 avx512f avx512bw avx512vl\n"]
OTHERS = {
    "Zen 5": [line.replace(": 25", ": 26") for line in ZEN4],
    "Intel": [line.replace("AuthenticAMD", "GenuineIntel") for line in ZEN4],
    "Zen 3": [line.replace(" avx512f avx512bw avx512vl", "") for line in ZEN4],
    "Arm": ["processor\t: 0\n", "CPU implementer\t: 0x41\n"],
    "nothing": [],
}


def test_zen_4_is_told() -> None:
    assert processor.sorts_badly(ZEN4)


@pytest.mark.parametrize("name", OTHERS)
def test_other_processors_are_left_alone(name: str) -> None:
    assert not processor.sorts_badly(OTHERS[name])


def test_the_first_processor_stands_for_all() -> None:
    assert not processor.sorts_badly([*OTHERS["Intel"], "\n", *ZEN4])


def test_the_name_that_is_given_is_one_that_numpy_knows() -> None:
    asked = processor.feature_name(np.__version__)
    loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import numpy"], env={processor.ASKED: asked},
        capture_output=True, text=True, check=False)
    assert loaded.returncode == 0 or "not supported" in loaded.stderr  # on a lesser processor


def test_older_versions_have_another_name() -> None:
    assert processor.feature_name("2.3.5") == "AVX512_SKX"
    assert processor.feature_name("2.10.0rc1") == "X86_V4"


def test_what_was_asked_for_before_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "sorts_badly", lambda _: True)
    monkeypatch.setenv(processor.ASKED, "AVX2")
    processor.choose_sort()
    assert processor.os.environ[processor.ASKED] == "AVX2"


def test_a_system_that_says_nothing_is_no_fault(monkeypatch: pytest.MonkeyPatch,
                                                tmp_path: processor.Path) -> None:
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "none")
    monkeypatch.delenv(processor.ASKED, raising=False)
    processor.choose_sort()
    assert processor.ASKED not in processor.os.environ
