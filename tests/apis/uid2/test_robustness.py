"""Whatever arrives, the answer has the API's own shape; it never is our own crash."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.apis.uid2.publisher import KEY, Publisher
from tests.service import Answer

TEXTS = {b"Bad Request", b"Unauthorized", b"Internal Server Error", b"Forbidden", b"Request Too Long"}
WORDS = {
    *("success", "optout", "client_error", "clienterror", "invalid_token", "expired_token", "error"),
    *("unauthorized", "unknown"),
}

SHARED = settings(
    max_examples=40,
    deadline=None,  # two cores, shared
    # The service is faithful and stateless here: examples do not touch each other.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

NAMES = st.sampled_from(
    ["email", "email_hash", "phone", "phone_hash", "refresh_token", "token", "since_timestamp", "X"]
)
# Bytes that may stand in a request line; what else a query can hold, test_query.py tells.
QUERIES = st.one_of(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="#"), max_size=60),
    st.lists(st.tuples(NAMES, st.text("%aF0+=&;@/.:-T2", max_size=20)), max_size=3).map(
        lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
    ),
)
HEADER = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=30)
KEYS = st.one_of(st.sampled_from([f"Bearer {KEY}", KEY, "", "Bearer "]), HEADER)
GETS = ["/v1/token/generate", "/v1/token/refresh", "/v1/token/validate", "/v1/identity/map", "/v1/identity/buckets"]


def has_the_api_s_shape(answer: Answer) -> bool:
    if answer.header("content-type") is None:
        return answer.body in TEXTS
    assert answer.header("content-type") == "application/json"
    return answer.json["status"] in WORDS and set(answer.json) <= {"body", "message", "status"}


@pytest.mark.parametrize("path", GETS)
@given(query=QUERIES, key=KEYS, origin=st.none() | HEADER, version=st.booleans())
@SHARED
def test_any_query_and_headers(
    either: Publisher, *, path: str, query: str, key: str, origin: str | None, version: bool
) -> None:
    headers = {"Authorization": key}
    if origin is not None:
        headers["Origin"] = origin
    if version:
        headers["X-UID2-Client-Version"] = "1"
    assert has_the_api_s_shape(either.service.get(f"{path}?{query}", headers=headers))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
BODIES = st.one_of(
    st.binary(max_size=60),
    st.dictionaries(NAMES, JSON, max_size=3).map(lambda body: json.dumps(body).encode()),
    st.dictionaries(NAMES, st.lists(JSON, max_size=4), max_size=2).map(
        lambda body: json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    ),
)


@given(body=BODIES, kind=HEADER)
@SHARED
def test_any_body(either: Publisher, body: bytes, kind: str) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": kind}
    answer = either.service.post("/v1/identity/map", headers=headers, body=body)
    assert has_the_api_s_shape(answer)
    assert answer.status in {200, 400, 500}
