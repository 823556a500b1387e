"""docs/clients.md: the lines that reach the simulator under a service's own host name work as they stand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.running import serving

PAGE = (Path(__file__).parents[2] / "docs" / "clients.md").read_text()
SECTION = PAGE.partition("### Under the service's own host name")[2].partition("\n### ")[0]
LINES = [line for block in re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL) for line in block.splitlines()]
SERVE, *REST = LINES
ASK = """
import java.net.URI;
import java.net.http.*;

class Ask {
    public static void main(String[] arguments) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(arguments[0])).build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.body());
    }
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the page's server has written its CA; what the page takes for its port is in ``port``."""
    found = tmp_path_factory.mktemp("ways-in")
    given = SERVE.removeprefix("simulator serve ").replace("simulator-ca.pem", str(found / "simulator-ca.pem"))
    with serving(*given.split(), "--port-file", str(found / "port.json")):
        port = urlsplit(json.loads((found / "port.json").read_text())["https_url"]).port
        (found / "port").write_text(str(port))
        (found / "hosts").write_text("127.0.0.1 prod.uidapi.com\n")
        (found / "Ask.java").write_text(ASK)
        yield found


def ran(folder: Path, program: str, number: int = 0) -> str:
    """What a line of the page prints."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    line = [one for one in REST if one.startswith(f"{program} ")][number]
    line = line.replace("8443", (folder / "port").read_text())
    done = subprocess.run(line.split(), cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_line_is_of_a_program_that_is_run_here() -> None:
    assert {line.split()[0] for line in REST} == {"curl", "keytool", "java"}


def test_curl_resolves_the_name(folder: Path) -> None:
    assert ran(folder, "curl") == "OK"


def test_curl_connects_elsewhere(folder: Path) -> None:
    assert "The incoming token is invalid or expired." in ran(folder, "curl", 1)


def test_java_trusts_its_key_store(folder: Path) -> None:
    ran(folder, "keytool")
    assert ran(folder, "java").strip() == "OK"
