"""What every answer of the control plane has in common: problems for whatever goes wrong, never the framework's own."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from simulator.app import create_app
from simulator.control.endpoints import ENDPOINTS
from simulator.control.guard import Guard
from simulator.core.errors import StateUnreachable
from simulator.simulation import Simulation
from tests.control.conftest import Control
from tests.service import Serve

PATHS = sorted({endpoint.path.replace("<part>", "nobody") for endpoint in ENDPOINTS})


def test_every_answer_is_dated_by_the_sandbox_and_never_kept(control: Control) -> None:
    other = control.inside("a")
    other.ok("PUT", "clock", {"at": "1999-12-31T23:59:59Z", "frozen": True})
    for path in ("clock", "nothing", "clock?x=1"):
        for who, date in ((control, "Thu, 04 Jan 2024 00:00:00 GMT"), (other, "Fri, 31 Dec 1999 23:59:59 GMT")):
            answer = who.send("GET", path)
            assert answer.header("Date") == date
            assert answer.header("Cache-Control") == "no-store"
            assert [name for name, _ in answer.headers].count("date") == 1


@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_method_names_the_right_ones(control: Control, path: str) -> None:
    there = {each.method for each in ENDPOINTS if each.path.replace("<part>", "nobody") == path}
    allowed = {*there, "OPTIONS", *(["HEAD"] if "GET" in there else [])}
    for method in {"GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "FOO"} - there:
        answer = control.send(method, path[1:])
        assert (answer.status, answer.header("Content-Type")) == (405, "application/problem+json")
        assert answer.header("Allow") == ", ".join(sorted(allowed))


@pytest.mark.parametrize("path", PATHS)
def test_options_lists_the_methods_without_a_word_of_cors(control: Control, path: str) -> None:
    answer = control.send("OPTIONS", path[1:], headers={"Access-Control-Request-Method": "PUT"})
    assert (answer.status, answer.body) == (204, b"")
    assert "OPTIONS" in str(answer.header("Allow"))
    assert not [name for name, _ in answer.headers if name.startswith("access-control")]


def test_head_is_get_without_its_body(control: Control) -> None:
    answer = control.send("HEAD", "clock")
    assert (answer.status, answer.header("Content-Type"), answer.body) == (200, "application/json", b"")
    assert answer.header("Content-Length") == str(len(control.send("GET", "clock").body))


@pytest.mark.parametrize(
    "path", ["", "/", "nothing", "clock/nothing", "clock/advance/x", "sandboxes/a/b", "sandboxes/a%2Fb", "%E3%81%82"]
)
def test_an_unknown_path_lists_what_there_is(control: Control, path: str) -> None:
    refused = control.refused(404, "GET", path)
    assert "PUT /_simulator/clock" in refused["paths"]


@pytest.mark.parametrize("target", ["/_simulator/clock/", "//_simulator///clock", "/sandbox/a//_simulator/clock"])
def test_slashes_never_make_a_redirect(control: Control, target: str) -> None:
    assert control.service.get(target).status == 200


@pytest.mark.parametrize("target", ["/_simulatorx", "/_simulator-clock", "/sandbox/a/_simulatorclock"])
def test_what_only_looks_like_the_control_plane_is_not(control: Control, target: str) -> None:
    assert control.service.get(target).json["title"] == "No such operation"


def test_an_unusable_sandbox_name_is_refused_and_nothing_is_made(control: Control) -> None:
    assert control.inside("-a").refused(404, "GET", "clock")["title"] == "No such sandbox"
    assert control.ok("GET", "sandboxes") == {"sandboxes": [{"name": "default"}]}


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("clock?x=1", 'unknown key "x"; nothing is allowed here'),
        ("journal?operatoin=x", '(did you mean "operation"?)'),
        ("journal?limit=1&limit=2", '"limit" is there twice'),
        ("journal?limit=-1", "expected a whole number"),
        ("journal?limit=1.5", "expected a whole number"),
        ("journal?limit=", "expected a whole number"),
        ("journal?limit=%D9%A1", "expected a whole number"),
        ("journal?since=yesterday", "is not an RFC 3339 moment"),
        ("journal?operation=", "is empty"),
    ],
)
def test_a_query_that_cannot_be_meant_is_refused_by_name(control: Control, target: str, says: str) -> None:
    assert says in control.refused(400, "GET", target)["detail"]


@pytest.mark.parametrize("size", [1_048_576, 1_048_577])
def test_a_body_may_have_a_mebibyte_and_no_byte_more(control: Control, size: int) -> None:
    answer = control.send("PUT", "scenario", b"#" * (size - 1) + b"\n")
    assert answer.status == (422 if size == 1_048_576 else 413)
    assert answer.header("Content-Type") == "application/problem+json"


def test_every_endpoint_is_a_route_of_flask() -> None:
    """As ``flask routes`` lists them."""
    routes = {
        (method, rule.rule)
        for rule in create_app(Simulation([])).url_map.iter_rules()
        for method in (rule.methods or ())
    }
    for endpoint in ENDPOINTS:
        assert (endpoint.method, f"/_simulator{endpoint.path}") in routes
        under = (endpoint.method, f"/sandbox/<sandbox>/_simulator{endpoint.path}") in routes
        assert under is (endpoint.scope == "sandbox")


def test_health_is_open_to_everybody_and_nothing_else_is() -> None:
    simulation = Simulation([])
    client = create_app(simulation, guard=Guard.listening_on("192.0.2.1")).test_client()
    stranger = {"Host": "evil.example", "Origin": "https://evil.example"}
    for prefix in ("", "/sandbox/a"):
        assert client.get(f"{prefix}/_simulator/health", headers=stranger).status_code == 200
        assert client.get(f"{prefix}/_simulator/ready", headers=stranger).status_code == 403
        assert client.get(f"{prefix}/_simulator/nothing", headers=stranger).status_code == 403
    assert simulation.sandboxes.names() == ["default"]


def test_off_loopback_the_token_opens_it() -> None:
    client = create_app(Simulation([]), guard=Guard.listening_on("0.0.0.0", "sesame")).test_client()
    refused = client.get("/_simulator/clock")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="simulator"')
    assert client.get("/_simulator/clock", headers={"Authorization": "Bearer sesame"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "reset", b""),
        ("PUT", "clock", b'{"at": "+1h"}'),
        ("POST", "clock/advance", b'{"by": "1h"}'),
        ("PUT", "scenario", b'{"name": "jquants-outage"}'),
        ("DELETE", "journal", b""),
        ("DELETE", "sandboxes/default", b""),
        ("POST", "tokens", b'{"api": "uid2", "kind": "refresh_token"}'),
        ("OPTIONS", "clock", b""),
        ("GET", "journal", b""),
    ],
)
def test_a_page_of_a_foreign_origin_moves_nothing(control: Control, method: str, path: str, body: bytes) -> None:
    """As a form or a fetch without preflight would send it."""
    before = control.service.clock.now()
    for foreign in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        answer = control.send(method, path, body, headers={**foreign, "Content-Type": "text/plain"})
        assert (answer.status, answer.json["title"]) == (403, "Foreign page")
        assert not [name for name, _ in answer.headers if name.startswith("access-control")]
    assert control.service.clock.now() == before
    assert control.service.simulation.sandboxes.get("default").setup.scenario is None


def test_a_crash_of_ours_is_a_problem_and_not_a_page(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = serve().simulation

    def broken(_name: str) -> None:
        raise ZeroDivisionError

    client: FlaskClient = create_app(simulation).test_client()
    monkeypatch.setattr(type(simulation.sandboxes), "delete", lambda _self, _name: broken(_name))
    answer = client.delete("/_simulator/sandboxes/a")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert b"ZeroDivisionError" not in answer.data


def test_a_refusal_asks_the_state_backend_nothing(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is out of reach, health and problems must still be told."""
    sandboxes = control.service.simulation.sandboxes

    def unreachable(_self: object, name: str) -> None:
        raise StateUnreachable(f"no answer for {name}")

    monkeypatch.setattr(type(sandboxes), "get", unreachable)
    assert control.inside("a").ok("GET", "health")["status"] == "ok"
    assert control.inside("a").send("GET", "nothing").status == 404
    assert control.inside("a").refused(503, "GET", "clock")["title"] == "State unreachable"


def test_every_mistake_is_told_at_once_with_its_code_and_place(control: Control) -> None:
    refused = control.refused(400, "PUT", "clock", {"at": "yesterday", "frozn": True, "rate": "fast"})
    assert [(error["code"], error["path"], error["suggestion"]) for error in refused["errors"]] == [
        ("E105", "at", None),
        ("E102", "frozn", "frozen"),
        ("E104", "rate", None),
    ]
    for said in ("yesterday", '"frozn" (did you mean "frozen"?)', "expected a number, got a string"):
        assert said in refused["detail"]


def test_a_refusal_repeats_no_value_of_a_wrong_type(control: Control) -> None:
    """It may be a secret in the wrong place."""
    assert "sesame" not in json.dumps(control.refused(400, "PUT", "clock", {"frozen": "sesame", "rate": "sesame"}))


def test_a_long_list_of_mistakes_is_cut(control: Control) -> None:
    refused = control.refused(400, "PUT", "clock", {f"key{number}": 1 for number in range(5_000)})
    assert len(refused["errors"]) == 200
    assert len(refused["detail"]) < 2_000
