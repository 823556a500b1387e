"""The data endpoints as operations. They check token and plan, then query the market."""

from __future__ import annotations

from typing import Final

from simulator.apis.jquants import facts, identity, request
from simulator.apis.jquants.market.columns import COLUMNS
from simulator.apis.jquants.market.endpoints import ENDPOINTS, PAGINATION_KEY, Dataset
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.api import Credentials, Operation
from simulator.core.model.call import Call, Reply


def operation(endpoint: Dataset) -> Operation[JQuantsWorld]:
    """``GET`` with ``Authorization: Bearer <ID token>``; the answer is made by :func:`answers.answer`.

    Source: docs/sources/jquants.md §4.1.
    """

    def handle(credentials: Credentials, call: Call, _world: JQuantsWorld) -> Reply:
        account = identity.authorise(credentials, endpoint.plan)
        from simulator.apis.jquants.market.answers import answer

        return answer(endpoint, request.parameters(call.raw_query), account.plan, call.at)

    paging = () if endpoint.page is None else (PAGINATION_KEY,)
    return Operation(
        name=endpoint.operation,
        methods=("GET",),
        path=f"{facts.BASE_PATH}{endpoint.path}",
        read=identity.id_token,
        handle=handle,
        accepts=facts.ID_TOKEN,
        fields=(endpoint.key, *paging, *COLUMNS[endpoint.key]),
        parameters=(*endpoint.parameters, *paging),
    )


DATA_OPERATIONS: Final = tuple(operation(endpoint) for endpoint in ENDPOINTS.values())
"""All nineteen, in the order of docs/sources/jquants.md §4.4."""
