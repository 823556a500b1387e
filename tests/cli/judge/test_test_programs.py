"""Test programs as clients: pytest with the fixture, and node's own test runner."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.running import run

PYTEST = """\
import pytest, requests

LOGIN = {"mailaddress": "user@example.com", "password": "password"}

def refreshed(url):
    token = requests.post(url + "/token/auth_user", json=LOGIN, timeout=5).json()["refreshToken"]
    for _ in range(2):
        try:
            answer = requests.post(url + "/token/auth_refresh", params={"refreshtoken": token}, timeout=5)
            return answer.json()["idToken"]
        except requests.ConnectionError:
            continue

def test_a_token_is_got(simulator):
    assert refreshed(simulator.jquants_url)
    assert len(simulator.calls("jquants.auth_user")) == 1

def test_it_is_got_again(simulator):
    assert refreshed(simulator.jquants_url)
    assert len(simulator.calls("jquants.auth_user")) == 1

@pytest.mark.scenario("jquants-retired")
def test_a_scenario_of_its_own(simulator):
    assert requests.post(simulator.jquants_url + "/token/auth_user", json=LOGIN, timeout=5).status_code == 403
"""
NODE = """\
import test from "node:test";
import assert from "node:assert";

test("a token is got", async () => {
  const login = {mailaddress: process.env.JQUANTS_API_MAIL_ADDRESS, password: process.env.JQUANTS_API_PASSWORD};
  const url = process.env.JQUANTS_URL;
  const answer = await fetch(url + "/token/auth_user", {method: "POST", body: JSON.stringify(login)});
  const {refreshToken} = await answer.json();
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const path = "/token/auth_refresh?refreshtoken=" + encodeURIComponent(refreshToken);
      const refreshed = await fetch(url + path, {method: "POST"});
      assert.ok((await refreshed.json()).idToken);
      return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
});
"""


def judged(tmp_path: Path, *command: str) -> list[tuple[str, int, list[str]]]:
    """The first run and the one under ``lost-answer``: operation and status of each call, and the rules that fired."""
    data = tmp_path / "r.json"
    ran = run("judge", "--scenarios", "lost-answer", "--write", str(data), "--", *command)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = json.loads(data.read_text())["reports"][0]
    assert report["exit_status"] == 0
    return [(entry["operation"], entry["status"], entry.get("rules", [])) for entry in report["entries"]]


def test_the_calls_of_tests_that_use_the_fixture_are_judged(tmp_path: Path) -> None:
    """Each test sees its own calls alone, and the one with a scenario of its own is not judged."""
    tests = tmp_path / "test_client.py"
    tests.write_text(PYTEST)
    calls = judged(tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests))
    assert calls == [
        ("jquants.auth_user", 200, []),
        ("jquants.auth_refresh", 200, ["answer-lost"]),
        ("jquants.auth_refresh", 200, []),
        ("jquants.auth_user", 200, []),
        ("jquants.auth_refresh", 200, []),
    ]


def test_the_calls_of_node_s_test_runner_are_judged(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    tests = tmp_path / "client.test.mjs"
    tests.write_text(NODE)
    calls = judged(tmp_path, node, "--test", str(tests))
    assert calls == [
        ("jquants.auth_user", 200, []),
        ("jquants.auth_refresh", 200, ["answer-lost"]),
        ("jquants.auth_refresh", 200, []),
    ]
