from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import urllib.request
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from simulator import __version__
from simulator.core.clock import steady
from tests.cli.running import fetch, run, serving


def url_of(line: str) -> str:
    start = "Simulator ready at "
    assert line.startswith(start), line
    return line.removeprefix(start).strip()


def test_the_first_line_says_where_it_is_and_it_answers_there() -> None:
    with serving() as (_, line):
        status, headers, body = fetch(f"{url_of(line)}/v1/token/auth_refresh", method="POST", body=b"")
    assert (status, body) == (400, {"message": "'refreshtoken' is required."})
    assert "Server" not in headers


def test_the_port_file_is_there_with_the_first_line(tmp_path: Path) -> None:
    port_file = tmp_path / "port.json"
    with serving("--port-file", str(port_file)) as (process, line):
        found = json.loads(port_file.read_text())
        assert found["url"] == url_of(line) == f"http://127.0.0.1:{found['port']}"
        assert (found["pid"], found["version"]) == (process.pid, __version__)
        assert list(tmp_path.iterdir()) == [port_file], "nothing half-written lies beside it"


def test_the_port_file_goes_with_the_simulator(tmp_path: Path) -> None:
    """A script that waits for the file must not find the last run's; healthcheck then has nobody to ask."""
    port_file = tmp_path / "port.json"
    with serving("--port-file", str(port_file)) as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0

        assert not port_file.exists()
        assert run("healthcheck", "--port-file", str(port_file)).returncode == 1


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
def test_the_port_file_goes_when_the_terminal_does(tmp_path: Path) -> None:
    port_file = tmp_path / "port.json"
    with serving("--port-file", str(port_file)) as (process, _):
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=10) == 0
        assert not port_file.exists()


def test_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    """A token that is made with the same secret, from a variable, is known there."""
    (tmp_path / "secret").write_text("sesame\n")
    made = run("token", "jquants", "refresh_token", SIMULATOR_SECRET="sesame")
    with serving("--secret-file", str(tmp_path / "secret")) as (_, line):
        status, _, _ = fetch(f"{url_of(line)}/v1/token/auth_refresh?refreshtoken={made.stdout.strip()}", method="POST")
    assert status == 200


def test_an_unread_log_stops_nothing(tmp_path: Path) -> None:
    """672 lines filled the pipe and blocked the server."""
    scenario = tmp_path / "loud.yaml"
    scenario.write_text(f"version: 1\nname: loud\nrules: [{{id: a, then: {{log: {'x' * 900}}}}}]\n")
    with serving("--scenario", str(scenario)) as (_, line):
        connection = HTTPConnection(url_of(line).removeprefix("http://"), timeout=10)
        for _ in range(1_500):
            connection.request("GET", "/v1/token/auth_user")
            connection.getresponse().read()
        connection.close()


def test_the_port_file_of_another_stays(tmp_path: Path) -> None:
    port_file = tmp_path / "port.json"
    with serving("--port-file", str(port_file)) as (first, _):
        theirs = port_file.read_text()
        taken = json.loads(theirs)["port"]
        assert run("serve", "--port", str(taken), "--port-file", str(port_file)).returncode == 4
        assert port_file.read_text() == theirs, "the second one never wrote it"

        with serving("--port-file", str(port_file)):
            ours = port_file.read_text()
            first.send_signal(signal.SIGTERM)
            assert first.wait(timeout=10) == 0
            assert port_file.read_text() == ours, "the second one's, written over the first one's"


def test_simulators_on_free_ports_find_free_ones_for_https_too() -> None:
    """Where --tls-port is not given: on 8443 the second one would have no place."""
    with serving("--tls", "--log-format", "json") as (_, one), serving("--tls", "--log-format", "json") as (_, two):
        assert json.loads(one)["https_url"] != json.loads(two)["https_url"]


def test_json_for_machines() -> None:
    with serving("--log-format", "json") as (_, line):
        assert json.loads(line)["url"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_scenario_logs_is_on_stderr(tmp_path: Path, form: str) -> None:
    scenario = tmp_path / "talks.yaml"
    scenario.write_text("version: 1\nname: talks\nrules:\n  - {id: r, then: {log: somebody called}}\n")
    with serving("--scenario", str(scenario), SIMULATOR_LOG_FORMAT=form) as (process, line):
        url = json.loads(line)["url"] if form == "json" else url_of(line)
        fetch(f"{url}/v1/token/auth_refresh", method="POST", body=b"")
        assert process.stderr is not None
        logged = process.stderr.readline()
    said = "scenario rule r in sandbox default: somebody called"
    if form == "json":
        record = json.loads(logged)
        assert {name: record[name] for name in ("event", "level", "logger", "message")} == {
            "event": "log", "level": "info", "logger": "simulator", "message": said,
        }  # fmt: skip
        assert record["at"].endswith("Z")
    else:
        assert logged.endswith(f" INFO simulator: {said}\n")


def test_the_quiet_are_told_nothing() -> None:
    """Two servers on one port: the second one ends, so that everything the first one printed can be read."""
    with serving() as (_, line):
        ran = run("serve", "--quiet", "--port", url_of(line).rpartition(":")[2])
    assert (ran.returncode, ran.stdout) == (4, "")


def test_every_flag_is_a_variable_too() -> None:
    variables = {
        "SIMULATOR_PROFILE": "observed",
        "SIMULATOR_CLOCK": "2024-01-04T00:00:00Z",
        "SIMULATOR_FROZEN": "1",
        "SIMULATOR_API": "jquants",
    }
    with serving(**variables) as (_, line):
        status, headers, _ = fetch(f"{url_of(line)}/v1/token/auth_refresh?refreshtoken=dead", method="POST", body=b"")
        assert (status, headers["date"]) == (400, "Thu, 04 Jan 2024 00:00:00 GMT")
        status, _, body = fetch(f"{url_of(line)}/v1/token/refresh")
        assert (status, body["message"][:30]) == (403, "Missing Authentication Token. ")


def test_one_secret_makes_one_token_on_every_process() -> None:
    with serving("--secret", "shared") as (_, line):
        token = run("token", "jquants", "refresh_token", "--secret", "shared").stdout.strip()
        status, _, _ = fetch(f"{url_of(line)}/v1/token/auth_refresh?refreshtoken={token}", method="POST", body=b"")
        assert status == 200
        old = run("token", "jquants", "refresh_token", "--secret", "shared", "--age", "8d").stdout.strip()
        status, _, _ = fetch(f"{url_of(line)}/v1/token/auth_refresh?refreshtoken={old}", method="POST", body=b"")
        assert status == 403, "it was born expired"


def test_a_shipped_scenario_is_served_by_name() -> None:
    with serving("--scenario", "jquants-outage") as (_, line):
        seen = [fetch(f"{url_of(line)}/v1/token/auth_refresh", method="POST", body=b"")[0] for _ in range(2)]
    assert seen == [503, 503]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_gone_within_a_second_with_answers_under_way(number: signal.Signals, tmp_path: Path) -> None:
    """A hang, a long delay and a dribble are under way, and a client that has not finished its request."""
    scenario = tmp_path / "slow.yaml"
    scenario.write_text(
        "version: 1\nname: slow\nrules:\n"
        "  - {id: a, when: {operation: jquants.auth_refresh, query: {refreshtoken: hang}}, then: {fault: hang}}\n"
        "  - {id: b, when: {operation: jquants.auth_refresh, query: {refreshtoken: late}}, then: {delay: 30s}}\n"
        "  - {id: c, when: {operation: jquants.auth_refresh}, then: {dribble: {over: 30s, chunks: 10}}}\n"
    )
    with serving("--scenario", str(scenario)) as (process, line):
        host, _, port = url_of(line).removeprefix("http://").partition(":")
        peers = [socket.create_connection((host, int(port)), timeout=5) for _ in range(4)]
        for peer, token in zip(peers, ["hang", "late", "slow"], strict=False):
            peer.sendall(f"POST /v1/token/auth_refresh?refreshtoken={token} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        peers[3].sendall(b"POST /v1/token")
        assert peers[2].recv(10), "the dribble has begun"
        process.send_signal(number)
        assert process.wait(timeout=3) == 0, "three seconds is for a busy machine; the server allows itself one"
        for peer in peers:
            peer.close()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(["--profile", "perfect"], 2, "Choose from documented, observed", id="profile"),
        pytest.param(
            ["--api", "jquants", "--profile", "current"], 2, "Choose from documented, observed.", id="profile of UID2"
        ),
        pytest.param(["--profile", "jquants=current"], 2, "Choose from documented, observed.", id="UID2's profile"),
        pytest.param(["--tls-name", "prod.uidapi.com"], 2, "Add --tls.", id="names of no certificate"),
        pytest.param(["--sandbox-domain", "*.test"], 2, "is not a domain such as sandboxes.test", id="domain"),
        pytest.param(["--profile", "uid3=observed"], 2, '"uid3" is not served here', id="profile of no API"),
        pytest.param(["--api", "uid3"], 2, "Choose from both, jquants, uid2", id="api"),
        pytest.param(["--clock", "yesterday"], 2, "RFC 3339", id="clock"),
        pytest.param(["--secret", ""], 2, "--secret is empty", id="secret"),
        pytest.param(["--control-token", ""], 2, "--control-token is empty", id="control token"),
        pytest.param(["--secret-file", os.devnull], 2, "is empty", id="an empty file"),
        pytest.param(["--secret-file", "/nowhere/s"], 2, "--secret-file: /nowhere/s cannot be read", id="no such file"),
        pytest.param(
            ["--secret", "a", "--secret-file", "b"],
            2,
            "--secret and --secret-file exclude each other",
            id="two secrets",
        ),
        pytest.param(
            ["--tls", "--tls-ca", "/nowhere/ca.pem"], 2, "/nowhere/ca.pem: the CA's", id="no place for the CA"
        ),
        pytest.param(["--port", "99999"], 2, "99999", id="port"),
        pytest.param(["--scenario", "jquants-outag"], 2, 'Did you mean "jquants-outage"?', id="scenario name"),
        pytest.param(["--scenario", "nowhere.yaml"], 2, "nowhere.yaml", id="scenario file"),
        pytest.param(["--nonsense"], 2, "--nonsense", id="unknown option"),
    ],
)
def test_what_cannot_be_meant_ends_with_2_and_a_remedy(arguments: list[str], code: int, says: str) -> None:
    ran = run("serve", *arguments)
    assert (ran.returncode, ran.stdout) == (code, "")
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_what_is_doubtful_in_a_scenario_is_said_at_the_start_unless_all_is_to_be_quiet(tmp_path: Path) -> None:
    scenario = tmp_path / "doubtful.yaml"
    scenario.write_text("version: 1\nname: x\nabout: on\nrules: []\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])  # so that it ends by itself, once the scenario has been read
        for quiet, said in (((), 1), (("--quiet",), 0)):
            ended = run("serve", "--scenario", str(scenario), "--port", port, *quiet)
            assert (ended.returncode, ended.stderr.count(f"{scenario}:3:8: W301")) == (4, said)


def test_an_invalid_scenario_ends_with_3_and_every_problem(tmp_path: Path) -> None:
    scenario = tmp_path / "bad.yaml"
    scenario.write_text("version: 1\nname: x\nrules: [{id: a, then: {delay: 5}}, {id: a, then: {fault: boom}}]\n")
    ran = run("serve", "--scenario", str(scenario))
    assert ran.returncode == 3
    for expected in ("3:31: E106", "3:41: E207", "3:58: E107"):
        assert f"{scenario}:{expected}" in ran.stderr, ran.stderr


def test_a_taken_port_ends_with_4_and_its_number() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("serve", "--port", str(port))
    assert ran.returncode == 4
    assert str(port) in ran.stderr
    assert "Traceback" not in ran.stderr


def test_https_beside_http_with_a_ca_of_its_own(tmp_path: Path) -> None:
    port_file = tmp_path / "port.json"
    with serving("--tls", "--tls-port", "0", "--port-file", str(port_file)):
        found = json.loads(port_file.read_text())
        assert found["ca_file"] == str(tmp_path / "simulator-ca.pem")
        trusting = ssl.create_default_context(cafile=found["ca_file"])
        for name in ("127.0.0.1", "localhost"):
            url = found["https_url"].replace("127.0.0.1", name)
            with pytest.raises(HTTPError) as refused:
                urllib.request.urlopen(f"{url}/v1/token/refresh", context=trusting, timeout=10)
            assert refused.value.code == 400
            refused.value.close()
        status, _, _ = fetch(f"{found['url']}/v1/token/refresh")
        assert status == 400, "http is still there"


NAMED = ("prod.uidapi.com", "api.jquants.com", "10.0.2.2")


def test_the_certificate_is_for_the_names_that_clients_use(tmp_path: Path) -> None:
    """What a hosts-file entry, ``--resolve`` or an emulator's view of its host makes of the address."""
    names = [part for name in NAMED for part in ("--tls-name", name)]
    port_file = tmp_path / "port.json"
    with serving("--tls", *names, "--port-file", str(port_file)):
        found = json.loads(port_file.read_text())
        trusting = ssl.create_default_context(cafile=found["ca_file"])
        address = urlsplit(found["https_url"])
        for name in (*NAMED, "127.0.0.1"):
            with (
                socket.create_connection((address.hostname, address.port), timeout=10) as plain,
                trusting.wrap_socket(plain, server_hostname=name) as secure,
            ):
                secure.sendall(f"GET /ops/healthcheck HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
                assert secure.recv(100).startswith(b"HTTP/1.1 200 OK")
        with (
            socket.create_connection((address.hostname, address.port), timeout=10) as plain,
            pytest.raises(ssl.SSLCertVerificationError, match=r"other\.example"),
        ):
            trusting.wrap_socket(plain, server_hostname="other.example")


def test_a_sandbox_is_reached_by_its_host_over_https_too(tmp_path: Path) -> None:
    port_file = tmp_path / "port.json"
    with serving("--tls", "--sandbox-domain", "Sandboxes.test", "--port-file", str(port_file)):
        found = json.loads(port_file.read_text())
        trusting = ssl.create_default_context(cafile=found["ca_file"])
        address = urlsplit(found["https_url"])
        with (
            socket.create_connection((address.hostname, address.port), timeout=10) as plain,
            trusting.wrap_socket(plain, server_hostname="mine.sandboxes.test") as secure,
        ):
            secure.sendall(b"GET /_simulator/clock HTTP/1.1\r\nHost: mine.sandboxes.test\r\n\r\n")
            assert secure.recv(100).startswith(b"HTTP/1.1 200 OK")
        _, _, listed = fetch(f"{found['url']}/_simulator/sandboxes")
        assert {"name": "mine"} in [{"name": one["name"]} for one in listed["sandboxes"]]


def test_half_a_certificate_is_refused(tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text("")
    ran = run("serve", "--tls-cert", str(certificate))
    assert (ran.returncode, "--tls-cert and --tls-key go together" in ran.stderr) == (2, True)


def test_off_loopback_a_control_token_is_made_and_printed_once() -> None:
    with serving("--host", "0.0.0.0") as (process, line):
        assert process.stdout is not None
        second = process.stdout.readline()
        token = second.removeprefix("Control token: ").strip()
        assert len(token) >= 32
        base = f"http://127.0.0.1:{url_of(line).rpartition(':')[2]}/_simulator"
        assert fetch(f"{base}/clock")[0] == 401
        asked = urllib.request.Request(f"{base}/clock", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.status == 200
        assert fetch(f"{base}/health")[0] == 200, "health stays open"


def test_an_api_can_be_served_alone_and_then_has_its_own_gateway() -> None:
    with serving("--api", "uid2") as (_, line), pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(f"{url_of(line)}/nothing", timeout=10)
    with refused.value as answer:
        assert answer.read() == b"<html><body><h1>Resource not found</h1></body></html>"


def test_a_server_of_one_api_begins_and_goes_on_by_the_same_rule() -> None:
    ended = run("serve", "--api", "uid2", "--scenario", "jquants-outage", "--port", "0")
    assert (ended.returncode, "the server is uid2 alone" in ended.stderr) == (3, True)

    with serving("--api", "uid2", "--scenario", "chaos") as (_, line):
        base = f"{url_of(line)}/_simulator"
        assert fetch(f"{base}/scenario")[2]["name"] == "chaos"
        assert fetch(f"{base}/scenarios")[0] == 200
        assert fetch(f"{base}/scenario", method="PUT", body=b'{"name": "lost-answer"}')[0] == 200
        refused = fetch(f"{base}/scenario", method="PUT", body=b'{"name": "jquants-outage"}')
        assert (refused[0], [error["code"] for error in refused[2]["errors"]]) == (422, ["E107"])


@pytest.mark.slow
def test_heavy_control_calls_hold_nothing_else_up_not_even_the_end() -> None:
    """Four documents that take seconds to check: health, ready and other calls are answered meanwhile, and SIGTERM
    does not wait for them.
    """
    rule = "- {when: {operation: nothing.like.it}, then: {delay: 1s}}\n"
    heavy = ("version: 1\nname: x\nrules:\n" + rule * 4_000).encode()
    with serving() as (process, line):
        url = line.split()[-1]
        host = url.removeprefix("http://")
        waiting = []
        for _ in range(8):
            connection = HTTPConnection(host, timeout=60)
            connection.request("PUT", "/_simulator/scenario", heavy)
            waiting.append(connection)
        for path in ("health", "ready", "clock"):
            began = steady()
            assert fetch(f"{url}/_simulator/{path}")[0] == 200
            assert steady() - began < 5, path
        began = steady()
        process.terminate()
        assert process.wait(10) == 0
        assert steady() - began < 3, "a second, on a machine with nothing else to do"
        for connection in waiting:
            connection.close()
