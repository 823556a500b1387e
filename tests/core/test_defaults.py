"""The command line, the Python API and the control client start from the same defaults."""

from __future__ import annotations

import inspect
from datetime import timedelta

from simulator.app import create_server
from simulator.cli.healthcheck import healthcheck
from simulator.cli.serve import serve
from simulator.control.client import DEFAULT_SANDBOX
from simulator.core.duration import parse_duration
from simulator.sandbox.config import DEFAULT, SandboxConfig, SandboxLimits
from simulator.server import Server

OPTIONS = {option.name: option.default for option in serve.params}


def test_serve_without_options_listens_where_the_python_api_does() -> None:
    (healthcheck_port,) = [option.default for option in healthcheck.params if option.name == "port"]
    for function in (create_server, Server):
        defaults = {name: given.default for name, given in inspect.signature(function).parameters.items()}
        assert (defaults["host"], defaults["port"]) == (OPTIONS["host"], OPTIONS["port"]) == ("127.0.0.1", 8080)
    assert healthcheck_port == OPTIONS["port"]


def test_serve_without_options_has_the_limits_of_the_python_api() -> None:
    limits = SandboxLimits()

    assert OPTIONS["max_sandboxes"] == limits.count == 1_000
    assert parse_duration(OPTIONS["sandbox_idle"]) == limits.idle == timedelta(hours=1)
    assert OPTIONS["journal_size"] == SandboxConfig().journal_bound == 10_000


def test_a_client_asks_for_the_sandbox_without_a_prefix() -> None:
    assert DEFAULT_SANDBOX == DEFAULT == "default"
