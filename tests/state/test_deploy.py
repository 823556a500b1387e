"""The files for a deployment say what the command understands."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from simulator.cli.serve import serve

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
NGINX = (ROOT / "deploy/nginx.conf").read_text()


def test_every_variable_is_one_of_the_commands() -> None:
    known = {name for option in serve.params for name in [option.envvar] if isinstance(name, str)}
    assert set(COMPOSE["services"]["simulator"]["environment"]) <= known


def test_replicas_share_state_and_cannot_start_without_a_secret() -> None:
    simulator = COMPOSE["services"]["simulator"]
    assert simulator["deploy"]["replicas"] == 2
    assert simulator["environment"]["SIMULATOR_STATE"] == "redis://redis:6379/0"
    assert "redis" in COMPOSE["services"]
    assert simulator["environment"]["SIMULATOR_SECRET"].startswith("${SIMULATOR_SECRET:?")


def test_the_balancer_reads_no_http_and_listens_where_compose_says() -> None:
    assert "stream {" in NGINX
    assert "http {" not in NGINX
    (published,) = COMPOSE["services"]["balancer"]["ports"]
    assert re.search(r"^\s*listen (\d+);", NGINX, re.MULTILINE)[1] == published.rpartition(":")[2]  # type: ignore[index]  # no match fails the test
    assert re.search(r"^\s*server (\w+):", NGINX, re.MULTILINE)[1] in COMPOSE["services"]  # type: ignore[index]  # no match fails the test


def test_the_image_brings_what_shared_state_needs() -> None:
    assert re.search(r"whl\)\[[a-z,]*redis", (ROOT / "Dockerfile").read_text())
