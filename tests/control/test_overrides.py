"""One call overridden by a header: from this machine, and from elsewhere only when that was asked for."""

from __future__ import annotations

import pytest

from simulator.apis import discover
from simulator.core.model.call import WIRE_FAULTS, Reply, Request
from simulator.simulation import Simulation
from tests.service import Serve

ERROR = {"x-simulator-error": "uid2.server_error"}


def refresh(simulation: Simulation, client: str, headers: dict[str, str]) -> Reply:
    return simulation.answer(Request("GET", "/v1/token/refresh", "refresh_token=x", headers, client=client))


@pytest.mark.parametrize(
    ("client", "status"),
    [
        pytest.param("127.0.0.1", 500, id="loopback"),
        pytest.param("::1", 500, id="loopback, IPv6"),
        pytest.param("127.0.0.2", 500, id="another loopback"),
        pytest.param("::ffff:127.0.0.1", 500, id="loopback, as a server on :: sees IPv4"),
        pytest.param("", 500, id="in-process"),
        pytest.param("::ffff:192.0.2.7", 400, id="elsewhere, as a server on :: sees IPv4"),
        pytest.param("192.0.2.7", 400, id="elsewhere"),
        pytest.param("2001:db8::7", 400, id="elsewhere, IPv6"),
        pytest.param("127.0.0.1.example", 400, id="a name that looks like it"),
    ],
)
def test_only_this_machine_may_override(client: str, status: int) -> None:
    """From elsewhere the header is one that the service does not know: the answer is the faithful one."""
    simulation = Simulation(discover())
    assert refresh(simulation, client, ERROR).status == status
    faithful = refresh(simulation, client, {})
    if status == 400:
        assert refresh(simulation, client, ERROR).body == faithful.body
        assert refresh(simulation, client, ERROR).header("X-Simulator-Rule") is None


def test_from_anywhere_when_asked_for() -> None:
    simulation = Simulation(discover(), override_from_anywhere=True)
    assert refresh(simulation, "192.0.2.7", ERROR).status == 500


def test_a_proxy_header_makes_nobody_local() -> None:
    """The peer's own address counts, not what it says of itself."""
    claims = {
        "x-forwarded-for": "127.0.0.1",
        "x-real-ip": "127.0.0.1",
        "forwarded": "for=127.0.0.1",
        "host": "localhost",
    }
    assert refresh(Simulation(discover()), "192.0.2.7", {**ERROR, **claims}).status == 400


def test_an_override_is_marked_and_journalled(serve: Serve) -> None:
    service = serve()
    answer = service.get("/v1/token/refresh?refresh_token=x", headers={"X-Simulator-Error": "uid2.server_error"})
    assert (answer.status, answer.header("X-Simulator-Rule")) == (500, "x-simulator-error")
    (entry,) = service.simulation.sandboxes.get("default").journal.entries()
    assert (entry.rules, entry.error) == (("x-simulator-error",), "uid2.server_error")


def test_the_next_call_is_faithful_again(serve: Serve) -> None:
    service = serve()
    service.get("/v1/token/refresh?refresh_token=x", headers={"X-Simulator-Error": "uid2.server_error"})
    assert service.get("/v1/token/refresh?refresh_token=x").status == 400


def test_delay_and_fault_reach_the_delivery() -> None:
    simulation = Simulation(discover(), wire_faults=WIRE_FAULTS)
    reply = refresh(simulation, "127.0.0.1", {"x-simulator-delay": "1500ms", "x-simulator-fault": "reset"})
    assert reply.delivery.delay.total_seconds() == 1.5
    assert reply.delivery.fault is not None
    assert reply.delivery.fault.kind == "reset"


@pytest.mark.parametrize(
    ("header", "value", "says"),
    [
        ("X-Simulator-Error", "uid2.server_eror", 'Did you mean \\"uid2.server_error\\"?'),
        ("X-Simulator-Error", "jquants.server_error", "is not a named error of uid2"),
        ("X-Simulator-Delay", "1500", "1500ms"),
        ("X-Simulator-Fault", "resett", "reset"),
    ],
)
def test_what_cannot_be_meant_is_our_own_problem(serve: Serve, header: str, value: str, says: str) -> None:
    answer = serve().get("/v1/token/refresh?refresh_token=x", headers={header: value})
    assert (answer.status, answer.header("Content-Type")) == (400, "application/problem+json")
    assert says in answer.body.decode()
