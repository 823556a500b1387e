"""``simulator env``: lines that a shell evaluates, with the names that clients read."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from click.testing import CliRunner

from simulator.apis.uid2.subscription import Subscription
from simulator.cli import main
from simulator.testing import Simulator

HERE = "http://127.0.0.1:8080"


def _printed(*arguments: str) -> str:
    result = CliRunner(env={"SIMULATOR_URL": None, "SIMULATOR_PORT_FILE": None}).invoke(main, ["env", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_each_api_has_its_base_url_under_its_own_name() -> None:
    variables = json.loads(_printed("--format", "json"))

    assert variables["SIMULATOR_URL"] == HERE
    assert variables["JQUANTS_URL"] == variables["JQUANTS_API_BASE"] == f"{HERE}/v1"
    assert variables["UID2_URL"] == variables["UID2_BASE_URL"] == HERE
    assert variables["JQUANTS_API_MAIL_ADDRESS"] == "user@example.com"
    assert variables["UID2_API_KEY"] == "simulator-uid2-api-key"


def test_todays_names_are_there() -> None:
    """docs/sources/uid2-current.md §0: SDKs read UID2_… and EUID_…, samples UID_…"""
    variables = json.loads(_printed("--format", "json"))

    assert {variables[name] for name in ("UID_SERVER_BASE_URL", "UID_CLIENT_BASE_URL", "EUID_BASE_URL")} == {HERE}
    assert {variables[name] for name in ("UID_API_KEY", "EUID_API_KEY")} == {"simulator-uid2-api-key"}
    assert len({variables[name] for name in ("UID_CLIENT_SECRET", "UID2_SECRET_KEY", "EUID_SECRET_KEY")}) == 1
    assert variables["UID_CSTG_SUBSCRIPTION_ID"] == Subscription().subscription_id
    assert variables["UID_CSTG_SERVER_PUBLIC_KEY"] == Subscription().public_key


def test_a_sandbox_is_in_every_base_url() -> None:
    variables = json.loads(_printed("--format", "json", "--sandbox", "mine", "--url", "sim:9000"))

    assert variables["SIMULATOR_URL"] == "http://sim:9000"
    assert variables["SIMULATOR_SANDBOX"] == "mine"
    assert variables["JQUANTS_API_BASE"] == "http://sim:9000/sandbox/mine/v1"


def test_a_shell_evaluates_the_lines() -> None:
    """What it then has in its environment reaches the simulator."""
    with Simulator() as sim:
        script = f'{_printed("--url", sim.url)}\nprintf "%s\\n" "$JQUANTS_API_BASE" "$JQUANTS_API_PASSWORD"'
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, timeout=30)

        assert done.stdout.splitlines() == [sim.jquants_url, "password"]


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("sh", "export UID2_URL='http://a/it'\"'\"'s'"),
        ("fish", "set -gx UID2_URL 'http://a/it\\'s'"),
        ("powershell", "$env:UID2_URL = 'http://a/it''s'"),
        ("dotenv", "UID2_URL=http://a/it's"),
    ],
)
def test_values_are_quoted_as_the_shell_reads_them(shell: str, line: str) -> None:
    assert line in _printed("--url", "http://a/it's", "--shell", shell).splitlines()


def test_the_port_file_says_where_it_runs(tmp_path: os.PathLike[str]) -> None:
    place = f"{tmp_path}/port.json"
    with open(place, "w", encoding="utf-8") as file:  # noqa: PTH123 - a path as the environment has it
        json.dump({"url": "http://127.0.0.1:4711", "port": 4711, "pid": 1, "version": "0"}, file)
    result = CliRunner(env={"SIMULATOR_URL": None, "SIMULATOR_PORT_FILE": place}).invoke(main, ["env"])

    assert "export JQUANTS_API_BASE=http://127.0.0.1:4711/v1" in result.output.splitlines()
