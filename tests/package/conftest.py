"""The wheel and the sdist as they would be uploaded, and a fresh virtual environment that has the wheel."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Built:
    """The two files that a package index would get."""

    wheel: Path
    sdist: Path


def outside(**variables: str) -> dict[str, str]:
    """An environment without our own settings, as a stranger's shell has it."""
    ours = ("PYTEST_", "SIMULATOR_", "PYTHONPATH", "VIRTUAL_ENV", "COV_", "JQUANTS_", "UID2_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | variables


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of a new virtual environment with the wheel, its extras and what a first test needs."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # one for all workers: it takes a while
    place = shared / "fresh-venv"
    with (shared / "fresh-venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "complete").exists():
            _install(built, place)
            (place / "complete").touch()
    return place / "bin"


def _install(built: Built, place: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, timeout=120, env=outside())
    wanted = [f"token-refresh-simulator[pytest,tls] @ {built.wheel.as_uri()}", "requests"]
    subprocess.run(
        [
            place / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-compile",
            "--disable-pip-version-check",
            *wanted,
        ],
        check=True,
        timeout=300,
        env=outside(),
    )
