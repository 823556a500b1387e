"""Test programs under ``simulator judge``: what they call is judged, and they do not spoil it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from simulator.control.client import NotAsWantedError
from simulator.core.errors import UsageError
from simulator.testing import Handle, Simulator

RUN = "lost-answer"


@pytest.fixture
def judging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Handle]:
    """The sandbox of a run, and the environment that judge gives to the command."""
    with Simulator() as server:
        monkeypatch.setenv("SIMULATOR_URL", server.url)
        monkeypatch.setenv("SIMULATOR_JUDGED", RUN)
        yield server.sandbox(RUN)


def log_in(simulator: Handle) -> None:
    account = {"mailaddress": "user@example.com", "password": "password"}
    requests.post(f"{simulator.jquants_url}/token/auth_user", json=account, timeout=10).raise_for_status()


def test_a_simulator_without_arguments_is_the_run_s_sandbox(judging: Handle) -> None:
    with Simulator() as simulator:
        assert simulator.url == judging.url
        log_in(simulator)
    assert [call.operation for call in judging.journal] == ["jquants.auth_user"]


@pytest.mark.parametrize(
    "options", [{"scenario": "jquants-outage"}, {"clock": "2024-01-04T00:00:00Z"}, {"serve": False}]
)
def test_a_simulator_that_begins_otherwise_is_one_of_its_own(judging: Handle, options: dict[str, object]) -> None:
    with Simulator(**options) as simulator:
        assert not simulator.url.startswith(judging.url)


def test_a_test_sees_its_own_calls_alone_and_deletes_none(judging: Handle) -> None:
    with Simulator() as first:
        log_in(first)
    with Simulator() as second:
        second.verify(operation="jquants.auth_user", count=0)
        log_in(second)
        second.verify(operation="jquants.auth_user", count=1)
        assert len(second.calls("jquants.auth_user")) == 1
        second.reset()
        assert len(second.journal) == 0
        with pytest.raises((AssertionError, NotAsWantedError)):
            second.verify(operation="jquants.auth_user", count=1)
        second.discard()
    assert len(judging.journal) == 2


def test_the_run_s_scenario_stays(judging: Handle) -> None:
    with Simulator() as simulator:
        with pytest.raises(UsageError, match="cannot be loaded under simulator judge"):
            simulator.load("jquants-outage")
        with pytest.raises(UsageError, match="cannot be cleared under simulator judge"):
            simulator.unload()


def test_outside_of_judge_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIMULATOR_JUDGED", raising=False)
    with Simulator() as simulator:
        assert simulator.name == "default"
        assert simulator.judged() is None
