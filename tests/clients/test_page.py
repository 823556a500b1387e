"""The examples of docs/clients.md point each client here: they are run as they stand, and then used."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

import pytest

from clients.catalogue import CLIENTS, OFFICIAL, OFFICIAL_V1, PYJQUANTS, UID2, Client
from clients.environment import PYTHON, variables
from clients.measure import PAGE
from simulator.testing import Handle, Simulator
from tests.clients.conftest import fit, ids

pytestmark = pytest.mark.slow

USED = {
    OFFICIAL: "print(len(client.get_listed_info()))",
    OFFICIAL_V1: "print(len(client.get_listed_info()))",
    PYJQUANTS: "s = session.Session('user@example.com', 'password')\nprint(len(s.get('/listed/info')['info']))",
    UID2: "from uid2_client import TokenGenerateInput\n"
    "print(client.generate_token(TokenGenerateInput.from_email('user@example.com')).status)",
}
PRINTED = {OFFICIAL: "38", OFFICIAL_V1: "38", PYJQUANTS: "38", UID2: "success"}


@pytest.fixture(scope="module")
def plain() -> Iterator[Simulator]:
    with Simulator(profile="observed") as running:
        yield running


@pytest.fixture
def here(plain: Simulator, request: pytest.FixtureRequest) -> Iterator[Handle]:
    with plain.sandbox(re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[-60:].strip("-")) as own:
        yield own


def example(client: Client) -> str:
    """The first block of Python under a heading that names the client."""
    found = re.search(rf"^### {client.distribution}\b.*?^```python\n(.*?)^```", PAGE.read_text(), re.S | re.M)
    assert found
    return found[1]


@pytest.mark.parametrize("client", list(USED), ids=ids)
def test_the_example_points_the_client_here(client: Client, here: Handle) -> None:
    code = example(fit(client)).replace("http://127.0.0.1:8080", here.url) + USED[client]
    ran = subprocess.run(
        [str(PYTHON), "-W", "ignore", "-c", code],
        env={**os.environ, **variables(client)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert ran.stdout.strip() == PRINTED[client], ran.stderr
    assert here.journal


def test_every_client_of_the_catalogue_has_a_place_on_the_page() -> None:
    for client in CLIENTS:
        assert client.version in PAGE.read_text()
        assert example(client)
