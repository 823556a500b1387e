"""JSON of 100,000 levels, wherever the simulator takes JSON: refused as defined, on every Python alike."""

from __future__ import annotations

import pytest

from tests.apis.uid2.publisher import BEARER
from tests.service import Serve

LEVELS = 100_000
ARRAYS = b"[" * LEVELS + b"]" * LEVELS
OBJECTS = b'{"a":' * LEVELS + b"1" + b"}" * LEVELS

LOOKING_INSIDE = {
    "version": 1,
    "name": "looking-inside",
    "rules": [{"when": {"json": {"a": "x"}}, "then": {"delay": "1s"}}],
}


@pytest.mark.parametrize("body", [ARRAYS, OBJECTS, b"[" * LEVELS], ids=["arrays", "objects", "never closed"])
@pytest.mark.parametrize(
    ("operation", "status", "says"),
    [
        ("POST /v1/token/auth_user", 400, b"'mailaddress' or 'password' is incorrect."),
        ("POST /v1/identity/map", 500, b"Unknown error while mapping batched identity"),
        ("POST /v2/token/client-generate", 400, b"json payload is not valid"),
        ("PUT /_simulator/clock", 400, b"nested too deep"),
        ("POST /_simulator/verify", 400, b"nested too deep"),
        ("PUT /_simulator/scenario", 422, b"nest"),
    ],
)
def test_a_body_nested_too_deep_is_refused(serve: Serve, operation: str, status: int, says: bytes, body: bytes) -> None:
    service = serve(scenario=LOOKING_INSIDE)
    method, target = operation.split()
    answer = service.send(method, target, headers={**BEARER, "Content-Type": "application/json"}, body=body)
    assert answer.status == status
    assert says in answer.body
    assert service.get("/_simulator/journal").status == 200
