"""The control plane, described by its table of endpoints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from simulator.control.endpoint import Endpoint
from simulator.control.inputs import schema_of
from simulator.core.http.problem import CONTENT_TYPE
from simulator.sandbox.routing import CONTROL_PREFIX

Described = dict[str, Any]
TAG: Final = "simulator"
TOKEN: Final = "controlToken"
_JSON: Final = "application/json"
_OTHER: Final = {"description": "Text, or JSON with a schema of its own."}
_ALWAYS: Final = {
    400: "The request is invalid.",
    401: "A control token is required.",
    403: "A page of another origin, a foreign host name, or a control plane that is off.",
}


def paths(endpoints: Iterable[Endpoint]) -> dict[str, Described]:
    """``{"/_simulator/clock": {"get": {…}, "put": {…}}}`` for every endpoint."""
    found: dict[str, Described] = {}
    for endpoint in endpoints:
        path = CONTROL_PREFIX + endpoint.path.replace("<part>", "{name}")
        found.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint)
    return found


def _operation(endpoint: Endpoint) -> Described:
    words = endpoint.path.replace("<part>", "one").strip("/").replace("/", "_").replace(".", "_")
    described: Described = {
        "operationId": f"{endpoint.method.lower()}_{words}",
        "tags": [TAG],
        "summary": endpoint.summary,
        "security": [{}, {TOKEN: []}],
        "parameters": _parameters(endpoint.query),
    }
    if "<part>" in endpoint.path:
        name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        described["parameters"].append(name)
    if endpoint.text:
        described["requestBody"] = {
            "required": True,
            "description": endpoint.text,
            "content": {"application/yaml": {"schema": {"type": "string"}}, "application/json": {}},
        }
    elif endpoint.takes or endpoint.method == "POST":
        described["requestBody"] = _body(endpoint.takes)
    described["responses"] = _responses(endpoint)
    return described


def _parameters(model: str) -> list[Described]:
    schema = schema_of(model)
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": member["description"],
            "schema": {key: value for key, value in member.items() if key != "description"},
        }
        for name, member in schema["properties"].items()
    ]


def _body(model: str) -> Described:
    schema = schema_of(model)
    return {"required": "required" in schema, "content": {"application/json": {"schema": schema}}}


def _responses(endpoint: Endpoint) -> Described:
    described: Described = {}
    for status, schema in endpoint.answers.items():
        described[str(status)] = {"description": endpoint.summary}
        if schema is not None:
            described[str(status)]["content"] = {
                media: {"schema": schema if media == _JSON else _OTHER}
                for media in (kind.partition(";")[0] for kind in endpoint.media)
            }
    for status, about in sorted({**_ALWAYS, **endpoint.problems}.items()):
        described[str(status)] = {
            "description": about,
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return described
