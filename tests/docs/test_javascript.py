"""docs/javascript.md: its files run as they stand, under node and in Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from simulator.testing import Simulator

PAGE = (Path(__file__).parents[2] / "docs" / "javascript.md").read_text()
FILES = dict(re.findall(r"```js\n// (\S+)\n(.*?)```", PAGE, re.DOTALL))
NODE = shutil.which("node")


def node_version() -> int:
    if NODE is None:
        return 0
    shown = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
    return int(shown.lstrip("v").partition(".")[0])


def test_the_helper_is_short() -> None:
    assert len([line for line in FILES["simulator.mjs"].splitlines() if line.strip()]) <= 17


@pytest.mark.skipif(node_version() < 20, reason="node 20 or newer runs the examples")
@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".test.mjs")])
def test_an_example_passes_under_node(name: str, tmp_path: Path) -> None:
    assert NODE is not None
    for file, text in FILES.items():
        (tmp_path / file).write_text(text)
    with Simulator(profile={"jquants": "observed", "uid2": "current"}) as sim:
        done = subprocess.run(
            [NODE, "--test", name],
            cwd=tmp_path,
            env={**os.environ, "SIMULATOR_URL": sim.url},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"^# pass 1$", done.stdout, re.M), done.stdout
