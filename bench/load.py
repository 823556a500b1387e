"""Load on one URL: by wrk where it is installed, else by an event loop of our own."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

CONNECTIONS = 64
WRK = shutil.which("wrk")
HOW_TO_GET_WRK = (
    "wrk is not installed; the slower load generator of our own is used (apt install wrk, brew install wrk)"
)
_SCALE = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    """requests a second; milliseconds at the median and at the 99th percentile; answers that were no 200.

    cpu: microseconds of processor time the server spent on each request, 0 where that cannot be read:
    unlike the others it does not depend on what else the machine is doing.
    """

    rate: float
    p50: float
    p99: float
    failures: int
    cpu: float = 0.0


def drive(url: str, seconds: float, pid: int, method: str = "POST") -> Load:
    """Keep CONNECTIONS connections to the process ``pid`` busy for that long."""
    before = _processor_time(pid)
    load = _with_wrk(WRK, url, seconds, method) if WRK else asyncio.run(_with_asyncio(url, seconds, method))
    spent = _processor_time(pid) - before
    return replace(load, cpu=spent / (load.rate * seconds) * 1e6)


def _processor_time(pid: int) -> float:
    """Seconds of processor time, of all threads; 0 without /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _with_wrk(wrk: str, url: str, seconds: float, method: str) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "method.lua"
        script.write_text(f'wrk.method = "{method}"\n')
        command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency", "-s", str(script), url]
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    failures = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return Load(
        float(_found(r"Requests/sec:\s+([\d.]+)", told)[1]),
        _milliseconds(_found(r"50%\s+([\d.]+)(us|ms|s|m)", told)),
        _milliseconds(_found(r"99%\s+([\d.]+)(us|ms|s|m)", told)),
        int(failures[1]) if failures else 0,
    )


def _found(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"wrk did not say what was expected ({pattern}):\n{text}")
    return found


def _milliseconds(found: re.Match[str]) -> float:
    return float(found[1]) * _SCALE[found[2]]


class _Driver(asyncio.Protocol):
    """One connection that sends its request again as soon as the answer is there."""

    def __init__(self, request: bytes, until: float, spans: list[float]) -> None:
        self._request = request
        self._until = until
        self._spans = spans
        self._seen = b""
        self._sent = 0.0
        self.failures = 0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, empty, body = self._seen.partition(b"\r\n\r\n")
        if not empty:
            return
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if length is not None and len(body) >= int(length[1]):
            self._spans.append(perf_counter() - self._sent)
            self.failures += b" 200 " not in head[:13]
            self._seen = b""
            if perf_counter() < self._until:
                self._send()
            else:
                self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _send(self) -> None:
        self._sent = perf_counter()
        self._transport.write(self._request)


async def _with_asyncio(url: str, seconds: float, method: str) -> Load:
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    request = f"{method} {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 0\r\n\r\n".encode()
    spans: list[float] = []
    loop = asyncio.get_running_loop()
    began = perf_counter()
    failures = 0

    async def connect() -> None:
        nonlocal failures
        while perf_counter() < began + seconds:  # servers without keep-alive end the connection each time
            _, driver = await loop.create_connection(
                lambda: _Driver(request, began + seconds, spans), parts.hostname or "", parts.port or 80
            )
            await asyncio.wait_for(driver.ended, seconds + 30)
            failures += driver.failures

    await asyncio.gather(*(connect() for _ in range(CONNECTIONS)))
    took = perf_counter() - began
    spans.sort()
    return Load(len(spans) / took, spans[len(spans) // 2] * 1000, spans[len(spans) * 99 // 100] * 1000, failures)
