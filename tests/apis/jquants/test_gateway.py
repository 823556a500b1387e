"""What stands before the service: wrong methods and paths, the headers of every answer, gzip.

Source: docs/sources/jquants.md §2.4.
"""

from __future__ import annotations

import gzip
import re

import pytest

from simulator.apis.jquants import API
from simulator.apis.jquants.gateway import wants_gzip
from simulator.core.model.api import PROFILES, UNREAD, ProfileName
from simulator.core.model.call import Reply
from tests.apis.jquants.client import AUTH_REFRESH, AUTH_USER, DAY, LISTED_INFO, SECOND, JQuants, a_world
from tests.apis.jquants.conftest import Start
from tests.apis.jquants.test_errors import a_call
from tests.service import Serve

UNSUPPORTED = b'{"message": "Missing Authentication Token. The method or resources may not be supported."}'
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", AUTH_REFRESH + "?refreshtoken=abc", id="GET on auth_refresh, a mistake seen in the wild"),
        pytest.param("GET", AUTH_USER, id="GET on auth_user"),
        pytest.param("PUT", AUTH_REFRESH, id="PUT"),
        pytest.param("DELETE", AUTH_REFRESH, id="DELETE"),
        pytest.param("OPTIONS", AUTH_REFRESH, id="OPTIONS"),
        pytest.param("PATCH", AUTH_USER, id="PATCH"),
        pytest.param("POST", LISTED_INFO, id="POST on data"),
        pytest.param("POST", "/v1/token/auth_refresh/", id="a trailing slash"),
        pytest.param("POST", "/v1/token/AUTH_REFRESH", id="upper case"),
        pytest.param("POST", "/v1/token", id="half a path"),
        pytest.param("GET", "/", id="the root"),
        pytest.param("GET", "/v2/equities/master", id="the next version"),
    ],
)
def test_wrong_methods_and_paths_are_one_to_the_gateway(
    start: Start, profile: ProfileName, method: str, path: str
) -> None:
    answer = start(profile=profile).service.send(method, path)
    assert (answer.status, answer.body) == (403, UNSUPPORTED)
    assert answer.header("content-type") == "application/json"
    assert answer.header("x-amzn-errortype") == "MissingAuthenticationTokenException"
    assert answer.header("allow") is None


def test_head_is_a_wrong_method_without_a_body(jquants: JQuants) -> None:
    answer = jquants.service.send("HEAD", LISTED_INFO)
    assert (answer.status, answer.body) == (403, b"")


def test_a_known_path_keeps_its_manners_beside_other_apis(serve: Serve) -> None:
    answer = serve().get(AUTH_REFRESH)
    assert (answer.status, answer.body) == (403, UNSUPPORTED)


def test_every_answer_carries_the_gateways_headers(jquants: JQuants) -> None:
    """Good or bad, answered by the service or by the gateway."""
    answers = [
        jquants.log_in(),
        jquants.log_in(password="wrong"),
        jquants.refresh("wrong"),
        jquants.listed_info("wrong"),
        jquants.service.get("/nowhere"),
    ]
    for answer in answers:
        assert answer.header("content-type") == "application/json"
        assert answer.header("access-control-allow-origin") == "*"
        assert UUID.fullmatch(answer.header("x-amzn-requestid") or "")
        assert re.fullmatch(r"[A-Za-z0-9+/]{15}=", answer.header("x-amz-apigw-id") or "")
        assert re.fullmatch(r"Root=1-6595f500-[0-9a-f]{24}", answer.header("x-amzn-trace-id") or "")
        assert answer.header("date") == "Thu, 04 Jan 2024 00:00:00 GMT"
    for name in ("x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"):
        assert len({answer.header(name) for answer in answers}) == len(answers)


@pytest.mark.parametrize("name", ["strict-transport-security", "server", "set-cookie", "vary"])
def test_what_is_not_sent(jquants: JQuants, name: str) -> None:
    """The recorded HSTS would lock a browser out of plain localhost for a year."""
    assert jquants.log_in().header(name) is None


def test_the_trace_id_follows_the_virtual_clock(jquants: JQuants) -> None:
    jquants.clock.advance(DAY + SECOND)
    assert (jquants.log_in().header("x-amzn-trace-id") or "").startswith(f"Root=1-{0x6595F500 + 86401:08x}-")


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        pytest.param("gzip", True, id="gzip"),
        pytest.param("gzip, deflate", True, id="the official client"),
        pytest.param("deflate,GZIP;q=0.5", True, id="upper case, weighted, no blank"),
        pytest.param("br;q=1.0, gzip; q=0.001", True, id="hardly wanted"),
        pytest.param(None, False, id="no header"),
        pytest.param("", False, id="empty"),
        pytest.param("identity", False, id="identity"),
        pytest.param("br, deflate", False, id="others"),
        pytest.param("*", False, id="anything names nothing"),
        pytest.param("gzip;q=0", False, id="refused"),
        pytest.param("gzip; q=0.000, br", False, id="refused in full"),
        pytest.param("xgzip, gzipped", False, id="other words"),
    ],
)
def test_gzip_is_sent_only_to_who_names_it(jquants: JQuants, accepted: str | None, wanted: bool) -> None:
    assert wants_gzip(accepted) is wanted
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    plain = jquants.service.post(AUTH_REFRESH).body
    answer = jquants.service.post(AUTH_REFRESH, headers=headers)
    assert answer.header("content-encoding") == ("gzip" if wanted else None)
    assert (gzip.decompress(answer.body) if wanted else answer.body) == plain
    assert answer.header("content-length") in {None, str(len(answer.body))}


def test_gzip_carries_non_ascii_as_utf_8(jquants: JQuants) -> None:
    token = jquants.id_token()
    headers = [("Authorization", f"Bearer {token}"), ("Accept-Encoding", "gzip")]
    answer = jquants.listed_info(token, "code=86970", headers=headers)
    assert "日本取引所グループ" in gzip.decompress(answer.body).decode()


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(("Content-Type", "text/html"), id="its type"),
        pytest.param(("X-Amzn-RequestId", "mine"), id="its id"),
        pytest.param(("Access-Control-Allow-Origin", "https://example.com"), id="its origin"),
    ],
)
def test_a_header_that_is_there_stays(header: tuple[str, str]) -> None:
    """Injected answers choose their own headers; the gateway only fills up."""
    after = API.after(UNREAD, a_call(), Reply(502, (header,), b"<html>"), None, a_world())
    assert [pair for pair in after.headers if pair[0].lower() == header[0].lower()] == [header]


@pytest.mark.parametrize("name", ["Content-Encoding", "Content-Length", "Transfer-Encoding"])
def test_a_body_that_says_what_it_is_is_not_packed(name: str) -> None:
    call = a_call(headers={"accept-encoding": "gzip"})
    after = API.after(UNREAD, call, Reply(200, ((name, "7"),), b"as it is"), None, a_world())
    assert after.body == b"as it is"


def test_an_empty_body_has_neither_type_nor_packing() -> None:
    after = API.after(UNREAD, a_call(headers={"accept-encoding": "gzip"}), Reply(204), None, a_world())
    assert after.body == b""
    assert after.header("content-type") is None
    assert after.header("content-encoding") is None
