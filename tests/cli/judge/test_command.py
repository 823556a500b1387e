"""``simulator judge`` with two tiny clients: one that logs in again when it must, one that does not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.running import COMMAND, environment, run

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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--job", "2"], "No such option '--job'. Did you mean '--jobs'?"),
        (["--html", "x.html"], "No such option '--html'."),
        (["--jobs", "0"], "0 is not in the range x>=1"),
        (["--api", "uid"], '"uid" is not a simulated API. Choose from jquants, uid2.'),
        (["--scenarios", "jquants-outge"], 'Did you mean "jquants-outage"?'),
        (["--write", "/no/such/folder/r.md"], "cannot be written"),
    ],
)
def test_an_unknown_option_or_value_is_refused_at_once(arguments: list[str], says: str) -> None:
    ran = run("judge", *arguments, "--", "true")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert "never called" not in ran.stderr


@pytest.mark.parametrize("client", ["log_in()"], indirect=True)
def test_what_stands_behind_the_command_is_the_command_s(client: list[str]) -> None:
    """No ``--`` is needed, and an option of the client's own is not one of ours."""
    ran = run("judge", "--scenarios", "lost-answer", *client, "--jobs", "two")
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("client", ["log_in()"], indirect=True)
def test_a_client_of_one_api_is_judged_under_its_scenarios_alone(client: list[str], tmp_path: Path) -> None:
    data = tmp_path / "r.json"
    ran = run("judge", "--scenarios", "*-retired", "--write", str(data), "--", *client)
    assert [report["scenario"] for report in json.loads(data.read_text())["reports"]] == ["jquants-retired"]
    assert "[1/1]" in ran.stderr

    ran = run("judge", "--scenarios", "uid2-*", "--", *client)
    assert ran.returncode == 2
    assert "none of the chosen scenarios concerns jquants" in ran.stderr

    ran = run("judge", "--api", "uid2", "--", *client)
    assert ran.returncode == 2
    assert "never called uid2" in ran.stderr


TOKEN_ONLY = """\
import os, urllib.request
from urllib.error import HTTPError

url = os.environ["JQUANTS_URL"] + "/token/auth_refresh?refreshtoken=" + os.environ["JQUANTS_API_REFRESH_TOKEN"]
try:
    for _ in range(2):
        urllib.request.urlopen(urllib.request.Request(url, data=b"", method="POST"), timeout=5).close()
except HTTPError:
    pass
"""


def test_a_client_that_knows_only_a_refresh_token_is_given_one_and_not_expected_to_log_in(tmp_path: Path) -> None:
    client, data = tmp_path / "client.py", tmp_path / "r.json"
    client.write_text(TOKEN_ONLY)
    scenario = "jquants-refresh-token-expired"
    ran = run("judge", "--scenarios", scenario, "--write", str(data), "--", sys.executable, str(client))
    assert ran.returncode == 0, ran.stdout
    expired = json.loads(data.read_text())["reports"][0]
    assert [entry["status"] for entry in expired["entries"]] == [200, 403]
    assert {one["outcome"] for one in expired["expected"]} == {"inconclusive"}
    assert "–     jquants-refresh-token-expired" in ran.stderr


ENDLESS = """\
import os, time, urllib.request
from urllib.error import HTTPError
while True:
    try:
        urllib.request.urlopen(os.environ["JQUANTS_URL"] + "/token/auth_user", data=b"{}", timeout=5)
    except HTTPError as refused:
        refused.close()
        time.sleep(0.2)
"""


def test_an_endless_client_is_stopped_and_fails(tmp_path: Path) -> None:
    """Already without faults: no scenario is run, and the report says so."""
    client = tmp_path / "client.py"
    client.write_text(ENDLESS)
    ran = run("judge", "--limit", "2s", "--scenarios", "lost-answer", "--", sys.executable, str(client))
    assert ran.returncode == 1
    assert "stopped_at_limit" in ran.stdout
    assert "did not end within 2s" in ran.stdout


@pytest.mark.parametrize("client", ["token"], indirect=True)
def test_a_baseline_accepts_what_is_known_and_asks_to_remove_what_is_gone(client: list[str], tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.yaml"
    chosen = ("--scenarios", "jquants-refresh-token-expired")
    assert run("judge", *chosen, "--write-baseline", str(baseline), "--", *client).returncode == 0

    known = run("judge", *chosen, "--baseline", str(baseline), "--", *client)
    assert known.returncode == 0, known.stdout
    assert "no_relogin in jquants-refresh-token-expired (not explained yet)" in known.stdout.replace("\n ", "")

    Path(client[1]).write_text(CLIENT.replace("AGAIN", "log_in()"))
    gone = run("judge", *chosen, "--baseline", str(baseline), "--", *client)
    assert gone.returncode == 1
    assert "remove from the baseline" in gone.stdout


@pytest.mark.parametrize("clock", ["real", "sandbox"])
@pytest.mark.parametrize("client", ["token"], indirect=True)
def test_a_client_whose_clock_follows_the_sandbox_s_could_have_known_the_end_of_a_token(
    client: list[str], clock: str, tmp_path: Path
) -> None:
    data = tmp_path / "r.json"
    chosen = ("--scenarios", "jquants-refresh-token-expired", "--client-clock", clock)
    run("judge", *chosen, "--write", str(data), "--", *client)
    whys = {one["name"]: one["why"] for one in json.loads(data.read_text())["reports"][0]["verdicts"]}
    assert ("could not know" in whys["late_refresh"]) is (clock == "real")


def test_a_client_is_ended_with_judge(tmp_path: Path) -> None:
    """CI systems cancel a job with SIGTERM; the client, which would run for minutes, must not stay behind."""
    told = tmp_path / "pid"
    os.mkfifo(told)
    code = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    judging = subprocess.Popen([COMMAND, "judge", "--", sys.executable, "-c", code], env=environment())
    client = int(told.read_text())
    judging.terminate()
    assert judging.wait(30) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(client, 0)
