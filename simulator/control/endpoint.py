"""One endpoint of the control plane, as data: a row of a table that Flask routes by and OpenAPI is written from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from simulator.core.http.problem import json_bytes
from simulator.core.model.call import Reply, Request
from simulator.sandbox.sandbox import Sandbox
from simulator.simulation import Simulation

Schema = Mapping[str, Any]
"""A JSON Schema (draft 2020-12, as in OpenAPI 3.1)."""


@dataclass(frozen=True)
class ControlRequest:
    """One call to the control plane.

    name: the sandbox's name, not validated yet. part: the value of ``<part>`` in the path, "" without one.
    """

    simulation: Simulation
    name: str
    incoming: Request
    endpoint: Endpoint
    part: str = ""

    @cached_property
    def sandbox(self) -> Sandbox:
        """The sandbox, created if needed. Raises :class:`simulator.sandbox.registry.SandboxRefused`."""
        return self.simulation.sandboxes.get(self.name)

    @cached_property
    def body(self) -> dict[str, Any]:
        """The given members of the JSON body. Raises :class:`ControlRefused`."""
        if not self.endpoint.takes and not self.incoming.body:
            return {}
        from simulator.control.inputs import read_body

        return read_body(self.endpoint.takes, self.incoming.body)

    @cached_property
    def query(self) -> dict[str, Any]:
        """The given parameters of the query. Raises :class:`ControlRefused`."""
        if not self.incoming.raw_query:
            return {}
        from simulator.control.inputs import read_query

        return read_query(self.endpoint.query, self.incoming.raw_query)


@dataclass(frozen=True)
class Endpoint:
    """A method and a path under ``/_simulator``, and what it does.

    path: ``<part>`` is its variable part. summary: a sentence for the OpenAPI document.
    query, takes: the models of :mod:`simulator.control.inputs` for the query and the JSON body; "": none accepted.
    text: the body is a text instead (a scenario).
    answers: every status of its answers to valid calls -> the schema of the JSON; None: no body.
    media: the media types of its answers, when not JSON alone.
    problems: other statuses -> when; 400 is always included.
    scope: a sandbox's, under ``/sandbox/<name>`` too, or the whole server's, at the root only.
    """

    method: Literal["GET", "PUT", "POST", "DELETE"]
    path: str
    handle: Callable[[ControlRequest], Reply]
    summary: str
    answers: Mapping[int, Schema | None]
    query: str = ""
    takes: str = ""
    text: str = ""
    media: tuple[str, ...] = ("application/json",)
    problems: Mapping[int, str] = field(default_factory=dict)
    scope: Literal["sandbox", "server"] = "sandbox"


def answer(document: object, status: int = 200) -> Reply:
    """An answer of the control plane: JSON, members in the order of ``document``."""
    return Reply(status, (("Content-Type", "application/json"),), json_bytes(document))


def answer_rows(name: str, rows: Iterable[object]) -> Reply:
    """``{name: [rows]}``, the same bytes as from :func:`answer`, written row by row.

    One row takes microseconds; writing a journal at once would block every other thread.
    """
    body = b'{"%b": [%b]}\n' % (name.encode(), b", ".join([json_bytes(row).rstrip() for row in rows]))
    return Reply(200, (("Content-Type", "application/json"),), body)


NOTHING = Reply(204)
"""An empty answer for success."""


def shape(**members: Schema) -> Schema:
    """The schema of an object that has exactly these members, always."""
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def items(schema: Schema) -> Schema:
    """The schema of a list."""
    return {"type": "array", "items": schema}


def component(name: str) -> Schema:
    """A reference to the schema of this name in :mod:`simulator.control.openapi.schemas`."""
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
"""RFC 3339, in UTC."""
