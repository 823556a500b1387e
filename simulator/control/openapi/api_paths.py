"""Describes simulated APIs from their tables alone, so that a new API is described as soon as it is served."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from types import FunctionType
from typing import Any, Final

from simulator.core.model.api import UNREAD, Api, Operation, World
from simulator.core.model.call import Call
from simulator.report.citations import plain
from simulator.sandbox.sandbox import Sandbox

Described = dict[str, Any]
_JSON: Final = "application/json"
_BODIES: Final = frozenset({"POST", "PUT", "PATCH"})


def about(api: Api[Any]) -> str:
    """The description of an API: the first line of its package's docstring."""
    package = sys.modules[sys.modules[api.settings.__module__].__package__ or api.settings.__module__]
    return (inspect.getdoc(package) or api.name).partition("\n")[0]


def paths(apis: Iterable[Api[Any]], sandbox: Sandbox) -> dict[str, Described]:
    """``{"/v1/token/refresh": {"get": {…}}}`` for every operation."""
    found: dict[str, Described] = {}
    for api in apis:
        answers = _responses(api, sandbox)
        for operation in api.operations:
            for method in operation.methods:
                found.setdefault(operation.path, {})[method.lower()] = _operation(api, operation, method, answers)
    return found


def _operation(api: Api[Any], operation: Operation[Any], method: str, answers: Described) -> Described:
    summary, description = _told(operation)
    several = len(operation.methods) > 1
    described: Described = {
        "operationId": f"{operation.name}.{method.lower()}" if several else operation.name,
        "tags": [api.name],
        "summary": summary,
        "description": description,
        "security": [],
        "parameters": _parameters(api, operation),
    }
    if method in _BODIES:
        described["requestBody"] = {"required": False, "content": {_JSON: {}}}
    described["responses"] = {**answers, "200": _success(operation, answers["200"])}
    return described


def _success(operation: Operation[Any], described: Described) -> Described:
    """The answer to a call that succeeds, with the fields that scenarios can drop or rewrite."""
    if not operation.fields:
        return described
    fields = ", ".join(f"`{field}`" for field in operation.fields)
    return {**described, "description": f"{described['description']} Fields: {fields}."}


def _told(operation: Operation[Any]) -> tuple[str, str]:
    """The first sentence and the full text of the operation's docstring."""
    text = inspect.getdoc(operation.handle) if isinstance(operation.handle, FunctionType) else None
    first, _, _ = (text or operation.name).partition("\n")
    return first.rstrip("."), f"```\n{plain(text)}\n```" if text else operation.name


def _parameters(api: Api[Any], operation: Operation[Any]) -> list[Described]:
    """The query parameters that the operation reads; all of them are optional in the document.

    If the operation does not list them: the API's token parameters if it accepts a token, and its public
    parameters if it issues none.
    """
    names = operation.parameters
    if names is None:
        by_table = (api.token_params if operation.accepts else frozenset()) | (
            frozenset() if operation.issues else api.public_params
        )
        names = tuple(sorted(by_table))
    return [{"name": name, "in": "query", "required": False, "schema": {"type": "string"}} for name in names]


def _responses(api: Api[Any], sandbox: Sandbox) -> Described:
    """200, each status of a named error with the names, and a default for answers of gateways and scenarios."""
    names: dict[str, list[str]] = {}
    types: dict[str, set[str]] = {}
    for name, status, media in named_errors(api, sandbox):
        names.setdefault(status, []).append(name)
        types.setdefault(status, set()).update([media] if media else [])
    described: Described = {
        "200": {"description": "The operation's answer.", "content": {_JSON: {"schema": {"type": "object"}}}}
    }
    for status in sorted(names):
        content: Described = {media: {} for media in sorted(types[status])}
        said = f"Named errors: {', '.join(f'`{name}`' for name in sorted(names[status]))}."
        if status in described:
            described[status]["description"] += f" {said}"
        else:
            described[status] = {"description": said, **({"content": content} if content else {})}
    described["default"] = {"description": "What the service's gateway answers, and what a scenario injects."}
    return described


def named_errors(api: Api[Any], sandbox: Sandbox) -> Iterable[tuple[str, str, str]]:
    """Name, status and media type of every named error, as this world answers them."""
    world: World = sandbox.world(api.name)
    for name, answer in api.errors.items():
        reply = answer(UNREAD, Call("GET", "/", "", {}, b"", sandbox.clock.now(), sandbox.name), world)
        yield name, str(reply.status), (reply.header("content-type") or "").partition(";")[0].strip()
