from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from simulator.state.memory import MemoryStore
from simulator.state.redis.store import RedisStore
from simulator.state.store import SandboxState, SandboxStore, Store
from tests.redis_server import HOW_TO_GET_ONE, RedisServer, binary
from tests.state.sharing import Join
from tests.state.sharing import Worker as SharingWorker

_numbers = itertools.count()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One for all tests that do it no harm."""
    yield from _started(tmp_path_factory)


@pytest.fixture
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One to do anything to."""
    yield from _started(tmp_path_factory)


def _started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    if binary() is None:
        pytest.skip(HOW_TO_GET_ONE)
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


Worker = Callable[[], RedisStore]


@pytest.fixture
def worker(redis_server: RedisServer) -> Iterator[Worker]:
    """Another worker of one simulator that no other test has anything to do with."""
    namespace, stores = f"test-{next(_numbers)}", list[RedisStore]()

    def join() -> RedisStore:
        stores.append(RedisStore(redis_server.url, namespace=namespace))
        return stores[-1]

    yield join
    for store in stores:
        store.close()


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Every backend keeps the promise."""
    if request.param == "memory":
        yield MemoryStore()
        return
    join: Worker = request.getfixturevalue("worker")
    yield join()


def opened(store: Store, name: str = "default", *, bound: int = 100, room: int | None = None) -> SandboxStore:
    return store.open(name, SandboxState, journal_bound=bound, room=room)


@pytest.fixture
def join(worker: Worker) -> Join:
    """Another worker of one simulator, whole."""
    return lambda: SharingWorker(worker())
