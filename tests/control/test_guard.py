"""Who may drive the control plane: a table for each of the three dangers."""

from __future__ import annotations

import json

import pytest

from simulator.control.guard import Guard
from simulator.core.http.loopback import is_loopback
from simulator.core.model.call import Request

TOKEN = "kita-sakura-日本"
BEARER = f"Bearer {TOKEN}".encode().decode("latin-1")
HERE = "127.0.0.1"
AWAY = "203.0.113.9"


def call(client: str = HERE, method: str = "POST", **headers: str) -> Request:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method, "/_simulator/reset", "", {"host": "127.0.0.1:8080", **sent}, client=client)


def verdict(guard: Guard, incoming: Request) -> str | None:
    """The title of the refusal; None: it may."""
    reply = guard.refusal(incoming)
    if reply is None:
        return None
    document = json.loads(reply.body)
    assert reply.header("Content-Type") == "application/problem+json"
    assert document["status"] == reply.status == (401 if document["title"] == "Control token required" else 403)
    assert TOKEN not in document["detail"]
    assert not [name for name, _ in reply.headers if name.lower().startswith("access-control")]
    return str(document["title"])


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("a.localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost.example.com", False),
        ("notlocalhost", False),
        ("127.0.0.1.nip.io", False),
        ("128.0.0.1", False),
        ("0.0.0.0", False),
        ("::ffff:10.0.0.1", False),
        ("", False),
        ("2130706433", False),
        ("::1%evil", False),
    ],
)
def test_what_counts_as_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize("listens", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_on_loopback_no_token_is_asked_for(listens: str) -> None:
    assert verdict(Guard.listening_on(listens, TOKEN), call()) is None
    assert verdict(Guard.listening_on(listens), call()) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:8080", None),
        ("localhost", None),
        ("LocalHost:1", None),
        ("[::1]:8080", None),
        ("sim.localhost:8080", None),
        ("evil.example", "Foreign host"),
        ("evil.example:8080", "Foreign host"),
        ("localhost.evil.example", "Foreign host"),
        ("127.0.0.1.nip.io:8080", "Foreign host"),
        ("localhost@evil.example", "Foreign host"),
        ("evil.example@localhost", "Foreign host"),
        ("localhost/evil", "Foreign host"),
        ("localhost:port", "Foreign host"),
        ("localhost, evil.example", "Foreign host"),
        ("[::1", "Foreign host"),
        ("[::1]evil.com", "Foreign host"),
        ("[v1.localhost]", "Foreign host"),
        ("[::1%evil]", "Foreign host"),
        ("[::1%25evil]:8080", "Foreign host"),
        ("127.0.0.1:8080:9", "Foreign host"),
        ("localhost:999999", "Foreign host"),
        ("127.0.0.1%00", "Foreign host"),
        ("", "Foreign host"),
    ],
)
def test_a_name_that_an_attacker_points_here_is_refused(host: str, expected: str | None) -> None:
    """DNS rebinding: the browser believes it talks to evil.example, and says so in Host."""
    assert verdict(Guard.listening_on("127.0.0.1"), call(host=host)) == expected
    assert verdict(Guard(), call(host=host)) == expected


@pytest.mark.parametrize(
    ("listens", "host", "expected"),
    [
        ("192.0.2.5", "192.0.2.5:8080", None),
        ("192.0.2.5", "localhost", None),
        ("192.0.2.5", "evil.example", "Foreign host"),
        ("Build-Server", "build-server:8080", None),
        ("0.0.0.0", "simulator:8080", None),
        ("::", "anything.example", None),
        ("", "anything.example", None),
    ],
)
def test_elsewhere_the_host_is_the_one_it_listens_on(listens: str, host: str, expected: str | None) -> None:
    """With every address the clients' name for it is unknown; the token is what protects then."""
    guard = Guard.listening_on(listens, TOKEN)
    assert verdict(guard, call(AWAY, host=host, authorization=BEARER)) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({}, None, id="no browser"),
        pytest.param({"origin": "http://127.0.0.1:8080"}, None, id="own page"),
        pytest.param(
            {"origin": "http://127.0.0.1:8080", "sec_fetch_site": "same-origin"}, None, id="own page, says so"
        ),
        pytest.param({"sec_fetch_site": "none"}, None, id="typed by a person"),
        pytest.param({"origin": "https://evil.example"}, "Foreign page", id="foreign origin"),
        pytest.param({"origin": "http://127.0.0.1:9999"}, "Foreign page", id="another port"),
        pytest.param({"origin": "http://localhost:8080"}, "Foreign page", id="another name"),
        pytest.param({"origin": "http://127.0.0.1:8080/evil"}, "Foreign page", id="a path"),
        pytest.param({"origin": "http://127.0.0.1:8080/"}, "Foreign page", id="a slash"),
        pytest.param({"origin": "http://x@127.0.0.1:8080"}, "Foreign page", id="a user"),
        pytest.param({"origin": "null"}, "Foreign page", id="opaque origin"),
        pytest.param({"origin": ""}, "Foreign page", id="empty origin"),
        pytest.param({"origin": "http://[::1"}, "Foreign page", id="broken origin"),
        pytest.param({"origin": "file://127.0.0.1:8080"}, "Foreign page", id="a file"),
        pytest.param({"sec_fetch_site": "cross-site"}, "Foreign page", id="cross-site without origin"),
        pytest.param({"sec_fetch_site": "same-site"}, "Foreign page", id="same site, other origin"),
        pytest.param(
            {"origin": "http://127.0.0.1:8080", "sec_fetch_site": "cross-site"}, "Foreign page", id="contradiction"
        ),
        pytest.param(
            {"origin": "https://evil.example", "content_type": "text/plain"}, "Foreign page", id="simple post"
        ),
    ],
)
def test_a_page_of_another_origin_cannot_drive_it(headers: dict[str, str], expected: str | None) -> None:
    for guard in (Guard.listening_on("127.0.0.1"), Guard()):
        assert verdict(guard, call(**headers)) == expected
    elsewhere = Guard.listening_on("0.0.0.0", TOKEN)
    assert verdict(elsewhere, call(AWAY, authorization=BEARER, **headers)) == expected


@pytest.mark.parametrize("client", [HERE, AWAY])
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(BEARER, None, id="right"),
        pytest.param(BEARER.replace("Bearer", "bEARER"), None, id="the scheme has no case"),
        pytest.param(None, "Control token required", id="none"),
        pytest.param("", "Control token required", id="empty"),
        pytest.param("Bearer", "Control token required", id="scheme alone"),
        pytest.param("Bearer ", "Control token required", id="empty token"),
        pytest.param("Bearer kita", "Control token required", id="another"),
        pytest.param(BEARER[:-1], "Control token required", id="cut"),
        pytest.param(BEARER + "x", "Control token required", id="longer"),
        pytest.param(BEARER.replace("Bearer", "Basic"), "Control token required", id="another scheme"),
        pytest.param(BEARER.removeprefix("Bearer "), "Control token required", id="bare"),
    ],
)
def test_off_loopback_a_token_is_demanded_of_everybody(given: str | None, expected: str | None, client: str) -> None:
    """A peer on this machine may be a proxy that carries strangers."""
    headers = {} if given is None else {"authorization": given}
    assert verdict(Guard.listening_on("0.0.0.0", TOKEN), call(client, **headers)) == expected


def test_off_loopback_without_a_token_it_is_off_and_says_what_to_do() -> None:
    reply = Guard.listening_on("0.0.0.0").refusal(call(AWAY, authorization="Bearer "))
    assert reply is not None
    assert json.loads(reply.body)["title"] == "Control plane off"
    assert "--control-token" in json.loads(reply.body)["detail"]


@pytest.mark.parametrize(
    ("client", "host", "expected"),
    [
        pytest.param(HERE, "localhost", None, id="a peer here"),
        pytest.param("", "localhost", "Control token required", id="a Unix socket, so a proxy"),
        pytest.param("unix:", "localhost", "Control token required", id="a Unix socket that says so"),
        pytest.param(HERE, "evil.example", "Foreign host", id="a peer here, rebound"),
        pytest.param(AWAY, "sim.example", "Control token required", id="a peer elsewhere"),
    ],
)
def test_under_somebody_elses_server_the_peer_decides(client: str, host: str, expected: str | None) -> None:
    """Gunicorn and waitress do not tell an application where they listen."""
    assert verdict(Guard(token=TOKEN), call(client, host=host)) == expected


PROXY_HEADERS = ["x_forwarded_for", "x_real_ip", "forwarded", "via", "x_forwarded_host"]


@pytest.mark.parametrize("header", PROXY_HEADERS)
def test_on_loopback_a_call_through_a_proxy_needs_the_token(header: str) -> None:
    """A proxy on this machine that rewrites Host would open the control plane to its callers."""
    through = call(HERE, **{header: "127.0.0.1"})
    refusal = Guard.listening_on("127.0.0.1").refusal(through)
    assert refusal is not None
    assert "--trust-proxy" in json.loads(refusal.body)["detail"]
    assert verdict(Guard.listening_on("127.0.0.1"), through) == "Control plane off"
    assert verdict(Guard.listening_on("127.0.0.1", TOKEN), through) == "Control token required"
    assert verdict(Guard.listening_on("127.0.0.1", TOKEN), call(HERE, authorization=BEARER, **{header: "x"})) is None


@pytest.mark.parametrize("header", PROXY_HEADERS)
def test_a_trusted_proxy_is_as_a_direct_caller(header: str) -> None:
    through = call(HERE, **{header: "127.0.0.1"})
    assert verdict(Guard.listening_on("127.0.0.1", trust_proxy=True), through) is None
    assert verdict(Guard.listening_on("127.0.0.1", trust_proxy=True), call(HERE, host="evil.example")) == "Foreign host"
    assert verdict(Guard.listening_on("0.0.0.0", TOKEN, trust_proxy=True), through) == "Control token required"


@pytest.mark.parametrize("header", PROXY_HEADERS)
def test_under_somebody_elses_server_a_proxy_on_this_machine_is_a_stranger(header: str) -> None:
    """Whatever it claims: whom it speaks for can be anywhere."""
    through = call(HERE, **{header: "127.0.0.1"})
    assert verdict(Guard(token=TOKEN), through) == "Control token required"
    assert verdict(Guard(), through) == "Control plane off"
    assert verdict(Guard(token=TOKEN), call(HERE, authorization=BEARER, **{header: "127.0.0.1"})) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("mine.sandboxes.test:8080", None),
        ("sandboxes.test", None),
        ("mine.localhost", None),
        ("a.b.sandboxes.test", "Foreign host"),
        ("evilsandboxes.test", "Foreign host"),
        ("sandboxes.test.evil.example", "Foreign host"),
        ("evil.example", "Foreign host"),
    ],
)
def test_the_domain_of_sandboxes_is_not_foreign(host: str, expected: str | None) -> None:
    guard = Guard.listening_on("127.0.0.1", sandbox_domain="sandboxes.test")
    assert verdict(guard, call(host=host)) == expected
