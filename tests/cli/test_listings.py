"""The tables of the simulator as commands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from simulator.apis import discover
from simulator.cli import main
from simulator.report.verdicts import names


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="simulator")


def rows(*arguments: str) -> list[dict[str, Any]]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_every_operation_is_listed() -> None:
    listed = {(row["operation"], row["method"], row["path"]) for row in rows("operations")}
    assert listed == {
        (operation.name, ", ".join(operation.methods), operation.path)
        for api in discover()
        for operation in api.operations
    }


def test_every_named_error_is_listed_with_its_status() -> None:
    listed = {row["error"]: row["status"] for row in rows("errors")}
    assert set(listed) == {name for api in discover() for name in api.errors}
    assert listed["jquants.refreshtoken_invalid"] == "403"


def test_every_verdict_is_listed_with_its_question() -> None:
    listed = rows("verdicts")
    assert [row["verdict"] for row in listed] == list(names())
    assert all(row["question"].endswith("?") for row in listed)


@pytest.mark.parametrize("command", ["operations", "errors"])
def test_one_api_alone(command: str) -> None:
    first = {next(iter(row.values())).partition(".")[0] for row in rows(command, "--api", "uid2")}
    assert first == {"uid2"}
    refused = run(command, "--api", "uid3")
    assert (refused.exit_code, "Choose from jquants, uid2" in refused.stderr) == (2, True)


def test_a_table_has_a_line_for_each_row() -> None:
    lines = run("verdicts").stdout.splitlines()
    assert lines[0].split() == ["verdict", "question"]
    assert len(lines) == 1 + len(names())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["jugde"], 'no such command "jugde". Did you mean "judge"?'),
        (["clock", "advanec"], 'no such command "advanec". Did you mean "advance"?'),
        (["scenario", "lod"], 'no such command "lod". Did you mean "load"?'),
        (["xyzzy"], 'no such command "xyzzy".'),
        (["serve", "--prot", "1"], "--port"),
    ],
)
def test_a_misspelt_command_or_option_is_told_with_what_was_meant(arguments: list[str], says: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, says in result.stderr) == (2, True), result.stderr
