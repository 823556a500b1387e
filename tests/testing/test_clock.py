"""The sandbox's time and the test process's own, moved together by freezegun and by time-machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import freezegun
import pytest
import time_machine

from simulator.core.errors import UsageError
from simulator.testing import Handle, Simulator
from tests.testing.clients import refresh

START = datetime(2024, 1, 4, tzinfo=UTC)


def test_freezegun_is_taken_along(sandbox: Handle) -> None:
    with freezegun.freeze_time("2030-01-01") as frozen:
        sandbox.clock.take_along(frozen)
        assert datetime.now(UTC) == START

        sandbox.clock.advance("25h")
        assert datetime.now(UTC) == sandbox.clock.now() == START + timedelta(hours=25)


def test_time_machine_is_taken_along(sandbox: Handle) -> None:
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as traveller:
        sandbox.clock.take_along(traveller)
        sandbox.clock.set(START + timedelta(days=8))

        assert datetime.now(UTC) == sandbox.clock.now() == START + timedelta(days=8)


def test_an_edge_is_reached_by_both(sandbox: Handle) -> None:
    with freezegun.freeze_time(START) as frozen:
        sandbox.clock.take_along(frozen)
        refresh(sandbox, sandbox.token("jquants", "refresh_token"))
        sandbox.clock.advance_to("id_token_expires")

        assert datetime.now(UTC) == sandbox.clock.now() == START + timedelta(days=1)


def test_nobody_is_taken_along_any_more_when_none_is_named(sandbox: Handle) -> None:
    with freezegun.freeze_time(START) as frozen:
        sandbox.clock.take_along(frozen)
        sandbox.clock.take_along()
        sandbox.clock.advance("1h")

        assert datetime.now(UTC) == START


def test_an_untouched_sandbox_here_lives_in_the_processs_time() -> None:
    with Simulator() as sim, freezegun.freeze_time(START) as frozen:
        token = sim.token("jquants", "refresh_token")
        frozen.tick(timedelta(days=7) - timedelta(seconds=1))
        assert refresh(sim, token).status_code == 200

        frozen.tick(timedelta(seconds=1))
        assert refresh(sim, token).status_code == 403


def test_a_delayed_answer_comes_though_the_process_stands_still() -> None:
    """Freezegun stops the clock that an event loop lives by; the server's own must go on, and stop in time."""
    with freezegun.freeze_time(START), Simulator() as sim:
        sim.load({"rules": [{"id": "slow", "then": {"delay": "10ms"}}]})
        assert refresh(sim, "never-issued").status_code == 403


@pytest.mark.parametrize("bare", [25, 1.5, None])
def test_a_number_without_a_unit_is_refused_in_our_words(bare: Any) -> None:
    with Simulator(serve=False) as sim:
        with pytest.raises(UsageError, match=rf"clock: {bare} is not a duration\. Give \"{bare}h\" or a timedelta"):
            sim.clock.advance(bare)
        with pytest.raises(UsageError, match=rf"clock: {bare} is not a moment"):
            sim.clock.set(bare)
