"""Every sample of docs/pytest.md, run as a reader would run it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.testing.calls import _HEADINGS

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text()
SAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.S | re.M)


def test_the_page_has_samples() -> None:
    assert len(SAMPLES) >= 6
    assert all("def test_" in sample or sample.startswith("# conftest.py") for sample in SAMPLES)


def test_every_sample_passes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIMULATOR_URL", raising=False)
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers -p no:cacheprovider")
    named = [sample for sample in SAMPLES if sample.startswith("# ")]
    for number, sample in enumerate(SAMPLES):
        if sample not in named:
            (pytester.path / f"test_sample_{number}.py").write_text(sample)
    # a process of its own: pytester forgets modules afterwards, and httpx would then meet two httpcores
    pytester.runpytest_subprocess().assert_outcomes(passed="\n".join(set(SAMPLES) - set(named)).count("def test_"))

    folder = pytester.mkdir("started-otherwise")
    for sample in named:
        (folder / sample.partition("\n")[0].removeprefix("# ")).write_text(sample)
    pytester.runpytest_subprocess(folder).assert_outcomes(passed="\n".join(named).count("def test_"))


def test_the_journal_on_the_page_has_the_tables_shape() -> None:
    assert "  ".join(_HEADINGS).split() in [line.split() for line in PAGE.splitlines()]
