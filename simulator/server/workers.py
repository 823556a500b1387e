"""``--workers``: several processes on one listening socket, and the supervisor that starts them."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from simulator.core.clock import steady
from simulator.core.errors import SimulatorError, UsageError
from simulator.server.stop_signals import stop_signals

Work = Callable[[Callable[[], object]], None]
"""Serves until a stop signal, and calls its argument once clients are served."""

_GRACE: Final = 0.9
"""Seconds that workers have to end; with our own, less than the second that a stop by SIGTERM may take."""


def supervise(count: int, work: Work, ready: Callable[[], object]) -> int:
    """Run ``work`` in so many processes; ``ready`` is called once all of them serve. Returns the exit code.

    SIGTERM and SIGINT end them all. A worker that dies is reported and not replaced, so that its loss is
    investigated; the others continue. If one cannot start, all end, and its exit code is ours.
    """
    if not hasattr(os, "fork"):
        raise UsageError("--workers needs a system with fork.", remedy="Serve with one worker.")
    return _Supervisor(count, work, ready).run()


class _Supervisor:
    def __init__(self, count: int, work: Work, ready: Callable[[], object]) -> None:
        self._work = work
        self._ready = ready
        self._count = count
        self._serving = 0
        self._alive: set[int] = set()
        self._deadline: float | None = None
        self._code = 0
        self._stopping = stop_signals()

    def run(self) -> int:
        """Run until the last worker has ended."""
        readable, writable = os.pipe()
        lifeline = os.pipe()
        with _woken_by(*self._stopping, signal.SIGCHLD) as signals:
            for _ in range(self._count):
                self._alive.add(self._fork(writable, lifeline))
            os.close(lifeline[0])
            while self._alive:
                self._turn(signals, readable)
        for end in (readable, writable, lifeline[1]):
            os.close(end)
        return self._code

    def _fork(self, writable: int, lifeline: tuple[int, int]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            return pid
        signal.set_wakeup_fd(-1)
        for number in (*self._stopping, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.close(lifeline[1])
        threading.Thread(target=_end_with, args=(lifeline[0],), daemon=True).start()
        code = 1
        try:
            self._work(lambda: os.write(writable, b"."))
            code = 0
        except SimulatorError as error:
            click.echo(f"simulator: {error}", err=True)
            code = error.exit_code
        except BaseException:  # noqa: BLE001 - this process is a copy of another's stack, and must not go back into it
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _turn(self, signals: int, readable: int) -> None:
        """Wait for the next event, and handle it."""
        timeout = None if self._deadline is None else max(0.0, self._deadline - steady())
        happened, _, _ = select.select([signals, readable], [], [], timeout)
        if signals in happened and set(os.read(signals, 4096)) & set(self._stopping):
            self._stop()
        if readable in happened:
            self._serving += len(os.read(readable, 4096))
            if self._serving == self._count and self._deadline is None:
                self._ready()
        self._reap()
        if self._deadline is not None and steady() >= self._deadline:
            self._send(signal.SIGKILL)
            self._deadline = steady() + _GRACE

    def _reap(self) -> None:
        for pid in list(self._alive):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._alive.discard(pid)
                self._gone(pid, os.waitstatus_to_exitcode(status))

    def _gone(self, pid: int, code: int) -> None:
        if self._deadline is not None:
            return
        if self._serving < self._count:
            self._code = code if code > 0 else 1
            self._stop()
            return
        how = f"with exit code {code}" if code >= 0 else f"by signal {signal.Signals(-code).name}"
        rest = f"{len(self._alive)} go on" if self._alive else "none is left"
        click.echo(f"simulator: worker {pid} ended {how}; {rest}.", err=True)
        self._code = 0 if self._alive else 1

    def _stop(self) -> None:
        self._send(signal.SIGTERM)
        self._deadline = steady() + _GRACE

    def _send(self, number: signal.Signals) -> None:
        for pid in self._alive:
            with contextlib.suppress(ProcessLookupError):  # it has just ended; it is reaped next
                os.kill(pid, number)


def _end_with(lifeline: int) -> None:
    """End when the supervisor has: reading its pipe returns when no process can write to it any more."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _woken_by(*numbers: signal.Signals) -> Iterator[int]:
    """A file to wait on, with the numbers of the received signals. The earlier handlers are restored."""
    readable, writable = os.pipe()
    os.set_blocking(readable, False)
    os.set_blocking(writable, False)
    before = [signal.signal(number, lambda *_: None) or signal.SIG_DFL for number in numbers]
    woken = signal.set_wakeup_fd(writable)
    try:
        yield readable
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
        os.close(readable)
        os.close(writable)
