"""A live server holds what its OpenAPI document promises, whatever it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from simulator.apis import discover
from simulator.app import create_server
from simulator.control.endpoints import ENDPOINTS
from simulator.core.http.problem import CONTENT_TYPE
from simulator.core.model.call import WIRE_FAULTS
from simulator.server import Server
from simulator.simulation import Simulation

pytestmark = pytest.mark.slow

CONTROL = [(endpoint.method, "/_simulator" + endpoint.path.replace("<part>", "{name}")) for endpoint in ENDPOINTS]
APIS = [(method, operation.path) for api in discover() for operation in api.operations for method in operation.methods]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with create_server(Simulation(discover(), wire_faults=WIRE_FAULTS), port=0) as running:
        yield running


@pytest.fixture(scope="module")
def schema(server: Server) -> Any:
    import schemathesis

    return schemathesis.openapi.from_url(f"{server.url}/_simulator/openapi.json")


def explore(
    schema: Any, method: str, path: str, examples: int, try_one: Callable[[Any], None], *, allowed: bool = True
) -> None:
    """Some requests that the document allows, or forbids; the same ones on every machine."""
    from schemathesis import GenerationMode

    mode = GenerationMode.POSITIVE if allowed else GenerationMode.NEGATIVE

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        try_one(case)

    tried()


@pytest.mark.parametrize(("method", "path"), CONTROL)
def test_the_control_plane_answers_as_described(schema: Any, method: str, path: str) -> None:
    """Every status, type and schema is one that the document names, and nothing brings it down."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    held = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]
    examples = 2 if path.endswith("/await") else 25  # no call comes, so that each waits for the whole time
    explore(schema, method, path, examples, lambda case: case.call_and_validate(checks=held))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (each.method, f"/_simulator{each.path.replace('<part>', '{name}')}")
        for each in ENDPOINTS
        if each.takes and "await" not in each.path
    ],
)
def test_the_control_plane_refuses_what_is_not_described(schema: Any, method: str, path: str) -> None:
    """Bodies of wrong types, with unknown members, without what is demanded: each a problem that says so."""
    from schemathesis.core import NotSet

    def try_one(case: Any) -> None:
        response = case.call()
        if path.endswith("/release") and isinstance(case.body, NotSet):
            return  # no body releases all: it is described
        assert response.status_code == 400, (case.body, response.text)
        assert response.headers["content-type"] == [CONTENT_TYPE]
        assert response.json()["detail"]

    explore(schema, method, path, 40, try_one, allowed=False)


@pytest.mark.parametrize(("method", "path"), APIS)
def test_the_apis_answer_as_themselves(schema: Any, method: str, path: str) -> None:
    """A service may answer 500 of its own; the simulator's own failure is a problem document, and never comes."""

    def try_one(case: Any) -> None:
        response = case.call()
        assert response.headers.get("content-type") != [CONTENT_TYPE], response.text
        assert response.headers.get("date")

    explore(schema, method, path, 6, try_one)
