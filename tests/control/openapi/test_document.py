"""The OpenAPI document says what is there, and nothing that is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

import simulator.apis
from simulator.apis import discover
from simulator.control.endpoints import ENDPOINTS
from simulator.report.citations import REPOSITORY
from tests.control.conftest import Control
from tests.service import Serve

THIRD = Path(__file__).parents[2] / "turnstile_api"
METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


@pytest.fixture
def document(control: Control) -> dict[str, Any]:
    found: dict[str, Any] = control.ok("GET", "openapi.json")
    return found


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document, cls=OpenAPIV31SpecValidator)


def test_every_operation_of_every_api_is_there(document: dict[str, Any]) -> None:
    described = operations(document)
    for api in discover():
        for operation in api.operations:
            for method in operation.methods:
                assert described[method, operation.path]["operationId"].startswith(operation.name)
                assert described[method, operation.path]["tags"] == [api.name]


def test_every_endpoint_of_the_control_plane_is_there_and_nothing_else(document: dict[str, Any]) -> None:
    described = {place for place, operation in operations(document).items() if operation["tags"] == ["simulator"]}
    assert described == {
        (endpoint.method, "/_simulator" + endpoint.path.replace("<part>", "{name}")) for endpoint in ENDPOINTS
    }


def test_a_description_links_to_its_sources(document: dict[str, Any]) -> None:
    """A reader of the document has no ``docs`` folder."""
    described = {one["operationId"]: one.get("description", "") for one in operations(document).values()}

    assert f"{REPOSITORY}docs/sources/jquants.md#0.1" in described["jquants.auth_refresh"]
    assert [name for name, text in described.items() if re.search(r"docs/sources/[\w-]+\.md §", text)] == []


def test_every_id_is_there_once(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(document).values()]
    assert len(ids) == len(set(ids))


def test_every_named_error_stands_under_its_status(document: dict[str, Any]) -> None:
    refresh = document["paths"]["/v1/token/auth_refresh"]["post"]["responses"]
    assert "`jquants.refreshtoken_invalid`" in refresh["403"]["description"]
    assert "`jquants.server_error`" in refresh["500"]["description"]
    assert "`uid2.optout`" in document["paths"]["/v1/token/refresh"]["get"]["responses"]["200"]["description"]


def test_statuses_are_those_of_the_profile(serve: Serve) -> None:
    observed = Control(serve(profile="observed")).ok("GET", "openapi.json")
    refresh = observed["paths"]["/v1/token/auth_refresh"]["post"]["responses"]
    assert "`jquants.refreshtoken_invalid`" in refresh["400"]["description"]


def test_a_sandbox_describes_itself(control: Control) -> None:
    inside = control.inside("a").ok("GET", "openapi.json")
    assert inside["servers"] == [{"url": "/sandbox/a"}]
    assert "/_simulator/clock" in inside["paths"]
    assert not [path for path in inside["paths"] if path.startswith("/_simulator/sandboxes")]
    validate(inside, cls=OpenAPIV31SpecValidator)


def test_a_third_api_is_described_by_its_tables_alone(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulator.apis, "__path__", [*simulator.apis.__path__, str(THIRD)])
    found = Control(serve()).ok("GET", "openapi.json")
    enter = found["paths"]["/turnstile/enter"]["post"]
    assert [parameter["name"] for parameter in enter["parameters"]] == ["ticket"]
    assert "`turnstile.no_ticket`" in enter["responses"]["402"]["description"]
    assert {"name": "turnstile"}.items() <= next(t for t in found["tags"] if t["name"] == "turnstile").items()
    validate(found, cls=OpenAPIV31SpecValidator)


def test_no_secret_of_the_default_world_is_an_example(control: Control) -> None:
    text = control.send("GET", "openapi.json").body.decode()
    for secret in ("simulator-uid2-api-key", "simulator-uid2-client-secret", "c2ltdWxhdG9y", "the secret of the test"):
        assert secret not in text
    assert re.findall(r"[\w.+-]+@[\w-]+\.\w+", text) == []
    for field in (field for api in discover() for operation in api.operations for field in operation.fields):
        text = text.replace(f"`{field}`", "")  # some columns have long names
    assert re.findall(r"[A-Za-z0-9+/=_-]{60,}", text.replace(REPOSITORY, "")) == []


def conforms(document: dict[str, Any], name: str, instance: object) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    OAS31Validator(schema).validate(instance)


def test_journal_report_and_problems_are_as_described(control: Control, document: dict[str, Any]) -> None:
    """Entries with issued tokens, faults, changes and strays; every member of an entry is in its schema."""
    control.ok("PUT", "scenario", {"name": "jquants-token-missing"})
    login = "/v1/token/auth_user"
    answered = control.service.send("POST", login, body=b'{"mailaddress": "user@example.com", "password": "password"}')
    for token in ("x", answered.json["refreshToken"], quote(answered.json["refreshToken"])):
        control.service.post(f"/v1/token/auth_refresh?refreshtoken={token}")
        control.service.post(login)
    entries = control.ok("GET", "journal")["entries"]
    assert any(entry.get("issued") for entry in entries)
    assert any(entry.get("changes") for entry in entries)
    for entry in entries:
        conforms(document, "JournalEntry", entry)
    conforms(document, "Report", control.ok("GET", "report"))
    for problem in (
        control.refused(400, "PUT", "clock", {"at": 5, "colour": 1}),
        control.refused(404, "GET", "nothing"),
        control.refused(422, "PUT", "scenario", {"version": 2}),
        control.refused(422, "POST", "verify", {"operation": "uid2.token_refresh", "count": 1}),
        control.refused(409, "POST", "clock/advance", {"by": "-1s"}),
    ):
        conforms(document, "Problem", problem)


def test_each_operation_lists_its_own_parameters(document: dict[str, Any]) -> None:
    def names(method: str, path: str) -> list[str]:
        return [parameter["name"] for parameter in document["paths"][path][method]["parameters"]]

    assert names("post", "/v1/token/auth_user") == []
    assert names("post", "/v1/token/auth_refresh") == ["refreshtoken"]
    assert names("get", "/v1/markets/trading_calendar") == ["from", "to", "holidaydivision"]
    assert names("get", "/v1/token/refresh") == ["refresh_token"]
    assert "`idToken`" in document["paths"]["/v1/token/auth_refresh"]["post"]["responses"]["200"]["description"]
