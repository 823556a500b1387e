"""Shell completion: the script is one that the shell takes, and it completes names and options."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.testing import Simulator


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
    [
        pytest.param("simulator sc", ["scenarios", "schema", "scenario"], id="a command"),
        pytest.param("simulator completion z", ["zsh"], id="an argument"),
        pytest.param("simulator explain jquants-ou", ["jquants-outage", "jquants-ou"], id="a scenario, or a file"),
        pytest.param("simulator check jquants-ou", ["jquants-outage", "jquants-ou"], id="a scenario to check"),
        pytest.param(
            "simulator judge --scenarios a.yaml,jquants-ou",
            ["a.yaml,jquants-outage", "a.yaml,jquants-ou"],
            id="the last of a list",
        ),
        pytest.param(
            "simulator explain x --operation jquants.auth_",
            ["jquants.auth_user", "jquants.auth_refresh"],
            id="an operation",
        ),
        pytest.param("simulator clock advance --to id_", ["id_token_expires"], id="an event"),
        pytest.param("simulator serve --profile uid2=ob", ["uid2=observed"], id="a profile"),
        pytest.param("simulator token uid2 ref", ["refresh_token"], id="a kind of token"),
        pytest.param("simulator journal --url http://127.0.0.1:1 --rule x", [], id="a rule, where nothing runs"),
    ],
)
def test_words_are_completed(words: str, completed: list[str]) -> None:
    assert _completed(words) == completed


def _completed(words: str) -> list[str]:
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
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_what_runs_is_asked_for_its_rules_and_sandboxes() -> None:
    with Simulator(scenario="jquants-outage") as sim, sim.sandbox("nightly") as nightly:
        nightly.reset()
        for option, completed in (("--rule w", ["warming-up"]), ("--sandbox ni", ["nightly"])):
            assert _completed(f"simulator journal --url {sim.url} {option}") == completed
