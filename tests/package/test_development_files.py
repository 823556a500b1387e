"""The files of those who work on the simulator: CI's workflow, the Pythons that are tested, pins and hooks."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.package.conftest import ROOT, outside

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
STEPS: list[dict[str, Any]] = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
CONSTRAINTS = (ROOT / "constraints-dev.txt").read_text().splitlines()
PINS = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in CONSTRAINTS)}
SUPPORTED = ["3.11", "3.12", "3.13", "3.14"]
"""What CI tests. A classifier says that the whole suite has passed on that version."""


def test_the_pythons_that_are_tested_are_the_same_everywhere() -> None:
    classifiers = re.findall(r"Programming Language :: Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    script = (ROOT / ".ci" / "other-pythons").read_text()

    assert WORKFLOW["jobs"]["linux"]["strategy"]["matrix"]["python"] == SUPPORTED
    assert f'supported="{" ".join(SUPPORTED)}"' in script
    assert classifiers == SUPPORTED[: len(classifiers)]
    assert PROJECT["requires-python"] == f">={SUPPORTED[0]}"


def test_the_workflow_can_only_read_and_pins_its_actions() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in WORKFLOW["jobs"].values())
    actions = [step["uses"] for step in STEPS if "uses" in step]
    assert actions
    assert [action for action in actions if not re.fullmatch(r"actions/[\w-]+@v\d+", action)] == []


def test_the_workflow_runs_what_people_run() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M))
    commands = [step["run"] for step in STEPS if "run" in step]
    assert {"make lint PYTHON=python", "make test PYTHON=python", "make test-reduced PYTHON=python"} <= set(commands)
    for command in commands:
        if command.startswith("make "):
            assert command.split()[1] in targets
        else:
            assert (ROOT / command).is_file()


def test_the_folders_of_the_reduced_tests_are_there() -> None:
    listed = re.search(r"^REDUCED := (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert listed is not None
    assert [place for place in listed[1].split() if not (ROOT / place).exists()] == []


def test_the_constraints_are_pins_and_nothing_else() -> None:
    assert [line for line in CONSTRAINTS if not re.fullmatch(r"[\w.-]+==\d+(\.\w+)*", line)] == []
    assert len(PINS) == len(CONSTRAINTS)


@pytest.mark.parametrize("extra", ["dev", "bench"])
def test_every_requirement_has_a_pin_within_its_range(extra: str) -> None:
    extras: dict[str, list[str]] = PROJECT["optional-dependencies"]
    ours = [Requirement(text) for name in (extra, "pytest", "redis", "tls") for text in extras[name]]
    for requirement in [*ours, *map(Requirement, PROJECT["dependencies"])]:
        if requirement.name != PROJECT["name"]:
            pin = PINS.get(canonicalize_name(requirement.name))
            assert pin is not None, f"{requirement.name}: run make constraints"
            assert requirement.specifier.contains(pin), f"{requirement}: run make constraints"


def test_the_hook_runs_what_make_lint_runs() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    (hook,) = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert (hook["entry"], hook["pass_filenames"], hook["always_run"]) == ("make lint", False, True)
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"],
        cwd=ROOT,
        check=True,
        timeout=60,
    )


def _program(place: Path, script: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)


def test_ci_tests_each_python_that_it_finds_but_the_default_one(tmp_path: Path) -> None:
    """On PATH and under pyenv; a pyenv shim of a version that is not chosen fails, and is passed over."""
    path, pyenv = tmp_path / "bin", tmp_path / "pyenv"
    _program(path / "python3", "echo 3.11")
    _program(path / "python3.11", "echo 3.11")
    _program(path / "python3.12", "echo 3.12")
    _program(path / "python3.13", "exit 127")
    _program(path / "python3.14", "exit 127")
    _program(pyenv / "versions" / "3.13.9" / "bin" / "python", "echo 3.13")
    _program(path / "make", 'echo "made: $*"')

    done = subprocess.run(
        ["/bin/bash", str(ROOT / ".ci" / "other-pythons")],
        env=outside(PATH=f"{path}:/usr/bin:/bin", PYENV_ROOT=str(pyenv), PYTHON="python3"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert [line.removeprefix("made: ") for line in done.stdout.splitlines() if line.startswith("made: ")] == [
        "test-reduced PYTHON=python3.12",
        f"test-reduced PYTHON={pyenv}/versions/3.13.9/bin/python",
    ]
    assert "Python 3.14: not on this machine" in done.stdout
