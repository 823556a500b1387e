"""Every named error, as it is answered to any call; and the headers around an answer that is not ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from simulator.apis.uid2 import API
from simulator.core.model.api import UNREAD, ProfileName
from simulator.core.model.call import Call, Reply
from tests.apis.uid2.calls import call, make, operation, read

JSON = (("content-type", "application/json"),)
ERRORS: Mapping[str, tuple[int, bytes]] = {
    "uid2.invalid_token": (400, b'{"message":"Invalid Token presented a b","status":"invalid_token"}'),
    "uid2.expired_token": (400, b'{"message":"Expired Token presented","status":"expired_token"}'),
    "uid2.generic_error": (400, b'{"message":"Error refreshing token","status":"error"}'),
    "uid2.optout": (200, b'{"status":"optout"}'),
    "uid2.empty_success": (200, b'{"body":{"advertising_token":"","refresh_token":""},"status":"success"}'),
    "uid2.invalid_identifier": (400, b'{"message":"Invalid Identifier","status":"client_error"}'),
    "uid2.identifier_required": (
        400,
        (
            b'{"message":"Required Parameter Missing: exactly one of [email, email_hash, phone, phone_hash] '
            b'must be specified","status":"client_error"}'
        ),
    ),
}
EVERY = {
    *ERRORS,
    "uid2.refresh_token_required",
    "uid2.unauthorized",
    "uid2.server_error",
    "uid2.unavailable",
    "uid2.too_many_requests",
}


def rendered(name: str, asked: Call, profile: ProfileName = "observed") -> Reply:
    world = make(profile)
    return API.errors[name](read(asked, world), asked, world)


def test_every_named_error_is_there() -> None:
    assert set(API.errors) == EVERY


@pytest.mark.parametrize("name", ERRORS)
def test_a_named_error_has_its_bytes(name: str) -> None:
    reply = rendered(name, call("token_refresh", "refresh_token=a+b"))
    assert (reply.status, reply.body, reply.headers) == (*ERRORS[name], JSON)


@pytest.mark.parametrize("query", ["", "refresh_token=%zz"])
def test_an_invalid_token_without_a_value_to_echo(query: str) -> None:
    reply = rendered("uid2.invalid_token", call("token_generate", query))
    assert reply.body == b'{"message":"Invalid Token presented ","status":"invalid_token"}'


@pytest.mark.parametrize(("profile", "status"), [("documented", b"clienterror"), ("observed", b"client_error")])
def test_a_required_refresh_token(profile: ProfileName, status: bytes) -> None:
    reply = rendered("uid2.refresh_token_required", call("token_refresh"), profile)
    assert (reply.status, reply.body) == (
        400,
        b'{"message":"Required Parameter Missing: refresh_token","status":"' + status + b'"}',
    )


@pytest.mark.parametrize(
    ("name", "method", "unauthorized", "fault"),
    [
        (
            *("token_generate", "GET", b'{"status":"unauthorized"}'),
            b'{"message":"Unknown error while generating token v1","status":"unknown"}',
        ),
        (
            *("token_refresh", "GET", b'{"status":"unauthorized"}'),
            b'{"message":"Unknown error while refreshing token","status":"unknown"}',
        ),
        ("token_validate", "GET", b'{"status":"unauthorized"}', b"Internal Server Error"),
        ("identity_map", "GET", b"Unauthorized", b'{"message":"Unknown State","status":"unknown"}'),
        (
            *("identity_map", "POST", b"Unauthorized"),
            b'{"message":"Unknown error while mapping batched identity","status":"unknown"}',
        ),
        ("identity_buckets", "GET", b"Unauthorized", b"Internal Server Error"),
    ],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_some_errors_are_told_by_each_endpoint_in_its_own_way(
    name: str, method: str, unauthorized: bytes, fault: bytes, slash: str
) -> None:
    """docs/sources/uid2.md §1.1, §1.6."""
    asked = call(name, method=method)
    asked = replace(asked, path=asked.path + slash)
    for error, status, body in (("unauthorized", 401, unauthorized), ("server_error", 500, fault)):
        reply = rendered(f"uid2.{error}", asked)
        assert (reply.status, reply.body) == (status, body)
        assert reply.headers == (JSON if body.startswith(b"{") else ())


def test_unavailable_is_plain_text_everywhere() -> None:
    for name in ("token_refresh", "identity_buckets"):
        reply = rendered("uid2.unavailable", call(name))
        assert (reply.status, reply.body, reply.headers) == (503, b"Service Unavailable", ())


def test_after_puts_the_service_s_headers_on_a_foreign_answer_and_replaces_none() -> None:
    asked = replace(call("token_refresh"), headers={"origin": "https://a", "x-amzn-trace-id": "t"})
    injected = Reply(503, (("Vary", "accept"), ("X-Amzn-Trace-Id", "other")), b"x")
    reply = API.after(UNREAD, asked, injected, operation("token_refresh"), make())
    assert reply.headers == (*injected.headers, ("access-control-allow-origin", "https://a"))
    assert (reply.status, reply.body) == (503, b"x")
