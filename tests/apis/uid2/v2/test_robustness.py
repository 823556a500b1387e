"""Whatever a client sends, the operator's words come back, never a crash of ours."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.uid2 import API
from simulator.apis.uid2.v2 import texts
from simulator.apis.uid2.v2.operations import OPERATIONS
from simulator.core.errors import Rejection
from simulator.core.model.api import UNREAD
from simulator.core.model.call import Call, Reply
from tests.apis.uid2.calls import AT, KEY, make
from tests.apis.uid2.v2.integrator import envelope

WORLD = make()
KEYED = {"authorization": f"Bearer {KEY}"}
FIELDS = st.sampled_from(
    [
        *("email", "email_hash", "phone", "phone_hash", "optout_check", "policy", "token", "since_timestamp"),
        *("subscription_id", "payload", "iv", "public_key", "timestamp", "app_name"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=6,
)
OBJECTS = st.dictionaries(FIELDS, VALUES, max_size=4)


def answered(operation: Any, body: bytes) -> Reply:
    """As a simulation does it, the last step included."""
    call = Call("POST", operation.path, "", KEYED, body, AT)
    credentials = operation.read(call, WORLD)
    try:
        reply = operation.handle(credentials, call, WORLD)
    except Rejection as no:
        reply = API.errors[f"uid2.{no.name}"](credentials, call, WORLD)
    return API.after(credentials, call, reply, operation, WORLD)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
@settings(max_examples=40, deadline=None)
@given(request=OBJECTS, raw=st.booleans())
def test_any_object_has_an_answer(operation: Any, request: dict[str, object], raw: bool) -> None:
    plain = json.dumps(request).encode()
    body = plain if raw else b64encode(envelope(plain))
    assert answered(operation, body).status in {200, 400, 500}


@pytest.mark.parametrize("depth", [700, 100_000])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
def test_what_is_nested_deep_is_taken_as_it_is_or_refused(operation: Any, depth: int) -> None:
    """As far as the operator's parser reads, and far beyond."""
    deep = b"[" * depth + b"]" * depth
    fields = b'"email":%s,"token":%s,"subscription_id":%s,"since_timestamp":%s' % (deep, deep, deep, deep)
    plain = b"{" + fields + b"}"
    for body in (plain, b64encode(envelope(plain))):
        assert answered(operation, body).status in {200, 400, 500}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
def test_a_fault_has_the_operations_own_text(operation: Any) -> None:
    reply = API.errors["uid2.server_error"](UNREAD, Call("POST", operation.path, "", KEYED, b"", AT), WORLD)
    text = texts.FAULTS.get(operation.path)
    body = b"Internal Server Error" if text is None else json.dumps({"message": text, "status": "unknown"}).encode()
    assert (reply.status, reply.body.replace(b'","', b'", "').replace(b'":"', b'": "')) == (500, body)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
def test_nobody_is_read_out_of_garbage(operation: Any) -> None:
    presented = operation.read(Call("POST", operation.path, "", {}, b"garbage", AT), WORLD)
    assert (presented.subject, presented.authorised) == (None, False)
