"""What the operator's router says around its operations, in exact bytes (docs/sources/uid2.md §1.4)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from simulator.core.model.call import Request
from tests.apis.uid2.publisher import BEARER, KEY, Publisher
from tests.service import Answer, Serve

PATHS = {
    "/v1/token/generate": ["GET"],
    "/v1/token/refresh": ["GET"],
    "/v1/token/validate": ["GET"],
    "/v1/identity/map": ["GET", "POST"],
    "/v1/identity/buckets": ["GET"],
    "/v1/key/latest": ["GET"],
    "/ops/healthcheck": ["GET"],
}
PAGE = b"<html><body><h1>Resource not found</h1></body></html>"
PREFLIGHT = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
OURS = ("date", "content-length")


def headers_of(answer: Answer) -> dict[str, str]:
    """Without what the rim adds to every answer."""
    assert len({name for name, _ in answer.headers}) == len(answer.headers), "a header came twice"
    return {name: value for name, value in answer.headers if name not in OURS}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FOO"])
@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/token", "/v1/token/logout", "/V1/TOKEN/REFRESH", "/v2/token/refresh/x"]
)
def test_an_unknown_path_is_a_page_in_html(either: Publisher, method: str, path: str) -> None:
    answer = either.service.send(method, path)
    assert (answer.status, answer.body) == (404, PAGE)
    assert headers_of(answer) == {"content-type": "text/html; charset=utf-8", "vary": "origin"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO", "get"])
def test_a_wrong_method_is_refused_without_a_body(either: Publisher, method: str, path: str) -> None:
    if method in PATHS[path]:
        assert either.service.send(method, path).status not in {404, 405}
        return
    answer = either.service.send(method, path)
    assert (answer.status, answer.body) == (405, b"")
    assert headers_of(answer) == {"allow": ",".join(PATHS[path]), "vary": "origin"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("over", [-1, 0, 1])
def test_a_request_line_beyond_the_servers_limit_is_414_before_anything_else(
    either: Publisher, method: str, over: int
) -> None:
    target = "/v1/token/refresh?refresh_token="
    target += "a" * (4096 + over - len(f"{method} {target} HTTP/1.1"))
    answer = either.service.send(method, target, headers={"Origin": "", "X-Amzn-Trace-Id": "t"})
    if over > 0:
        assert (answer.status, answer.reason, answer.body) == (414, "Request-URI Too Long", b"")
        assert headers_of(answer) == {}
    else:
        assert answer.status == 403, "the cross-origin rules come next"


@pytest.mark.parametrize(("size", "status"), [(7_900, 403), (8_400, 431)])
def test_headers_beyond_the_servers_limit_are_431_before_anything_else(
    either: Publisher, size: int, status: int
) -> None:
    answer = either.service.get("/v1/token/refresh", headers={"Origin": "", "X-Long": "a" * size})
    assert answer.status == status
    if status == 431:
        assert (answer.reason, answer.body) == ("Request Header Fields Too Large", b"")
        assert headers_of(answer) == {}


@pytest.mark.parametrize(("over", "status"), [(-1, 403), (0, 403), (1, 431)])
def test_exactly_as_many_bytes_of_headers_are_read(documented: Publisher, over: int, status: int) -> None:
    headers = {"origin": "", "x-long": "a" * (8192 + over - len("origin: x-long: "))}
    answer = documented.service.simulation.answer(Request("GET", "/v1/token/refresh", "", headers))
    assert answer.status == status


@pytest.mark.parametrize("path", PATHS)
def test_head_is_refused_and_no_method_named(either: Publisher, path: str) -> None:
    answer = either.service.send("HEAD", path)
    assert (answer.status, answer.body, headers_of(answer)) == (405, b"", {"vary": "origin"})


@pytest.mark.parametrize("path", PATHS)
def test_a_trailing_slash_does_not_matter(either: Publisher, path: str) -> None:
    plain, slashed = either.service.get(path), either.service.get(f"{path}/")
    assert (plain.status, plain.body) == (slashed.status, slashed.body)
    assert plain.status != 404


@pytest.mark.parametrize("path", [*PATHS, "/nowhere"])
def test_a_preflight_is_answered_for_any_path(either: Publisher, path: str) -> None:
    """``Authorization`` is not allowed: a browser cannot make an authorised refresh."""
    answer = either.service.send("OPTIONS", path, headers=PREFLIGHT)
    assert (answer.status, answer.body, answer.header("content-length")) == (204, b"", "0")
    assert headers_of(answer) == {
        "access-control-allow-origin": "https://example.com",
        "access-control-allow-methods": "GET,POST,OPTIONS",
        "access-control-allow-headers": (
            "X-UID2-Client-Version,Access-Control-Request-Method,Access-Control-Allow-Credentials,"
            "Access-Control-Allow-Origin,Access-Control-Allow-Headers,Content-Type"
        ),
    }


@pytest.mark.parametrize("headers", [{"Origin": "https://a"}, {"Access-Control-Request-Method": "GET"}, {}])
def test_half_a_preflight_is_a_wrong_method(either: Publisher, headers: Mapping[str, str]) -> None:
    assert either.service.send("OPTIONS", "/v1/token/refresh", headers=headers).status == 405


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/v1/token/refresh", 400),
        ("GET", "/v1/token/generate", 401),
        ("GET", "/v1/identity/map", 401),
        ("GET", "/v1/token/validate?email=a@b", 200),
        ("PUT", "/v1/token/refresh", 405),
        ("GET", "/nowhere", 404),
    ],
)
@pytest.mark.parametrize("origin", ["https://example.com", "null", "x"])
def test_a_request_of_a_browser_gets_its_origin_back_whatever_the_answer(
    either: Publisher, method: str, target: str, status: int, origin: str
) -> None:
    answer = either.service.send(method, target, headers={"Origin": origin})
    assert answer.status == status
    assert answer.header("access-control-allow-origin") == origin
    assert answer.header("vary") == "origin"
    assert answer.header("access-control-allow-credentials") is None


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
@pytest.mark.parametrize("path", ["/v1/token/refresh", "/nowhere"])
def test_an_empty_origin_is_refused(either: Publisher, method: str, path: str) -> None:
    answer = either.service.send(method, path, headers={**PREFLIGHT, "Origin": ""})
    assert (answer.status, answer.reason, answer.body) == (403, "CORS Rejected - Invalid origin", b"Forbidden")
    assert headers_of(answer) == {}


TRACE = {"X-Amzn-Trace-Id": "Root=1-abc;Sampled=0"}


@pytest.mark.parametrize(
    ("method", "target", "echoed"),
    [
        ("GET", "/v1/token/generate", True),
        ("GET", "/v1/token/refresh", True),
        ("GET", "/v1/identity/map", True),
        ("POST", "/v1/identity/map", True),
        ("GET", "/v1/identity/buckets", True),
        ("GET", "/v1/token/validate", False),
        ("PUT", "/v1/token/refresh", False),
        ("GET", "/nowhere", False),
    ],
)
@pytest.mark.parametrize("caller", [{}, BEARER], ids=["stranger", "known"])
def test_the_trace_id_is_echoed_where_authorisation_is(
    either: Publisher, method: str, target: str, *, echoed: bool, caller: Mapping[str, str]
) -> None:
    answer = either.service.send(method, target, headers={**caller, **TRACE})
    assert answer.header("x-amzn-trace-id") == (TRACE["X-Amzn-Trace-Id"] if echoed else None)


def test_no_trace_id_is_made_up(either: Publisher) -> None:
    assert either.service.get("/v1/token/refresh").header("x-amzn-trace-id") is None


def test_a_refused_origin_is_refused_before_the_trace_is_read(either: Publisher) -> None:
    answer = either.service.get("/v1/token/refresh", headers={"Origin": "", **TRACE})
    assert (answer.status, headers_of(answer)) == (403, {})


def test_a_body_that_is_too_large_is_refused_before_the_trace_is_read(either: Publisher) -> None:
    answer = either.service.post("/v1/identity/map", headers={**BEARER, **TRACE}, body=b" " * (1_048_576 + 1))
    assert (answer.status, headers_of(answer)) == (413, {"vary": "origin"})


@pytest.mark.parametrize("path", [*PATHS, "/nowhere"])
@pytest.mark.parametrize("query", ["email=%zz", "a=%", "%4=1"])
@pytest.mark.parametrize("headers", [{}, {**BEARER, **PREFLIGHT}], ids=["plain", "from a browser"])
def test_a_malformed_query_breaks_before_everything(
    either: Publisher, path: str, query: str, headers: Mapping[str, str]
) -> None:
    """The first handler reads the client's version from it; the cross-origin rules come later."""
    answer = either.service.get(f"{path}?{query}", headers=headers)
    assert (answer.status, answer.body, headers_of(answer)) == (400, b"Bad Request", {})


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/v1/token/refresh", 400, b"Bad Request"),
        ("GET", "/v1/identity/map", 400, b"Bad Request"),
        ("GET", "/v1/identity/buckets", 400, b"Bad Request"),
        ("GET", "/v1/token/validate", 500, b"Internal Server Error"),
        (
            *("GET", "/v1/token/generate", 500),
            b'{"message":"Unknown error while generating token v1","status":"unknown"}',
        ),
        ("POST", "/v1/identity/map", 200, None),
        ("GET", "/nowhere", 404, PAGE),
    ],
)
def test_with_a_version_header_it_breaks_where_it_is_read(
    either: Publisher, method: str, path: str, status: int, body: bytes | None
) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "X-UID2-Client-Version": "uid2-sdk-3.0.0"}
    answer = either.service.send(method, f"{path}?email=%zz", headers=headers, body=b'{"email":["a@b"]}')
    assert answer.status == status
    assert body is None or answer.body == body
    assert answer.header("vary") == "origin"


def test_with_a_version_header_a_stranger_s_malformed_generate_is_unauthorised_first(either: Publisher) -> None:
    headers = {"X-UID2-Client-Version": "uid2-sdk-3.0.0"}
    assert either.service.get("/v1/token/generate?email=%zz", headers=headers).status == 401


def test_beside_other_apis_a_known_path_keeps_its_manners(serve: Serve) -> None:
    service = serve()
    assert service.send("PUT", "/v1/token/refresh").header("allow") == "GET"
    assert service.send("OPTIONS", "/v1/token/refresh", headers=PREFLIGHT).status == 204
    assert service.get("/v1/token/refresh").header("vary") == "origin"
