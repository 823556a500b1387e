"""Released clients, each as pip installs it, against a simulator that speaks TLS: what `make test` has set up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from clients.catalogue import KABUKIT, OFFICIAL, OFFICIAL_V1, PYJQUANTS, UID2, Client
from clients.drive import Driven, drive
from clients.environment import missing
from simulator.testing import Handle, Simulator

Drive = Callable[..., Driven]


def fit(client: Client) -> Client:
    """Skip, saying why, where the client does not fit this Python or was never installed."""
    reason = missing(client)
    if reason:
        pytest.skip(reason)
    return client


def ids(client: Client) -> str:
    return client.name


@pytest.fixture(scope="module")
def observed() -> Iterator[Simulator]:
    """The services as the clients were built against them, over TLS."""
    with Simulator(profile="observed", tls=True) as running:
        yield running


@pytest.fixture
def service(observed: Simulator, request: pytest.FixtureRequest) -> Iterator[Handle]:
    """A sandbox of its own for a test."""
    with observed.sandbox(re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:63].strip("-")) as own:
        yield own


@pytest.fixture(params=[OFFICIAL, OFFICIAL_V1], ids=ids)
def official(request: pytest.FixtureRequest, observed: Simulator, service: Handle) -> Drive:
    return driver(fit(request.param), observed, service)


@pytest.fixture(params=[OFFICIAL, OFFICIAL_V1, PYJQUANTS], ids=ids)
def jquants(request: pytest.FixtureRequest, observed: Simulator, service: Handle) -> Drive:
    return driver(fit(request.param), observed, service)


@pytest.fixture
def pyjquants(observed: Simulator, service: Handle) -> Drive:
    return driver(fit(PYJQUANTS), observed, service)


@pytest.fixture
def kabukit(observed: Simulator, service: Handle) -> Drive:
    return driver(fit(KABUKIT), observed, service)


@pytest.fixture
def uid2(observed: Simulator, service: Handle) -> Drive:
    return driver(fit(UID2), observed, service)


def driver(client: Client, simulator: Simulator, service: Handle) -> Drive:
    def drives(*steps: str, pace: str = "virtual", **settings: str) -> Driven:
        return drive(client, service, *steps, pace=pace, ca_file=simulator.ca_file, settings=settings)

    return drives
