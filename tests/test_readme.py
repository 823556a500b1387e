"""The README is the first test a user runs, so it is ours as well: every command, every line it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import NamedTuple

import pytest

from simulator.apis import discover
from simulator.app import create_server
from simulator.core.model.call import WIRE_FAULTS
from simulator.server import Server
from simulator.simulation import Simulation

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "deploy" / "README.md", ROOT / "bench" / "README.md"]
RULE_HEADER = "\x1e"


class Shell(NamedTuple):
    """A shell without its settings, and how it names the status of the last command."""

    name: str
    command: tuple[str, ...]
    status: str


SHELLS = (
    Shell("bash", ("bash", "--norc", "-uo", "pipefail", "-c"), "$?"),
    Shell("zsh", ("zsh", "-f", "-uo", "pipefail", "-c"), "$?"),
    Shell("fish", ("fish", "--no-config", "-c"), "$status"),
)


def needs(shell: Shell) -> pytest.MarkDecorator:
    reason = f"{shell.name} is not installed; .ci/system-packages installs it on Debian and Ubuntu"
    return pytest.mark.skipif(which(shell.name) is None, reason=reason)


def blocks(language: str, page: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.S | re.M)


def environment(server: Server) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "SIMULATOR_URL": server.url, "COLUMNS": "80"}


def commands(block: str) -> list[tuple[str, str]]:
    """(command, printed) pairs; a command begins with ``$ ``."""
    found = re.findall(r"^\$ (.*?)\n((?:(?!\$ ).*\n)*)", block, re.M)
    return [(command, printed) for command, printed in found]


@pytest.fixture
def server() -> Iterator[Server]:
    with create_server(Simulation(discover(), wire_faults=WIRE_FAULTS), port=0) as running:
        yield running


def narrow(text: str) -> str:
    """A table's columns are as wide as what is in them, so their gaps are not compared."""
    return re.sub(" +", " ", text).strip()


def here(text: str, server: Server) -> str:
    return text.replace("http://127.0.0.1:8080", server.url)


@pytest.mark.parametrize("shell", [pytest.param(shell, id=shell.name, marks=needs(shell)) for shell in SHELLS])
def test_every_command_prints_what_the_page_says(shell: Shell, server: Server, tmp_path: Path) -> None:
    for sample in [*blocks("yaml"), *blocks("python")]:
        name = sample.partition("\n")[0].removeprefix("# ")
        if re.fullmatch(r"[\w.]+", name):
            (tmp_path / name).write_text(sample)
    pairs = [pair for block in blocks("console") for pair in commands(block)]
    assert len(pairs) > 10
    script = "".join(
        f"{here(command, server)}\nprintf '{RULE_HEADER}%s{RULE_HEADER}' {shell.status}\n" for command, _ in pairs
    )

    ran = subprocess.run(
        [*shell.command, script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=180, check=True,
        env=environment(server), cwd=tmp_path,
    )  # fmt: skip

    printed = ran.stdout.split(RULE_HEADER)
    assert len(printed) == 2 * len(pairs) + 1, ran.stdout
    others = []
    for (command, promised), got, code in zip(pairs, printed[::2], printed[1::2], strict=False):
        pattern = ".*".join(re.escape(part) for part in narrow(here(promised, server)).split("…"))
        failed = re.match(r"curl: \((\d+)\)", promised)
        if not re.fullmatch(pattern, narrow(got), re.S) or code != (failed[1] if failed else "0"):
            others.append(f"$ {command}\n{got}exit {code}")
    assert others == []


def test_commands_can_be_pasted_into_any_shell() -> None:
    """In zsh a pasted comment is an argument; zsh and older fish expand an unquoted question mark."""
    lines = [
        f"{page.name}: {line}"
        for page in PAGES
        for block in blocks("sh", page.read_text()) + blocks("console", page.read_text())
        for line in block.splitlines()
        if not line.startswith("#")
        and re.search(r"\s#\s|http\S*\?", re.sub(r"'[^']*'|\"[^\"]*\"", "", line.removeprefix("$ ")))
    ]
    assert lines == []


def test_every_python_sample_runs(server: Server) -> None:
    samples = [sample for sample in blocks("python") if not sample.startswith("# ")]
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
