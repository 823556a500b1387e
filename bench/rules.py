"""What rules cost: choosing among many, and reading a large file while others are served.

``python bench/rules.py`` prints both; ``make bench`` calls :func:`measure`.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from simulator.apis import discover
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call
from simulator.core.model.call_steps import drive
from simulator.scenario.loader import load
from simulator.scenario.rules.engine import Engine
from simulator.state.memory import MemoryRuleCounters

FEW, MANY = 10, 10_000
GOAL = 2.0
"""Choosing among MANY may cost this many times what it costs among FEW."""
STALL_GOAL_MS = 50.0
"""No other thread waits longer than this for its turn while a file of 1 MiB is read."""

_AT = datetime(2024, 1, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Figures:
    """few_us, many_us: microseconds to decide a call. stall_ms: the longest another thread waited. load_s: reading."""

    few_us: float
    many_us: float
    stall_ms: float
    load_s: float

    @property
    def ratio(self) -> float:
        return self.many_us / self.few_us


def _file(rules: int) -> str:
    """Rules that name an operation and a literal value, and count; 10,000 of them fill 1 MiB."""
    lines = ["version: 1", "name: many", "rules:"]
    for number in range(rules):
        when = f"{{operation: jquants.listed_info, query: {{code: c{number}}}}}"
        lines.append(f"- {{when: {when}, occurs: {{nth: 2}}, then: {{delay: 1s}}}}")
    return "\n".join(lines)


def _call(code: str) -> Call:
    return Call("GET", "/v1/listed/info", f"code={code}&date=2024-01-04", {}, b"", _AT)


def _choosing(rules: int, rounds: int = 7, calls: int = 2_000) -> float:
    engine = Engine(load(_file(rules), discover()), MemoryRuleCounters(), began=_AT)
    call = _call(f"c{rules - 1}")
    spans = []
    for _ in range(rounds):
        begun = time.perf_counter()
        for _ in range(calls):
            drive(engine.decide(call, "jquants.listed_info", Credentials()))
        spans.append((time.perf_counter() - begun) / calls)
    return min(spans) * 1e6


def _stall() -> tuple[float, float]:
    """Read a file of 1 MiB in one thread while another one only looks at its watch."""
    text = _file(MANY)
    gaps: list[float] = []
    done = threading.Event()

    def watch() -> None:
        last = time.perf_counter()
        while not done.is_set():
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    load(_file(10), discover())  # imports are another matter
    watcher = threading.Thread(target=watch)
    watcher.start()
    begun = time.perf_counter()
    load(text, discover())
    took = time.perf_counter() - begun
    done.set()
    watcher.join()
    return max(gaps) * 1e3, took


def measure() -> Figures:
    few, many = statistics.median([_choosing(FEW)]), statistics.median([_choosing(MANY)])
    stall, took = _stall()
    return Figures(few, many, stall, took)


def main() -> int:
    figures = measure()
    print(f"choosing among {FEW} rules      {figures.few_us:8.2f} µs")
    print(f"choosing among {MANY} rules   {figures.many_us:8.2f} µs   x{figures.ratio:.2f} (goal: {GOAL})")
    print(f"reading 1 MiB              {figures.load_s:8.2f} s    longest stall {figures.stall_ms:.1f} ms")
    return 0 if figures.ratio <= GOAL and figures.stall_ms <= STALL_GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
