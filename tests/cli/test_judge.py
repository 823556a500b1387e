"""``simulator judge`` with two tiny clients: one that logs in again when it must, one that does not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.running import run

CLIENT = """\
import json, os, time, urllib.request
from urllib.error import HTTPError

def post(path, body=b""):
    request = urllib.request.Request(os.environ["JQUANTS_URL"] + path, data=body, method="POST")
    try:
        return json.loads(urllib.request.urlopen(request, timeout=5).read())
    except HTTPError as refused:
        refused.close()
        return None

def log_in():
    account = {"mailaddress": "user@example.com", "password": "password"}
    return post("/token/auth_user", json.dumps(account).encode())["refreshToken"]

token = log_in()
for _ in range(2):
    if post("/token/auth_refresh?refreshtoken=" + token) is None:
        token = AGAIN
        post("/token/auth_refresh?refreshtoken=" + token)
"""

CHECKS = """
assert all(value.startswith("https://") for name, value in os.environ.items() if name.endswith("_URL"))
trusted = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
assert len({os.environ[name] for name in trusted}) == 1
"""


@pytest.fixture
def client(tmp_path: Path, request: pytest.FixtureRequest) -> list[str]:
    path = tmp_path / "client.py"
    path.write_text(CLIENT.replace("AGAIN", request.param))
    return [sys.executable, str(path)]


@pytest.mark.parametrize("client", ["log_in()"], indirect=True)
def test_a_client_that_logs_in_again_passes(client: list[str], tmp_path: Path) -> None:
    page, xml, data = tmp_path / "r.html", tmp_path / "r.xml", tmp_path / "r.json"
    ran = run(
        "judge", "--scenarios", "jquants-refresh-token-expired", "--write", str(page), "--write", str(xml),
        "--write", str(data), "--", *client,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "[1/1]" in ran.stderr
    assert page.read_text().lstrip().lower().startswith("<!doctype html>")
    assert ET.fromstring(xml.read_text()).tag == "testsuites"
    verdicts = {one["name"]: one["outcome"] for one in json.loads(data.read_text())["reports"][0]["verdicts"]}
    assert verdicts["no_relogin"] == "pass"


@pytest.mark.parametrize("client", ["token"], indirect=True)
def test_a_client_that_goes_on_with_a_dead_token_fails(client: list[str]) -> None:
    ran = run("judge", "--scenarios", "jquants-refresh-token-expired", "--", *client)
    assert ran.returncode == 1
    assert "FAIL" in ran.stdout
    assert "no_relogin" in ran.stdout


@pytest.mark.parametrize("client", ["log_in()"], indirect=True)
def test_over_https_the_client_is_told_nothing_else_and_trusts_the_ca(client: list[str], tmp_path: Path) -> None:
    with Path(client[1]).open("a") as more:
        more.write(CHECKS)
    data = tmp_path / "r.json"
    ran = run("judge", "--tls", "--scenarios", "jquants-refresh-token-expired", "--write", str(data), "--", *client)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "exit 0" in ran.stderr
    verdicts = {one["name"]: one["outcome"] for one in json.loads(data.read_text())["reports"][0]["verdicts"]}
    assert (verdicts["no_relogin"], verdicts["token_leaks"]) == ("pass", "pass")


def test_what_cannot_be_run_or_written_is_said_before_anything_runs(tmp_path: Path) -> None:
    for arguments, says in (
        (["--scenarios", "nope", "--", "true"], "nope"),
        (["--write", str(tmp_path / "r.pdf"), "--", "true"], "r.pdf"),
        (["--", str(tmp_path / "no-such-client")], "cannot be started"),
    ):
        ran = run("judge", *arguments)
        assert (ran.returncode, says in ran.stderr) == (2, True), ran.stderr
