"""Where the clients are installed: ``python -m clients.environment`` sets it up, in less than a minute.

One virtual environment with what they share, and a folder a client with what is its own, put first on its path.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from clients.catalogue import CLIENTS, Client

ROOT: Final = Path(__file__).parent.parent
PLACE: Final = ROOT / ".venv" / "clients"
PYTHON: Final = PLACE / ("Scripts" if os.name == "nt" else "bin") / "python"
_SHARED: Final = ROOT / "clients" / "requirements.txt"
_STAMP: Final = "installed"
"""A file that says what was installed, once it was."""


def missing(client: Client) -> str:
    """Why a client cannot run here; "" when it can."""
    if client.unfit:
        return client.unfit
    if _stamped(PLACE) == _wanted() and _stamped(_folder(client)) == client.requirement:
        return ""
    return f"{client.name} is not installed: make {PLACE.relative_to(ROOT)}/installed"


def command(client: Client, *steps: str) -> list[str]:
    """What runs a client's driver through these steps, or through its own ones."""
    return [str(PYTHON), "-m", client.driver, *steps]


def variables(client: Client) -> Mapping[str, str]:
    """What its process needs in its environment besides where the simulator is."""
    return {"PYTHONPATH": os.pathsep.join([str(_folder(client)), str(ROOT)]), "PYTHONDONTWRITEBYTECODE": "1"}


def install() -> None:
    """Install what is missing. Raises :class:`subprocess.CalledProcessError`; pip has said why."""
    if _stamped(PLACE) != _wanted():
        shutil.rmtree(PLACE, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(PLACE)], check=True)
        _pip("-r", str(_SHARED))
        (PLACE / _STAMP).write_text(_wanted())
    for client in CLIENTS:
        folder = _folder(client)
        if client.unfit or _stamped(folder) == client.requirement:
            continue
        shutil.rmtree(folder, ignore_errors=True)
        alone = () if client.beside else ("--no-deps",)
        _pip(*alone, "--target", str(folder), client.requirement, *client.beside)
        (folder / _STAMP).write_text(client.requirement)


def _pip(*arguments: str) -> None:
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *arguments], check=True)


def _folder(client: Client) -> Path:
    return PLACE / "only" / client.name


def _wanted() -> str:
    return hashlib.sha256(_SHARED.read_bytes()).hexdigest()


def _stamped(folder: Path) -> str:
    stamp = folder / _STAMP
    return stamp.read_text() if stamp.is_file() else ""


if __name__ == "__main__":
    install()
