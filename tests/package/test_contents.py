"""What is uploaded: everything that runs, the scenarios, and nothing of the tests."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

from simulator import __version__
from tests.package.conftest import ROOT, Built

SCENARIOS = {path.name for path in (ROOT / "scenarios").glob("*.yaml")}
MODULES = {path.relative_to(ROOT).as_posix() for path in (ROOT / "simulator").rglob("*.py")}


def _in_wheel(built: Built) -> set[str]:
    with ZipFile(built.wheel) as archive:
        return set(archive.namelist())


def _in_sdist(built: Built) -> set[str]:
    with tarfile.open(built.sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_wheel_has_every_module_and_every_scenario(built: Built) -> None:
    names = _in_wheel(built)

    assert names >= MODULES
    assert {Path(name).name for name in names if name.startswith("simulator/shipped/")} == SCENARIOS
    assert SCENARIOS


def test_the_wheel_has_nothing_else(built: Built) -> None:
    folders = {name.partition("/")[0] for name in _in_wheel(built)}

    assert folders == {"simulator", f"token_refresh_simulator-{__version__}.dist-info"}


def test_the_wheel_says_that_it_is_typed(built: Built) -> None:
    assert "simulator/py.typed" in _in_wheel(built)


def test_the_wheel_names_its_command_and_its_plugin(built: Built) -> None:
    with ZipFile(built.wheel) as archive:
        points = archive.read(f"token_refresh_simulator-{__version__}.dist-info/entry_points.txt").decode()

    assert "simulator = simulator.cli:main" in points
    assert "[pytest11]\nsimulator = simulator.pytest_plugin" in points


def test_the_sdist_builds_what_the_wheel_has(built: Built) -> None:
    names = _in_sdist(built)

    assert names >= MODULES
    assert {f"scenarios/{name}" for name in SCENARIOS} <= names
    assert {"pyproject.toml", "README.md", "LICENSE"} <= names


def test_the_sdist_leaves_tests_and_working_files_out(built: Built) -> None:
    folders = {name.partition("/")[0] for name in _in_sdist(built) if "/" in name}

    assert folders == {"simulator", "scenarios"}


def test_an_index_would_take_both(built: Built) -> None:
    """Without --strict of twine a README that no index can show would pass."""
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", str(built.wheel), str(built.sdist)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2
