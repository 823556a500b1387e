"""``simulator healthcheck``: what a container's HEALTHCHECK runs. 0 is healthy, 1 is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli import main
from simulator.server.port_file import PortFile, write
from simulator.testing import Simulator


def _check(*arguments: str, **environment: str) -> Result:
    clean = {"SIMULATOR_PORT_FILE": None, "SIMULATOR_PORT": None}
    return CliRunner(env={**clean, **environment}).invoke(main, ["healthcheck", *arguments])


@pytest.fixture
def port_file(tmp_path: Path) -> Path:
    return tmp_path / "port.json"


def test_one_that_answers_is_healthy(port_file: Path) -> None:
    with Simulator() as sim:
        port = int(sim.url.rpartition(":")[2])
        write(port_file, PortFile(url=sim.url, port=port, pid=1, version="0"))

        assert _check("--url", sim.url).exit_code == 0
        assert _check("--port", str(port)).exit_code == 0
        assert _check(SIMULATOR_PORT=str(port)).exit_code == 0
        assert _check("--port-file", str(port_file)).exit_code == 0
        assert _check(SIMULATOR_PORT_FILE=str(port_file)).exit_code == 0
        assert _check(SIMULATOR_PORT_FILE=str(port_file), SIMULATOR_PORT="0").exit_code == 0


def test_one_that_is_gone_is_not() -> None:
    with Simulator() as sim:
        url = sim.url
    result = _check("--url", url)

    assert result.exit_code == 1
    assert f"{url} does not answer" in result.output


def test_any_free_port_needs_the_file_that_names_it() -> None:
    result = _check(SIMULATOR_PORT="0")

    assert result.exit_code == 2
    assert "--port-file" in result.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "there is no such port file", id="not there yet"),
        pytest.param("starting", "is no port file", id="no port file"),
        pytest.param("[" * 100_000, "is no port file", id="JSON nested too deep"),
    ],
)
def test_one_whose_port_file_tells_nothing_is_unhealthy(port_file: Path, content: str | None, said: str) -> None:
    """Docker keeps exit code 2 for itself: a container that starts must be 1, not a mistake of usage."""
    if content is not None:
        port_file.write_text(content)
    result = _check("--port-file", str(port_file))

    assert (result.exit_code, said in result.output) == (1, True), result.output


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("http://127.0.0.1:eighty", "is no URL", id="no port"),
        pytest.param("127.0.0.1:8080", "is no http URL", id="no scheme"),
        pytest.param("https://127.0.0.1:8443", "is no http URL", id="TLS: any answer to plain http would be none"),
    ],
)
def test_what_is_no_http_url_is_a_mistake_of_usage(url: str, said: str) -> None:
    result = _check("--url", url)

    assert (result.exit_code, f'"{url}" {said}' in result.output) == (2, True), result.output
