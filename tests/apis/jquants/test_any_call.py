"""Whatever a client sends, the answer has the service's own shape, and nothing of ours breaks."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.apis.jquants import API
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.api import Operation
from tests.apis.jquants.client import OPERATIONS, JQuants, a_world
from tests.apis.jquants.conftest import Start
from tests.apis.jquants.test_errors import a_call

VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="#")
QUERIES = st.text(VISIBLE, max_size=60) | st.lists(
    st.tuples(
        st.sampled_from(["refreshtoken", "date", "code", "mailaddress", ""]),
        st.text(VISIBLE, max_size=20) | st.sampled_from(["%ff", "%", "+", "2024-01-04", "%00", "%E3%81%82"]),
    ).map("=".join),
    max_size=4,
).map("&".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["mailaddress", "password"]), inner),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())
BODIES = st.binary(max_size=80) | JSON
HEADERS = st.dictionaries(
    st.sampled_from(["Authorization", "Content-Type", "Accept-Encoding", "Origin", "X-Amz-Date", "Accept"]),
    st.text(VISIBLE | st.just(" "), max_size=30).map(str.strip),
    max_size=3,
)
STATUSES = {200, 400, 401, 403}
KINDS = ["jquants.auth_user", "jquants.auth_refresh", "jquants.listed_info", "jquants.jwks"]
"""The data endpoints share one door; what lies behind it has a test of its own (market/test_any_query.py)."""


@pytest.mark.parametrize("name", KINDS)
@given(query=QUERIES, headers=HEADERS, body=BODIES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_query_header_and_body_get_the_services_own_shape(
    start: Start, name: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    operation = OPERATIONS[name]
    service = start().service
    headers.pop("Accept-Encoding", None)
    answer = service.send(operation.methods[0], f"{operation.path}?{query}", headers=headers, body=body)
    assert answer.status in STATUSES
    assert answer.header("content-type") == "application/json"
    assert answer.header("x-amzn-requestid")
    assert len(answer.json) == 1
    if answer.status != 200:
        assert isinstance(answer.json["message"], str)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
@given(query=st.text(max_size=40), authorization=st.text(max_size=40), body=st.binary(max_size=80) | JSON)
@settings(max_examples=100, deadline=None)
def test_what_a_call_presents_is_read_without_stumbling(
    operation: Operation[JQuantsWorld], query: str, authorization: str, body: bytes
) -> None:
    """Text that no wire can carry included."""
    call = a_call(operation.methods[0], operation.path, query, {"authorization": authorization}, body)
    presented = operation.read(call, WORLD)
    assert presented.authorised is False
    assert presented.state in {None, "unknown"}
    assert (presented.token is None) == (presented.state is None)


WORLD = a_world()


def test_nothing_unexpected_is_logged(jquants: JQuants, caplog: pytest.LogCaptureFixture) -> None:
    """A token in a log is a token lost; and an exception of ours would be logged."""
    with caplog.at_level(logging.DEBUG):
        token = jquants.refresh_token()
        jquants.listed_info(jquants.id_token(token))
        jquants.refresh(token + "x")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert token not in caplog.text


def test_the_tables_name_each_thing_once() -> None:
    """What the simulation builds its routes, scenarios and journal from."""
    assert list(OPERATIONS) == ["jquants.auth_user", "jquants.auth_refresh", *list(OPERATIONS)[2:]]
    assert len({(operation.path, method) for operation in API.operations for method in operation.methods}) == sum(
        len(operation.methods) for operation in API.operations
    )
    assert API.token_params == {"refreshtoken"}
    assert API.token_params.isdisjoint(API.public_params)
    assert API.events == ("refresh_token_expires", "id_token_expires")
    assert API.token_kinds == ("refresh_token", "id_token")
