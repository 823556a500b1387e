"""Where the server listens, how it starts, and that it is gone when told to."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from simulator.core.errors import PortTaken, UsageError
from simulator.core.model.call import Fault, Reply, Request
from simulator.server import Limits, Server
from simulator.server.connection import Connection
from simulator.server.sockets import authority, listen
from simulator.server.tls import from_files, self_signed
from tests.server.probe import Probe
from tests.server.raw_client import PATIENCE, RawClient

GET = b"GET /planned HTTP/1.1\r\nHost: a\r\n\r\n"


def ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_port_0_is_a_free_port_and_the_url_names_it() -> None:
    with Server(Probe(), port=0) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert server.https_url is None
        with RawClient(server.port) as client:
            assert client.send(GET).answer().status == 200


@pytest.mark.skipif(not ipv6(), reason="this machine has no IPv6")
def test_localhost_is_both_loopbacks_at_one_port() -> None:
    """Clients resolve localhost to either; both find the simulator."""
    with Server(Probe(), host="localhost", port=0) as server:
        assert server.url == f"http://localhost:{server.port}"
        for host in ("127.0.0.1", "::1"):
            with RawClient(server.port, host) as client:
                assert client.send(GET).answer().status == 200


def test_a_machine_without_ipv6_listens_on_the_other_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket

    def without_ipv6(family: int, kind: int, protocol: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        return real(family, kind, protocol)

    monkeypatch.setattr("simulator.server.sockets.socket.socket", without_ipv6)
    (only,) = listen("localhost", 0)
    with only:
        assert only.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_taken_port_is_named_with_the_way_out(host: str) -> None:
    with Server(Probe(), port=0) as first:
        with pytest.raises(PortTaken, match=rf"port {first.port} of 127\.0\.0\.1 is taken.*--port"):
            Server(Probe(), host=host, port=first.port).bind()
        with RawClient(first.port) as client:
            assert client.send(GET).answer().status == 200


@pytest.mark.skipif(not ipv6(), reason="this machine has no IPv6")
def test_localhost_needs_the_port_on_both_loopbacks() -> None:
    """Otherwise half of the clients would talk to somebody else. The one that was free is let go."""
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} of ::1"):
            listen("localhost", port)
    for again in listen("127.0.0.1", port):
        again.close()


def test_a_taken_tls_port_lets_the_other_go(tmp_path: Path) -> None:
    with Server(Probe(), port=0) as first:
        server = Server(Probe(), port=0, tls=self_signed(tmp_path / "ca.pem"), tls_port=first.port)
        with pytest.raises(PortTaken):
            server.bind()
        assert server.port == 0


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_is_not_ours_is_a_mistake_of_the_user(host: str) -> None:
    with pytest.raises(UsageError, match=re.escape(host)):
        listen(host, 0)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1:80"),
        ("localhost", "localhost:80"),
        ("::1", "[::1]:80"),
        ("0.0.0.0", "127.0.0.1:80"),
        ("::", "[::1]:80"),
    ],
)
def test_a_url_can_be_called(host: str, shown: str) -> None:
    """Also where the server listens everywhere, which is no address to call."""
    assert authority(host, 80) == shown


@pytest.mark.parametrize("fault", [None, Fault("hang")], ids=["delay", "hang"])
def test_stopping_ends_answers_that_wait(fault: Fault | None) -> None:
    """At once, though a minute is left; and the port is free again."""
    probe = Probe()
    probe.delivers(delay=timedelta(0) if fault else timedelta(minutes=1), fault=fault)
    server = Server(probe, port=0).start()
    port = server.port
    with RawClient(port) as client, RawClient(port) as idle:
        client.send(GET + GET)
        idle.send(b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n").answer()
        server.stop()
        assert idle.rest() == b""
        assert client.rest() == b""
    again = Server(Probe(), port=port).start()
    again.stop()


def test_stopping_lets_the_application_finish_its_answer() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow_page(_: object, start_response: object) -> list[bytes]:
        entered.set()
        assert leave.wait(PATIENCE)
        start_response("200 OK", [])  # type: ignore[operator]  # WSGI's callable
        return [b"done"]

    server = Server(lambda _: None, slow_page, port=0, limits=Limits()).start()
    with RawClient(server.port) as client:
        client.send(GET)
        assert entered.wait(PATIENCE)
        stopper = threading.Thread(target=server.stop)
        stopper.start()
        leave.set()
        assert client.answer().body == b"done"
        assert client.rest() == b""
        stopper.join(PATIENCE)
        assert not stopper.is_alive()


def test_a_server_can_be_started_again_and_stopping_twice_is_nothing() -> None:
    server = Server(Probe(), port=0)
    for _ in range(2):
        server.start()
        with RawClient(server.port) as client:
            assert client.send(GET).answer().status == 200
        server.stop()
        server.stop()
    server.release("default")


def test_clients_may_connect_once_the_sockets_are_bound() -> None:
    """They are served as soon as the server runs: whoever reads the port file early waits, and is not refused."""
    server = Server(Probe(), port=0)
    server.bind()
    with RawClient(server.port) as client:
        client.send(GET)
        with server:
            assert client.answer().status == 200


def test_without_an_application_what_the_lane_leaves_is_not_found() -> None:
    with Server(lambda _: None, port=0) as server, RawClient(server.port) as client:
        answer = client.send(GET).answer()
        assert (answer.status, answer.json["detail"]) == (404, "GET /planned is not served here.")


def test_an_application_that_crashes_is_ours(caplog: pytest.LogCaptureFixture) -> None:
    def crash(_: object, __: object) -> list[bytes]:
        raise LookupError("secret detail")

    with Server(lambda _: None, crash, port=0) as server, RawClient(server.port) as client:
        answer = client.send(GET).answer()
        assert answer.status == 500
        assert b"secret" not in answer.body
        assert "secret detail" in caplog.text


SCRIPT = """
import resource
import sys
from datetime import timedelta
from simulator.core.model.call import Delivery, Fault, Reply
from simulator.server import Server

def lane(incoming):
    waits = Delivery(delay=timedelta(minutes=1)) if incoming.path == "/delay" else Delivery(fault=Fault("hang"))
    return Reply(200, delivery=waits if incoming.path != "/" else Delivery())

resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
server = Server(lane, port=0)
server.serve_forever(lambda: print(server.port, flush=True))
assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 256, "a thousand calls that wait need a thousand sockets"
assert "flask" not in sys.modules, "the transport must not need Flask"
print("gone", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_a_second_with_plans_in_flight(number: signal.Signals) -> None:
    """In order: exit code 0, no traceback."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            waiting = [RawClient(port) for _ in range(4)]
            for client, path in zip(waiting, ("/delay", "/hang") * 2, strict=True):
                client.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            with RawClient(port) as client:
                assert client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status == 200
            process.send_signal(number)
            out, err = process.communicate(timeout=1)
            for client in waiting:
                client.socket.close()
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "gone\n", "")


def test_own_certificates_are_served(tmp_path: Path) -> None:
    """Made here by a CA that the client trusts."""
    authority_of_mine = trustme.CA()
    made = authority_of_mine.issue_cert("localhost")
    certificate, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    for blob in made.cert_chain_pems:
        blob.write_to_path(str(certificate), append=True)
    made.private_key_pem.write_to_path(str(key))
    context = ssl.create_default_context()
    authority_of_mine.configure_trust(context)
    with Server(lambda _: Reply(200), port=0, tls=from_files(certificate, key)) as server:
        assert server.https_url is not None
        with RawClient(int(server.https_url.rpartition(":")[2]), context=context) as client:
            assert client.send(GET).answer().status == 200


def test_files_that_are_no_certificate_are_named(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("no certificate")
    with pytest.raises(UsageError, match=r"c\.pem and .*k\.pem are no certificate and its key"):
        from_files(tmp_path / "c.pem", tmp_path / "k.pem")


def test_the_cas_key_is_written_nowhere(tmp_path: Path) -> None:
    self_signed(tmp_path / "ca.pem")
    assert [file.name for file in tmp_path.iterdir()] == ["ca.pem"]
    assert "PRIVATE" not in (tmp_path / "ca.pem").read_text()


def test_at_the_descriptor_limit_there_is_one_line_a_second() -> None:
    """Asyncio wrote 476,022 tracebacks in ten seconds. The clients are ours, only the server lacks descriptors."""
    code = """
import logging, resource, sys
from simulator.core.model.call import Reply
from simulator.server import Server
logging.basicConfig()
resource.setrlimit(resource.RLIMIT_NOFILE, (30, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
with Server(lambda _: Reply(200), port=0) as server:
    print(server.port, flush=True)
    sys.stdin.readline()
"""
    ran = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert ran.stdout is not None
    assert ran.stderr is not None
    port = int(ran.stdout.readline())
    clients = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(60)]
    first = ran.stderr.readline()
    second = ran.stderr.readline()
    _, rest = ran.communicate(b"\n", timeout=PATIENCE)
    for client in clients:
        client.close()
    said = [first, second, *rest.splitlines()]
    assert all(b"no client can be accepted for a second: " in line for line in said)
    assert len(said) <= 4


def test_a_forked_child_does_not_keep_the_port() -> None:
    """A test process forks workers of its own; the port must be free once the simulator has stopped."""
    code = """
import os, socket
from simulator.core.model.call import Reply
from simulator.server import Server
server = Server(lambda _: Reply(200), port=0).start()
port = server.port
readable, writable = os.pipe()
born_readable, born = os.pipe()
child = os.fork()
if not child:
    os.close(writable)
    os.write(born, b".")
    os.read(readable, 1)
    os._exit(0)
os.read(born_readable, 1)
server.stop()
again = socket.socket()
again.bind(("127.0.0.1", port))
again.listen()
os.write(writable, b".")
os.waitpid(child, 0)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_tls_connection_that_waits_takes_little_memory(tmp_path: Path) -> None:
    """Asyncio keeps 256 KiB ready for each. A body of many records still arrives whole."""
    body = b"x" * 300_000
    bodies: list[bytes] = []

    def read(request: Request) -> Reply:
        bodies.append(request.body)
        return Reply(200)

    tls = self_signed(tmp_path / "ca.pem")
    trusting = ssl.create_default_context(cafile=str(tls.ca_file))
    with Server(read, port=0, tls=tls) as server:
        port = int((server.https_url or "").rpartition(":")[2])
        with RawClient(port, context=trusting) as client:
            head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
            assert client.send(head + body).answer().status == 200
            assert server._serving is not None
            (connection,) = server._serving.connections
            assert isinstance(connection, Connection)
            held = vars(vars(connection._transport)["_ssl_protocol"])["_ssl_buffer"]
    assert bodies == [body]
    assert len(held) == 16 * 1024
