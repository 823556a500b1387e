"""As a new user: a fresh virtual environment, the built wheel with its extras, and the first test of the docs."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.package.conftest import ROOT, outside

pytestmark = pytest.mark.slow

FIRST_TEST = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs" / "pytest.md").read_text(), re.S | re.M)[0]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def test_the_first_test_of_the_docs_passes(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "test_first.py").write_text(FIRST_TEST)
    done = subprocess.run(
        [installed / "pytest", "-q", "--strict-markers", "-W", "error"],
        cwd=tmp_path,
        env=outside(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_shipped_scenarios_came_along(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed / "simulator", "scenarios", "--format", "json"],
        cwd=tmp_path,
        env=outside(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    names = {scenario["name"] for scenario in json.loads(done.stdout)}
    assert names == {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}


def _instruction(name: str) -> list[str]:
    """The last instruction of that name in the Dockerfile, in its JSON form."""
    found = re.findall(rf"^{name} .*?(\[.*\])$", DOCKERFILE, re.M)[-1]
    words: list[str] = json.loads(found)
    return words


def _container_environment() -> dict[str, str]:
    (line,) = re.findall(r"^ENV (.*)$", DOCKERFILE, re.M)
    return dict(word.partition("=")[::2] for word in shlex.split(line))


@contextmanager
def _container(installed: Path, folder: Path, **variables: str) -> Iterator[dict[str, str]]:
    """What ``docker run`` would start, on this machine's ports. Yields the environment of ``docker exec``."""
    environment = outside() | _container_environment() | variables
    environment["SIMULATOR_PORT"] = environment["SIMULATOR_TLS_PORT"] = "0"
    environment["SIMULATOR_PORT_FILE"] = str(folder / "simulator.json")
    environment["PATH"] = f"{installed}:{environment['PATH']}"
    command = [*_instruction("ENTRYPOINT"), *_instruction("CMD")]
    with subprocess.Popen(
        [installed / command[0], *command[1:]], env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            assert line.startswith("Simulator ready at "), line
            yield environment
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=5) == 0


def _healthy(installed: Path, environment: dict[str, str]) -> int:
    command = _instruction("HEALTHCHECK")
    return subprocess.run(
        [installed / command[0], *command[1:]], env=environment, check=False, timeout=30, capture_output=True
    ).returncode


def test_the_image_would_serve_be_healthy_and_end_when_told(installed: Path, tmp_path: Path) -> None:
    with _container(installed, tmp_path, SIMULATOR_CONTROL_TOKEN="t0k3n") as environment:
        assert _healthy(installed, environment) == 0
        url = json.loads((tmp_path / "simulator.json").read_text())["url"]
        with urlopen(Request(f"{url}/_simulator/clock", headers={"Authorization": "Bearer t0k3n"})) as answer:
            assert answer.status == 200

    assert _healthy(installed, environment) == 1


def test_every_flag_reaches_it_as_a_variable(installed: Path, tmp_path: Path) -> None:
    settings = {
        "SIMULATOR_CONTROL_TOKEN": "t0k3n",
        "SIMULATOR_CLOCK": "2024-01-04T00:00:00Z",
        "SIMULATOR_FROZEN": "true",
        "SIMULATOR_PROFILE": "jquants=observed uid2=documented",
        "SIMULATOR_SCENARIO": "jquants-retired",
        "SIMULATOR_TLS": "true",
    }
    with _container(installed, tmp_path, **settings):
        where = json.loads((tmp_path / "simulator.json").read_text())
        authorised = {"Authorization": "Bearer t0k3n"}
        with urlopen(Request(f"{where['url']}/_simulator/clock", headers=authorised)) as answer:
            assert json.load(answer) == {"now": "2024-01-04T00:00:00Z", "frozen": True, "rate": 1}
        with urlopen(Request(f"{where['url']}/_simulator/scenario", headers=authorised)) as answer:
            assert json.load(answer)["name"] == "jquants-retired"
        assert Path(where["ca_file"]).is_file()
        assert where["https_url"].startswith("https://127.0.0.1:")
