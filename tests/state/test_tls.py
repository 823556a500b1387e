"""Redis behind TLS, as hosted ones are: everything that talks to it must read and write records, not bytes."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.cli.running import fetch, run, serving
from tests.redis_server import RedisServer
from tests.state.sharing import FIRST_TWO
from tests.state.test_workers import hammer
from tests.tls_front import TlsFront

pytestmark = pytest.mark.slow


@pytest.fixture
def address(redis_server: RedisServer, tmp_path: Path) -> Iterator[str]:
    """Where Redis is over TLS, and whom to trust."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with TlsFront(redis_server.port, context) as front:
        yield f"rediss://localhost:{front.port}/0?ssl_ca_certs={tmp_path / 'ca.pem'}"


def test_counters_are_exact_and_the_journal_is_whole(address: str) -> None:
    with serving("--state", address, "--secret", "over tls") as (_, line):
        url = line.split()[-1]
        assert fetch(f"{url}/_simulator/scenario", method="PUT", body=FIRST_TWO.encode())[0] == 200
        assert hammer(url, 600) == {500: 2, 400: 598}
        assert fetch(f"{url}/_simulator/scenario", method="PUT", body=b"version: 1\nname: none\nrules: []")[0] == 200
        assert hammer(url, 600) == {400: 600}
        entries = fetch(f"{url}/_simulator/journal")[2]["entries"]
        assert [entry["number"] for entry in entries] == list(range(1, 1_201))
        assert [fetch(f"{url}/_simulator/ready")[0] for _ in range(2)] == [200, 200]


def test_who_is_not_trusted_is_not_talked_to(address: str) -> None:
    ended = run("serve", "--port", "0", "--state", address.partition("?")[0], "--secret", "over tls")
    assert ended.returncode == 5
    assert "certificate verify failed" in ended.stderr
