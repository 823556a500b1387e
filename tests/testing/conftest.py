"""A handle on a sandbox, in each of the three ways there are; every verb must do the same through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from simulator.testing import Handle, Simulator
from simulator.testing.simulator import Simulator as Kind

START = "2024-01-04T00:00:00Z"
WAYS = ("socket", "no socket", "elsewhere")

_numbers = count(1)


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[str], Kind]]:
    """One simulator of each kind for the whole run; "elsewhere" is reached over HTTP alone."""
    with Simulator() as sockets, Simulator(serve=False) as memory, Simulator(url=sockets.url) as elsewhere:
        yield dict(zip(WAYS, (sockets, memory, elsewhere), strict=True)).__getitem__


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def sandbox(way: str, servers: Callable[[str], Kind]) -> Iterator[Handle]:
    """A fresh sandbox whose clock stands still at START."""
    with servers(way).sandbox(f"testing-{next(_numbers)}") as handle:
        handle.clock.freeze(START)
        yield handle
