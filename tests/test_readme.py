"""The README is the first test a user runs, so it is ours as well: every command, every line it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.apis import discover
from simulator.app import create_server
from simulator.core.model.call import WIRE_FAULTS
from simulator.server import Server
from simulator.simulation import Simulation

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
RULE_HEADER = "\x1e"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.S | re.M)


def commands(block: str) -> list[tuple[str, str]]:
    """(command, printed) pairs; a command begins with ``$ ``."""
    found = re.findall(r"^\$ (.*?)\n((?:(?!\$ ).*\n)*)", block, re.M)
    return [(command, printed) for command, printed in found]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with create_server(Simulation(discover(), wire_faults=WIRE_FAULTS), port=0) as running:
        yield running


def narrow(text: str) -> str:
    """A table's columns are as wide as what is in them, so their gaps are not compared."""
    return re.sub(" +", " ", text).strip()


def here(text: str, server: Server) -> str:
    return text.replace("http://127.0.0.1:8080", server.url)


def test_every_command_prints_what_the_page_says(server: Server, tmp_path: Path) -> None:
    for sample in blocks("yaml"):
        name = sample.partition("\n")[0].removeprefix("# ")
        (tmp_path / name).write_text(sample)
    pairs = [pair for block in blocks("console") for pair in commands(block)]
    assert len(pairs) > 10
    script = "".join(f"{here(command, server)}\nprintf '{RULE_HEADER}'\n" for command, _ in pairs)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "SIMULATOR_URL": server.url}
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True, text=True, timeout=60, check=False, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    printed = ran.stdout.split(RULE_HEADER)
    assert len(printed) == len(pairs) + 1
    for (command, promised), got in zip(pairs, printed, strict=False):
        pattern = ".*".join(re.escape(part) for part in narrow(here(promised, server)).split("…"))
        assert re.fullmatch(pattern, narrow(got), re.S), f"$ {command}\n{got}"


def test_every_python_sample_runs(server: Server) -> None:
    samples = [sample for sample in blocks("python") if "def test_" not in sample]
    assert samples
    for sample in samples:
        exec(compile(here(sample, server), "README.md", "exec"), {})


def test_the_sample_test_passes_as_it_stands(pytester: pytest.Pytester) -> None:
    (sample,) = [sample for sample in blocks("python") if "def test_" in sample]
    pytester.makepyfile(sample)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_every_page_that_is_linked_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).is_file(), target


def test_the_make_targets_of_the_page_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", "\n".join(blocks("sh")), re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target
