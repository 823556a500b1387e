"""Good clients in three languages, and one with three planted faults, as a new user would judge them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.running import run

ROOT = Path(__file__).parents[3]
GOOD = ROOT / "tests" / "report" / "laboratory" / "good"
SCREEN = 24
"""Lines of a terminal."""
THREE_FAULTS = '''\
"""No wait between retries, the token in a Referer, and a 200 is believed whatever it holds."""
import http.client, json, os
from urllib.parse import urlsplit

URL = urlsplit(os.environ["JQUANTS_URL"])
CONNECTION = http.client.HTTPConnection(URL.netloc, timeout=3)

def call(method, path, body=None, **headers):
    for _ in range(6):
        try:
            CONNECTION.request(method, URL.path + path, body, headers)
            answer = CONNECTION.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            CONNECTION.close()
            continue
        if answer.status < 500 and answer.status != 429:
            return answer.status, json.loads(text)
    raise SystemExit("no answer")

LOGIN = json.dumps({"mailaddress": "user@example.com", "password": "password"})
refresh_token = call("POST", "/token/auth_user", LOGIN)[1]["refreshToken"]
token = call("POST", "/token/auth_refresh?refreshtoken=" + refresh_token)[1]["idToken"]
for _ in range(3):
    call("GET", "/listed/info", Authorization="Bearer " + token, Referer="http://localhost/?token=" + token)
'''
SCENARIOS = "six-failures,jquants-outage,jquants-token-missing,jquants-retired,lost-answer,outage-window,uid2-outage"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (sys.executable, ["-m", "tests.report.laboratory.good.sequential"]),
        ("node", [str(GOOD / "promise.mjs")]),
        ("bash", [str(GOOD / "curl.sh")]),
    ],
    ids=["python", "node", "shell with curl"],
)
def test_a_good_client_of_one_api_passes_or_is_not_tested(program: str, arguments: list[str], tmp_path: Path) -> None:
    """It is named which scenarios are not its own."""
    found = shutil.which(program)
    if found is None or (program == "bash" and shutil.which("curl") is None):
        pytest.skip(f"no {program}")
    data = tmp_path / "r.json"
    chosen = "jquants-*,gateway-html,lost-answer,outage-window,clock-skew,uid2-outage"
    ran = run("judge", "--scenarios", chosen, "--write", str(data), "--", found, *arguments, PYTHONPATH=str(ROOT))
    document = json.loads(data.read_text())
    outcomes = {report["scenario"]: report["outcome"] for report in document["reports"]}
    assert {name: how for name, how in outcomes.items() if how not in {"pass", "inconclusive"}} == {}, ran.stdout
    assert ran.returncode == 0
    assert document["left_out"] == ["uid2-outage"]
    assert ran.stdout.splitlines()[-1].startswith("PASSED: ")


def test_three_planted_faults_are_on_the_first_screen_of_a_short_report(tmp_path: Path) -> None:
    client, markdown = tmp_path / "client.py", tmp_path / "r.md"
    client.write_text(THREE_FAULTS)
    ran = run("judge", "--scenarios", SCENARIOS, "--write", str(markdown), "--", sys.executable, str(client))
    lines = ran.stdout.splitlines()
    assert ran.returncode == 1, ran.stderr
    for screen in ("\n".join(lines[:SCREEN]), markdown.read_text()[:2000]):
        assert [name for name in ("token_leaks", "no_backoff", "crash_on_odd_answer") if name not in screen] == []
    assert len(lines) <= 80
    assert max(map(len, lines)) <= 80
    assert lines[-1].startswith("FAILED: ")
    assert len(markdown.read_bytes()) <= 10_000
