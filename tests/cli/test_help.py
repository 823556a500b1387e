"""The help of every command, to the letter: what a newcomer reads first is not changed by accident.

``UPDATE_HELP=1 pytest tests/cli/test_help.py`` writes the files anew, after a change that is meant.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from simulator import __version__
from simulator.cli import main
from simulator.cli.options import colours
from tests.imports import imported_by

PINNED = Path(__file__).parent / "help"
CLICK = "8.5"
"""Whose layout the files have; every minor version of click lays help out in its own way."""
ESCAPE = "\x1b"


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, name
            yield from _commands(inner, (*path, name))


ALL = list(_commands(main))


def _help(path: tuple[str, ...]) -> str:
    result = CliRunner(env={"COLUMNS": "100"}).invoke(
        main, [*path, "--help"], prog_name="simulator", terminal_width=100
    )
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.skipif(not version("click").startswith(CLICK), reason=f"the help files have the layout of click {CLICK}")
@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(("simulator", *path)))
def test_help_is_as_pinned(path: tuple[str, ...]) -> None:
    pinned = PINNED / ("-".join(("simulator", *path)) + ".txt")
    if os.environ.get("UPDATE_HELP"):
        PINNED.mkdir(exist_ok=True)
        pinned.write_text(_help(path))

    assert _help(path) == pinned.read_text()


def test_no_help_is_kept_for_a_command_that_is_gone() -> None:
    assert {path.stem for path in PINNED.glob("*.txt")} == {"-".join(("simulator", *path)) for path in ALL}


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(("simulator", *path)))
def test_every_command_and_option_says_what_it_is_for(path: tuple[str, ...]) -> None:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found

    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not isinstance(parameter.type, click.Choice):
            assert parameter.help, parameter.name


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(main, ["--version"]).output == f"simulator {__version__}\n"


def test_every_flag_of_serve_is_an_environment_variable() -> None:
    serve = main.get_command(click.Context(main), "serve")
    assert serve is not None
    for parameter in serve.params:
        assert parameter.envvar == f"SIMULATOR_{str(parameter.name).upper()}"


@pytest.mark.parametrize("arguments", [["--help"], ["scenarios"], ["serve", "--port", "x"]], ids=" ".join)
def test_no_colours_where_nobody_looks(arguments: list[str]) -> None:
    """Through a pipe, and where NO_COLOR is set (https://no-color.org)."""
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.stdout or done.stderr
    assert ESCAPE not in done.stdout + done.stderr


def test_help_needs_no_flask_and_no_scenario_reader() -> None:
    """Whoever asks for help waits for imports alone."""
    found, printed = imported_by("from simulator.cli import main; main(['--help'], standalone_mode=False)")

    assert "Commands for a running simulator" in printed
    assert found.isdisjoint({"flask", "pydantic", "yaml", "cryptography"})


@pytest.mark.parametrize(
    ("terminal", "no_color", "coloured"),
    [(True, None, True), (True, "", True), (True, "1", False), (False, None, False)],
    ids=["a terminal", "an empty NO_COLOR", "NO_COLOR", "a pipe"],
)
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool, no_color: str | None, coloured: bool
) -> None:
    """An empty NO_COLOR counts as none, as the convention has it."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    if no_color is None:
        monkeypatch.delenv("NO_COLOR", raising=False)
    else:
        monkeypatch.setenv("NO_COLOR", no_color)

    assert colours() is coloured
