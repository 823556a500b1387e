"""Run a client's driver once, in its own environment, and read what it printed."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from clients.catalogue import Client
from clients.environment import command, variables
from simulator.apis import discover
from simulator.cli.env import environment
from simulator.report.crash_line import crash_line
from simulator.testing import Handle

LIMIT: Final = timedelta(seconds=90)
"""Longer than any story takes."""


@dataclass(frozen=True, slots=True)
class Driven:
    """What one run printed.

    steps: what came of each step. waits: seconds that the client slept, or wanted to sleep.
    exit_status, crash: of its process; the last line of its traceback, or "".
    """

    steps: tuple[Mapping[str, Any], ...]
    waits: tuple[float, ...]
    exit_status: int
    crash: str

    def of(self, step: str) -> list[Mapping[str, Any]]:
        """The outcomes of the steps of this name."""
        return [outcome for outcome in self.steps if outcome["step"].partition(":")[0] == step]


def drive(
    client: Client,
    simulator: Handle,
    *steps: str,
    pace: str = "virtual",
    ca_file: Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> Driven:
    """Drive a client through the steps; its own ones when there are none.

    pace: ``virtual``, or ``real`` for a client that really sleeps. ca_file: what it is to trust.
    settings: more of its environment; an empty value takes a variable away.
    Raises AssertionError with what the process wrote when it printed no outcome.
    """
    root, _, sandbox = simulator.url.partition("/sandbox/")
    given = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("JQUANTS", "UID2", "SIMULATOR"))},
        **(environment(discover(), root, sandbox) if sandbox else environment(discover(), root)),
        **variables(client),
        "CLIENT_PACE": pace,
        **({"REQUESTS_CA_BUNDLE": str(ca_file), "SSL_CERT_FILE": str(ca_file)} if ca_file else {}),
        **(settings or {}),
    }
    ran = subprocess.run(
        command(client, *steps),
        env={name: value for name, value in given.items() if value},
        capture_output=True,
        text=True,
        timeout=LIMIT.total_seconds(),
        check=False,
    )
    lines = ran.stdout.strip().splitlines()
    assert lines, f"{client.name} printed nothing:\n{ran.stderr}"
    said = json.loads(lines[-1])
    return Driven(tuple(said["steps"]), tuple(said["waits"]), ran.returncode, crash_line(ran.stderr))
