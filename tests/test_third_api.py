"""A third API is one folder: it is found, served, refused and journalled with no line changed elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import simulator.apis
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call
from tests.service import Serve, Service

THIRD = Path(__file__).parent / "turnstile_api"


@pytest.fixture
def turnstile(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> Service:
    monkeypatch.setattr(simulator.apis, "__path__", [*simulator.apis.__path__, str(THIRD)])
    return serve()


def test_a_folder_is_all_it_takes_to_be_found(turnstile: Service) -> None:
    assert "turnstile" in turnstile.simulation.apis


def test_it_is_served_beside_the_others(turnstile: Service) -> None:
    api = turnstile.simulation.apis["turnstile"]
    world = turnstile.simulation.sandboxes.get("default").world("turnstile")
    ticket = api.mint(world, "ticket", "somebody", turnstile.clock.now()).token

    assert turnstile.post(f"/turnstile/enter?ticket={ticket}").status == 200

    turnstile.clock.advance(timedelta(days=1))
    refused = turnstile.post(f"/turnstile/enter?ticket={ticket}")
    assert (refused.status, refused.json) == (402, {"sorry": "buy a ticket"})


def test_its_own_gateway_answers_a_wrong_method(turnstile: Service) -> None:
    assert turnstile.get("/turnstile/enter").status == 405


def test_it_is_in_the_journal_and_its_ticket_is_not(turnstile: Service) -> None:
    api = turnstile.simulation.apis["turnstile"]
    sandbox = turnstile.simulation.sandboxes.get("default")
    ticket = api.mint(sandbox.world("turnstile"), "ticket", "somebody", turnstile.clock.now()).token
    turnstile.post(f"/turnstile/enter?ticket={ticket}")

    (entry,) = sandbox.journal.entries()
    assert (entry.operation, entry.status) == ("turnstile.enter", 200)
    assert ticket not in repr(entry)
    assert [event.name for event in sandbox.events(turnstile.clock.now())] == ["pass_expires"]


SCRIPT = """
version: 1
name: all-that-ask-who-calls
rules:
  - {when: {operation: turnstile.enter, subject: somebody, token: {state: valid}}, occurs: {every: 1, per: token},
     then: {revoke: token}}
"""


def test_an_operation_reads_each_call_once(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    """For matchers, counters, revocation, the operation itself and the journal."""
    monkeypatch.setattr(simulator.apis, "__path__", [*simulator.apis.__path__, str(THIRD)])
    plain = next(api for api in simulator.apis.discover() if api.name == "turnstile")
    read: list[Call] = []

    def counted(call: Call, world: Any) -> Credentials:
        read.append(call)
        return plain.operations[0].read(call, world)

    api = replace(plain, operations=(replace(plain.operations[0], read=counted),))
    service = serve(apis=(api,), scenario=SCRIPT)
    sandbox = service.simulation.sandboxes.get("default")
    ticket = api.mint(sandbox.world("turnstile"), "ticket", "somebody", service.clock.now()).token

    assert service.post(f"/turnstile/enter?ticket={ticket}").status == 200

    (entry,) = sandbox.journal.entries()
    assert (len(read), entry.token) == (1, service.simulation.recorder.fingerprint(ticket))
    assert sandbox.status_store("turnstile").revoked(ticket)
