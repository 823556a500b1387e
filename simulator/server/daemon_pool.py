"""Threads for calls that take long. They do not keep the process alive: SIGTERM does not wait for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_Task = tuple["Future[Any]", Callable[[], Any]]


class DaemonPool(Executor):
    """An executor with at most ``threads`` daemon threads, started when needed.

    The interpreter joins the threads of ``ThreadPoolExecutor`` when it exits, so one call of 20 s would hold the
    exit up for 20 s.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._most: Final = threads
        self._name = name
        self._threads: list[threading.Thread] = []
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the function on one of the threads."""
        future: Future[T] = Future()
        self._tasks.put((future, partial(fn, *args, **kwargs)))
        if len(self._threads) < self._most:
            name = f"{self._name}_{len(self._threads)}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - Executor's
        """End the threads once they are idle. Calls that have begun finish, unless the process ends first."""
        if cancel_futures:
            self._cancel_waiting()
        for _ in self._threads:
            self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _cancel_waiting(self) -> None:
        while True:
            try:
                task = self._tasks.get_nowait()
            except Empty:
                return
            if task is not None:
                task[0].cancel()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, make = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                made = make()
            except BaseException as error:  # noqa: BLE001 - the future carries it to its reader
                future.set_exception(error)
            else:
                future.set_result(made)
