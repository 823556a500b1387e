"""What all data endpoints have in common: token, then plan, then parameters, then dates, then rows (jquants.md §7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from simulator.apis.jquants import access, facts, request, wire
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.api import Operation
from simulator.core.call import Call, Reply

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Query:
    """What an endpoint is asked: non-empty parameters by name, by whom (plan) and when."""

    parameters: Mapping[str, str]
    plan: facts.Plan
    at: datetime


@dataclass(frozen=True, slots=True)
class DataEndpoint:
    """One row of jquants.md §4.4.

    name: its operation, without the API's name. path: after ``/v1``. key: of its answer.
    plan: the least that includes it. columns: of a row, in order; those that only some plans see included.
    rows: what it finds; raises Rejection for parameters and dates that it refuses.
    """

    name: str
    path: str
    key: str
    plan: facts.Plan
    columns: tuple[str, ...]
    rows: Callable[[Query], Sequence[Row]]


def operation(endpoint: DataEndpoint) -> Operation[JQuantsWorld]:
    """The operation of a data endpoint: ``GET`` with ``Authorization: Bearer <ID token>`` (jquants.md §4.1)."""

    def handle(call: Call, world: JQuantsWorld) -> Reply:
        account = access.authorise(call, world, endpoint.plan)
        query = Query(request.parameters(call.raw_query), account.plan, call.at)
        return wire.rows(endpoint.key, endpoint.rows(query))

    return Operation(
        name=f"{facts.NAME}.{endpoint.name}",
        methods=("GET",),
        path=f"{facts.BASE_PATH}{endpoint.path}",
        handle=handle,
        presented=access.id_token,
        takes=facts.ID_TOKEN,
        fields=(endpoint.key, *endpoint.columns),
    )
