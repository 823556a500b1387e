"""A journal keeps to its bound however long the simulator runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from simulator.apis import discover
from simulator.control.dispatch import dispatch
from simulator.core.defaults import JOURNAL_BOUND
from simulator.core.model.call import Call, Issued, Reply, Request
from simulator.journal.entry import IssuedEntry
from simulator.journal.recorder import Recorder
from simulator.sandbox.config import SandboxConfig
from simulator.simulation import Simulation
from simulator.state.memory_journal import MemoryJournal

START = datetime(2024, 1, 4, tzinfo=UTC)
CALLS = 100_000


def test_a_hundred_thousand_calls_leave_the_newest_ten_thousand() -> None:
    """Entries and the tokens that were handed out; the numbers go on."""
    journal, recorder = MemoryJournal(JOURNAL_BOUND), Recorder(b"key")
    incoming = Request("POST", "/v1/token/auth_refresh", "refreshtoken=x", {"user-agent": "test/1"})
    call = Call("POST", incoming.path, incoming.raw_query, incoming.headers, b"", START)
    issued = Issued("id_token", "user@example.com", START, (("id_token_expires", START + timedelta(days=1)),), "token")
    reply = Reply(200, issued=(issued,))
    for _ in range(CALLS):
        number = journal.next_number()
        journal.append(
            recorder.entry(number, call, incoming, reply, api=None, operation="x", error="", rules=(), took=1)
        )
    entries = journal.entries()
    assert len(entries) == len(journal.issued()) == JOURNAL_BOUND == 10_000
    assert (entries[0].number, entries[-1].number) == (CALLS - JOURNAL_BOUND + 1, CALLS)


@pytest.mark.parametrize("calls", [49, 50, 51])
def test_the_bound_holds_call_by_call(calls: int) -> None:
    """One inside, at it, one past it."""
    simulation = Simulation(discover(), config=SandboxConfig(journal_bound=50))
    sandbox = simulation.sandboxes.get("default")
    token = simulation.apis["jquants"].mint(sandbox.world("jquants"), "refresh_token", "", sandbox.clock.now()).token
    for _ in range(calls):
        reply = simulation.answer(Request("POST", "/v1/token/auth_refresh", f"refreshtoken={token}", {}))
        assert reply.status == 200
    numbers = [entry.number for entry in sandbox.journal.entries()]
    assert numbers == list(range(max(1, calls - 49), calls + 1))
    assert len(sandbox.journal.issued()) == min(calls, 50)
    assert len(sandbox.events(sandbox.clock.now())) == min(calls, 50)


@pytest.mark.parametrize(
    ("calls", "status"),
    [pytest.param(3, 200, id="all are kept"), pytest.param(4, 422, id="one is forgotten")],
)
def test_nobody_verifies_what_is_forgotten(calls: int, status: int) -> None:
    """At most five came of an operation: that is not known once calls have fallen out of the journal."""
    simulation = Simulation(discover(), config=SandboxConfig(journal_bound=3))
    for _ in range(calls):
        simulation.answer(Request("POST", "/v1/token/auth_refresh", "", {}))
    asked = b'{"operation": "jquants.auth_refresh", "at_most": 5}'

    verified = dispatch(simulation, Request("POST", "/_simulator/verify", "", {}, asked))

    assert verified.status == status
    assert (b"Older ones are forgotten" in verified.body) is (status == 422)


@pytest.mark.parametrize(
    ("calls", "outcome"),
    [pytest.param(3, "pass", id="all are kept"), pytest.param(4, "inconclusive", id="one is forgotten")],
)
def test_no_report_says_what_is_expected_of_the_forgotten(calls: int, outcome: str) -> None:
    simulation = Simulation(discover(), config=SandboxConfig(journal_bound=3))
    expecting = b"version: 1\nname: x\nexpect: [{operation: jquants.auth_refresh, at_most: 5}]\nrules: []\n"
    assert dispatch(simulation, Request("PUT", "/_simulator/scenario", "", {}, expecting)).status == 200
    for _ in range(calls):
        simulation.answer(Request("POST", "/v1/token/auth_refresh", "", {}))

    report = json.loads(dispatch(simulation, Request("GET", "/_simulator/report", "", {})).body)

    assert [one["outcome"] for one in report["reports"][0]["expected"]] == [outcome]


def test_tokens_made_to_order_keep_to_the_bound_too() -> None:
    journal = MemoryJournal(5)
    for number in range(12):
        journal.remember(IssuedEntry("kind", str(number), "", 0, ()))
    assert [issued.token for issued in journal.issued()] == ["7", "8", "9", "10", "11"]
