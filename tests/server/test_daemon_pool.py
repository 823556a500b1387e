"""Threads that do not hold the exit up."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import CancelledError

import pytest

from simulator.server.daemon_pool import DaemonPool


def test_what_a_call_returns_or_raises_is_in_its_future() -> None:
    pool = DaemonPool(2, "test")
    assert pool.submit(lambda: 1).result(5) == 1
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 / 0).result(5)
    pool.shutdown()


def test_no_more_threads_than_allowed_and_all_of_them_are_daemons() -> None:
    pool, gate = DaemonPool(2, "test"), threading.Event()
    names = [pool.submit(lambda: (gate.wait(5), threading.current_thread().daemon)) for _ in range(6)]
    gate.set()
    assert [future.result(5) for future in names] == [(True, True)] * 6
    assert len(pool._threads) == 2
    pool.shutdown()
    assert not any(thread.is_alive() for thread in pool._threads)


def test_calls_that_have_not_begun_can_be_cancelled() -> None:
    pool, gate, begun = DaemonPool(1, "test"), threading.Event(), threading.Event()

    def waits() -> bool:
        begun.set()
        return gate.wait(5)

    first = pool.submit(waits)
    second = pool.submit(lambda: None)
    assert begun.wait(5)
    pool.shutdown(wait=False, cancel_futures=True)
    with pytest.raises(CancelledError):
        second.result(5)
    gate.set()
    assert first.result(5)


def test_a_process_ends_while_a_call_is_under_way() -> None:
    """With ThreadPoolExecutor this would take a minute."""
    code = """
import threading
from simulator.server.daemon_pool import DaemonPool
begun = threading.Event()
DaemonPool(1, "test").submit(lambda: (begun.set(), threading.Event().wait(60)))
begun.wait()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
