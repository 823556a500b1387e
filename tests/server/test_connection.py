"""HTTP/1.1 on a real socket, point by point."""

from __future__ import annotations

import socket

import pytest

from simulator.core.model.call import Fault, Reply
from simulator.server import Server
from simulator.server.connection import Connection
from tests.server.probe import Probe
from tests.server.raw_client import RawClient


@pytest.fixture(scope="module", params=[False, True], ids=["at once", "after the turn"])
def after_turn(request: pytest.FixtureRequest) -> bool:
    """No client notices the difference."""
    waits: bool = request.param
    return waits


def request(path: str = "/", headers: str = "", *, method: str = "GET", version: str = "1.1", body: str = "") -> bytes:
    return f"{method} {path} HTTP/{version}\r\nHost: a\r\n{headers}\r\n{body}".encode()


def test_a_connection_carries_many_requests(client: RawClient) -> None:
    for path in ("/1", "/2", "/3"):
        assert client.send(request(path)).answer().json["path"] == path


def test_pipelined_requests_are_answered_in_order(client: RawClient) -> None:
    """Also where the application, in its thread, answers one in the middle."""
    client.send(b"".join(request(f"/{number}") for number in range(100)))
    assert [client.answer().json["path"] for _ in range(100)] == [f"/{number}" for number in range(100)]


def test_the_application_answers_in_its_turn(client: RawClient, probe: Probe) -> None:
    """Whatever the lane does not take; what is pipelined behind it waits."""
    probe.answer = lambda incoming: None if incoming.path == "/page" else Reply(200, body=b"lane")
    client.send(request("/1") + request("/page") + request("/2"))
    assert [client.answer().body for _ in range(3)] == [b"lane", b"page /page", b"lane"]


def test_http_1_0_closes_unless_asked_to_stay(client: RawClient) -> None:
    client.send(request(version="1.0", headers="Connection: keep-alive\r\n"))
    assert client.answer().headers["connection"] == "keep-alive"
    assert client.send(request(version="1.0")).answer().headers["connection"] == "close"
    assert client.rest() == b""


def test_connection_close_ends_it_after_the_answer(client: RawClient, probe: Probe) -> None:
    client.send(request(headers="Connection: close\r\n") + request("/second"))
    assert client.answer().headers["connection"] == "close"
    assert client.rest() == b""
    assert [seen.path for seen in probe.seen] == ["/"]


def test_a_chunked_body_arrives_whole(client: RawClient) -> None:
    client.send(request(method="POST", headers="Transfer-Encoding: chunked\r\n"))
    client.send(b"5\r\nhel").send(b"lo\r\n6;x=y\r\n world\r\n0\r\nT: u\r\n\r\n")
    assert client.answer().json["body"] == "hello world"


def test_expect_100_continue_is_granted(client: RawClient) -> None:
    """The body comes only after it, and the answer after the body."""
    client.send(request(method="POST", headers="Expect: 100-Continue\r\nContent-Length: 2\r\n"))
    assert client.answer().status == 100
    assert client.send(b"ok").answer().json["body"] == "ok"


def test_expect_100_continue_is_not_granted_to_a_body_that_is_too_large(client: RawClient) -> None:
    """The answer comes instead, and the client need not send it."""
    client.send(request(method="POST", headers="Expect: 100-continue\r\nContent-Length: 1048577\r\n"))
    answer = client.answer()
    assert answer.json["oversized"] is True
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    ("version", "headers", "body"),
    [
        pytest.param("1.0", "Expect: 100-continue\r\nContent-Length: 2\r\n", "ok", id="HTTP/1.0"),
        pytest.param("1.1", "Expect: 100-continue\r\nContent-Length: 2\r\n", "ok", id="the body is there already"),
        pytest.param("1.1", "Expect: 100-continue\r\n", "", id="there is no body"),
    ],
)
def test_an_expectation_that_needs_no_answer_gets_none(
    client: RawClient, version: str, headers: str, body: str
) -> None:
    assert client.send(request(method="POST", version=version, headers=headers, body=body)).answer().status == 200


def test_head_is_answered_like_get_without_the_body(client: RawClient, probe: Probe) -> None:
    """The Content-Length is what GET's would be, and the next answer follows at once."""
    probe.says(Reply(200, body=b"12345"))
    client.send(request(method="HEAD") + request())
    assert client.answer("HEAD").headers["content-length"] == "5"
    assert client.answer().body == b"12345"


@pytest.mark.parametrize("status", [204, 304])
def test_statuses_without_a_body_have_none(client: RawClient, probe: Probe, status: int) -> None:
    probe.says(Reply(status, body=b"ignored"))
    client.send(request())
    first, headers = client.head()
    assert first.startswith(f"HTTP/1.1 {status} ")
    assert "content-length" not in headers
    probe.reset()
    assert client.send(request("/next")).answer().json["path"] == "/next"


def test_an_upgrade_is_not_taken_up(client: RawClient) -> None:
    """h2c and websockets are offered by some clients; HTTP/1.1 goes on."""
    client.send(request("/1", headers="Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: a\r\n"))
    assert client.answer().status == 200
    assert client.send(request("/2")).answer().json["path"] == "/2"


def test_an_asterisk_reaches_the_lane(client: RawClient) -> None:
    assert client.send(request("*", method="OPTIONS")).answer().json["path"] == "*"


def test_server_is_never_named_and_date_is_the_replys(client: RawClient) -> None:
    headers = client.send(request()).answer().headers
    assert "server" not in headers
    assert headers["date"] == "Thu, 04 Jan 2024 00:00:00 GMT"


def test_a_body_of_exactly_the_limit_is_read(client: RawClient) -> None:
    client.send(request(method="POST", headers="Content-Length: 1048576\r\n")).send(b"x" * 1_048_576)
    answer = client.answer()
    assert len(answer.json["body"]) == 1_048_576
    assert answer.json["oversized"] is False
    assert client.send(request("/next")).answer().json["path"] == "/next"


@pytest.mark.parametrize("chunked", [False, True], ids=["by its length", "in chunks"])
def test_a_body_past_the_limit_is_answered_while_it_is_still_being_sent(client: RawClient, *, chunked: bool) -> None:
    """Whoever sends eight megabytes still gets to read the answer: the rest is thrown away, not reset."""
    megabyte = b"x" * 1_048_576
    if chunked:
        client.send(request(method="POST", headers="Transfer-Encoding: chunked\r\n"))
        for _ in range(8):
            client.send(b"100000\r\n" + megabyte + b"\r\n")
    else:
        client.send(request(method="POST", headers=f"Content-Length: {8 * len(megabyte)}\r\n"))
        for _ in range(8):
            client.send(megabyte)
    answer = client.answer()
    assert answer.json["oversized"] is True
    assert answer.headers["connection"] == "close"


def test_a_large_answer_arrives_whole_at_a_slow_reader(client: RawClient, probe: Probe) -> None:
    probe.says(Reply(200, body=b"x" * 5_000_000))
    client.send(request() * 3)
    assert [len(client.answer().body) for _ in range(3)] == [5_000_000] * 3


def test_a_client_that_closes_its_side_still_gets_its_answers(client: RawClient, probe: Probe) -> None:
    """As ``printf … | nc`` does; also from the application's thread."""
    probe.answer = lambda incoming: None if incoming.path == "/page" else Reply(200, body=b"lane")
    client.send(request("/1") + request("/page") + request("/page")).finish_sending()
    assert [client.answer().body for _ in range(3)] == [b"lane", b"page /page", b"page /page"]
    assert client.rest() == b""


def test_a_crash_of_the_lane_is_ours_and_the_connection_goes_on(
    client: RawClient, probe: Probe, caplog: pytest.LogCaptureFixture
) -> None:
    """A problem without a trace on the wire; the trace is in the log."""

    def crash(_: object) -> Reply:
        raise LookupError("secret detail")

    probe.answer = crash
    answer = client.send(request()).answer()
    assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
    assert b"secret" not in answer.body
    assert "secret detail" in caplog.text
    probe.reset()
    assert client.send(request("/next")).answer().status == 200


def test_a_reply_that_cannot_be_sent_is_ours_as_well(client: RawClient, probe: Probe) -> None:
    probe.says(Reply(200, (("X", "a\r\nY: b"),)))
    answer = client.send(request()).answer()
    assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "y" not in answer.headers


def test_an_unknown_fault_does_not_take_the_connection_with_it(client: RawClient, probe: Probe) -> None:
    """The scenario loader refuses such names; a lane of somebody else's may not."""
    probe.delivers(fault=Fault("resett"))
    answer = client.send(request("/planned")).answer()
    assert answer.status == 500
    assert "resett" in answer.json["detail"]
    assert client.send(request("/next")).answer().status == 200


def test_small_packets_are_not_held_back(server: Server, probe: Probe) -> None:
    """TCP_NODELAY is on, or a dribble would arrive in lumps."""
    seen: list[int] = []

    def look(_: object) -> Reply:
        for connection in server._serving.connections if server._serving else ():
            assert isinstance(connection, Connection)
            accepted = connection._transport.get_extra_info("socket")
            seen.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return Reply(200)

    probe.answer = look
    with RawClient(server.port) as client:
        client.send(request()).answer()
    assert seen
    assert all(seen)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"HEAD / HTTP/1.1\r\nBad\r\n\r\n", id="400"),
        pytest.param(b"HEAD /" + b"a" * 20_000, id="414"),
        pytest.param(b"HEAD / HTTP/1.1\r\n" + b"A: b\r\n" * 10_000, id="431"),
    ],
)
def test_a_refused_head_gets_no_body(client: RawClient, raw: bytes) -> None:
    """RFC 9110 §9.3.2, also for what cannot be read whole: else the body would pose as the next answer."""
    client.send(raw)
    first, headers = client.head()
    assert first.split()[1] in {"400", "414", "431"}
    assert int(headers["content-length"]) > 0
    assert client.finish_sending().rest() == b""
