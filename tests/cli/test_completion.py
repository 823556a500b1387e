"""Shell completion: the script is one that the shell takes, and it completes names and options."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from simulator.cli import main


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_printed_that_asks_the_command_itself(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])

    assert result.exit_code == 0, result.output
    assert f"_SIMULATOR_COMPLETE={shell}_complete" in result.output


def test_bash_takes_the_script() -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash on this machine")
    script = CliRunner().invoke(main, ["completion", "bash"]).output
    subprocess.run([bash, "-n"], input=script, text=True, check=True, timeout=30)


@pytest.mark.parametrize(
    ("words", "completed"),
    [("simulator sc", ["scenarios", "schema", "scenario"]), ("simulator completion z", ["zsh"])],
    ids=["a command", "an argument"],
)
def test_words_are_completed(words: str, completed: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from simulator.cli import main; main(prog_name='simulator')"],
        env={
            **os.environ,
            "_SIMULATOR_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert [line.partition(",")[2] for line in done.stdout.splitlines()] == completed
