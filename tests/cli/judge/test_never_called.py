"""A command that calls nothing is never green, and its user reads why."""

from __future__ import annotations

import shutil
import sys

import pytest

from tests.cli.running import run

PYTHON = sys.executable
CURL = "curl -s -o /dev/null"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        pytest.param(["true"], ("ended with exit 0", "It wrote nothing", "JQUANTS_URL, "), id="it does nothing"),
        pytest.param([PYTHON, "no-such-client.py"], ("ended with exit 2", "can't open file"), id="a missing file"),
        pytest.param([PYTHON, "-c", "x = ("], ("ended with exit 1", "SyntaxError"), id="a syntax error"),
        pytest.param(
            [PYTHON, "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9/v1')"],
            ("ended with exit 1", "Connection refused"),
            id="a hard-coded URL",
        ),
        pytest.param(
            ["sh", "-c", f"{CURL} -XPOST $SIMULATOR_URL/v1/token/auth_user"],
            ("not its sandbox", "POST /v1/token/auth_user 400"),
            id="the root instead of the API's URL",
        ),
        pytest.param(
            ["sh", "-c", f"{CURL} $JQUANTS_URL/v1/listed/info"],
            ("It called paths of no API", "GET /v1/v1/listed/info 404"),
            id="a doubled path",
        ),
        pytest.param(["sleep", "60"], ("was stopped at its limit",), id="an endless wait"),
        pytest.param(["sh", "-c", "kill -SEGV $$"], ("ended by signal 11",), id="a signal"),
    ],
)
def test_a_command_that_calls_nothing_is_not_judged(command: list[str], says: tuple[str, ...]) -> None:
    if CURL in command[-1] and shutil.which("curl") is None:
        pytest.skip("no curl")
    ran = run("judge", "--scenarios", "lost-answer", "--limit", "3s", "--", *command)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert [text for text in ("never called the simulator", *says) if text not in ran.stderr] == [], ran.stderr
    assert ran.stderr.splitlines()[-1] == "NOT JUDGED: the command never called the simulator."
    assert "password" not in ran.stderr


def test_a_client_that_does_not_trust_the_ca_is_told_so() -> None:
    """The server saw its handshakes fail."""
    code = "import os, urllib.request; urllib.request.urlopen(os.environ['JQUANTS_URL'])"
    ran = run("judge", "--tls", "--scenarios", "lost-answer", "--", "env", "-u", "SSL_CERT_FILE", PYTHON, "-c", code)
    assert ran.returncode == 2
    assert "TLS handshakes that failed: 1 (tlsv1 alert unknown ca)" in ran.stderr
    assert "SSL_CERT_FILE" in ran.stderr
