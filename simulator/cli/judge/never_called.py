"""The message for a command that never called the simulator: the likely cause, and the right addresses."""

from __future__ import annotations

import shlex
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from simulator.core.defaults import JUDGED_VARIABLE
from simulator.core.errors import SimulatorError

if TYPE_CHECKING:
    from simulator.journal.entry import Entry
    from simulator.report.client_run import ProcessResult

_LINES: Final = 12
"""The number of lines shown of the command's output."""
_WIDE: Final = 200
"""The most characters of each line."""
_PATHS: Final = 4
_SECRETS: Final = ("TOKEN", "KEY", "SECRET", "PASSWORD")
"""Parts of the names of variables with secrets."""
_LINE: Final = 80
_INDENT: Final = " " * 4


class NotJudgedError(SimulatorError):
    """The client made no call that can be judged."""

    exit_code = 2


def never_called(
    command: Sequence[str],
    result: ProcessResult,
    environment: Mapping[str, str],
    *,
    strays: Sequence[Entry] = (),
    elsewhere: Sequence[Entry] = (),
    handshakes: Sequence[str] = (),
) -> NotJudgedError:
    """The error for a run without a call to an API.

    strays: calls of its sandbox that belong to no API. elsewhere: calls to the server outside its sandbox.
    handshakes: why TLS handshakes failed.
    """
    sections = [
        "your command never called the simulator, so nothing was judged.",
        f"  {shlex.join(command)}\n  {_ended(result)}",
        *_calls("It called paths of no API:", strays),
        *_calls("It called the server, but not its sandbox (use the whole URL of a variable below):", elsewhere),
        *_handshakes(handshakes),
        *_variables(environment),
        *_output(result.output),
        "NOT JUDGED: the command never called the simulator.",
    ]
    return NotJudgedError("\n".join(sections))


def _ended(result: ProcessResult) -> str:
    if result.stopped_us:
        return f"was stopped at its limit, after {result.took.total_seconds():.1f} s"
    how = (
        f"ended by signal {-result.exit_status}" if result.exit_status < 0 else f"ended with exit {result.exit_status}"
    )
    return f"{how} after {result.took.total_seconds():.1f} s"


def _calls(heading: str, entries: Sequence[Entry]) -> list[str]:
    counted = Counter(f"{entry.method} {entry.path} {entry.status}" for entry in entries)
    lines = [f"    {said}" + (f"  ({number} times)" if number > 1 else "") for said, number in counted.items()]
    more = [f"    … and {len(lines) - _PATHS} more"] if len(lines) > _PATHS else []
    return ["\n".join([f"  {heading}", *lines[:_PATHS], *more])] if lines else []


def _handshakes(failures: Sequence[str]) -> list[str]:
    if not failures:
        return []
    reasons = ", ".join(reason.replace("_", " ").lower() for reason in dict.fromkeys(failures))
    return [
        f"  TLS handshakes that failed: {len(failures)} ({reasons}).",
        "  The client has to trust the CA in the file that SSL_CERT_FILE names.",
    ]


def _output(text: str) -> list[str]:
    lines = [line[:_WIDE] for line in text.splitlines() if line.strip()]
    if not lines:
        return ["  It wrote nothing."]
    shown = "\n".join(f"    {line}" for line in lines[-_LINES:])
    return [f"  Its last output:\n{shown}"]


def _variables(environment: Mapping[str, str]) -> list[str]:
    """Names with their value, those of one value together; values of secrets are not shown."""
    names: dict[str, list[str]] = {}
    for name, value in environment.items():
        if name != JUDGED_VARIABLE:
            names.setdefault("" if any(part in name for part in _SECRETS) else value, []).append(name)
    lines = [_row(several, value) for value, several in names.items() if value]
    return ["  It has to read where to call from its environment:", *lines, _row(names.get("", []), "…")]


def _row(names: Sequence[str], value: str) -> str:
    wrapped = textwrap.wrap(", ".join(names), _LINE, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return "\n".join([*wrapped, f"{_INDENT}    = {value}"])
