from __future__ import annotations

import pytest

from tests.service import Serve

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/favicon.ico", "/v3/token/refresh", "/%E3%81%82"])
def test_an_unknown_path_is_our_own_problem_and_lists_what_there_is(serve: Serve, method: str, path: str) -> None:
    answer = serve().send(method, path)
    assert (answer.status, answer.header("Content-Type")) == (404, "application/problem+json")
    assert answer.json["title"] == "No such operation"
    assert {"operation": "uid2.token_refresh", "method": "GET", "path": "/v1/token/refresh"} in answer.json[
        "operations"
    ]


def test_a_preflight_to_an_unknown_path_is_ours_too(serve: Serve) -> None:
    headers = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    answer = serve().send("OPTIONS", "/v1/nothing", headers=headers)
    assert (answer.status, answer.header("Access-Control-Allow-Origin")) == (404, None)


def test_every_answer_has_the_date_of_the_virtual_clock_and_no_server(serve: Serve) -> None:
    for target in ("/nothing", "/v1/token/refresh", "/v1/token/auth_refresh"):
        answer = serve().get(target)
        assert answer.header("Date") == "Thu, 04 Jan 2024 00:00:00 GMT"
        assert answer.header("Server") is None


def test_slashes_may_be_doubled_and_sandboxes_are_a_prefix(serve: Serve) -> None:
    service = serve()
    plain = service.get("/v1/token/refresh")
    for prefix in ("", "/", "/sandbox/a", "/sandbox/a/", "//sandbox//a"):
        assert service.get(f"{prefix}/v1/token///refresh").body == plain.body


@pytest.mark.parametrize("name", ["A", "-a", "a b", "a" * 65, "ä", ""])
def test_an_unusable_sandbox_name_is_our_own_problem(serve: Serve, name: str) -> None:
    answer = serve().get(f"/sandbox/{name}/v1/token/refresh".replace(" ", "%20").replace("ä", "%C3%A4"))
    assert (answer.status, answer.header("Content-Type")) == (404, "application/problem+json")
