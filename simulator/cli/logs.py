"""The log of ``serve``: on stderr, one line for each record, for people or for programs.

A reader that stops reading must not stop the simulator: a thread writes records from a bounded queue.
Records that do not fit into the queue are dropped and counted; the count is logged when there is room.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import sys
import threading
from queue import Full, Queue
from typing import Final

from simulator.core.clock import from_microseconds
from simulator.core.moment import format_moment

_FOR_PEOPLE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_QUEUED: Final = 1_000
"""The most records that wait for a slow reader; a pipe holds about 600 more lines."""
_FLUSH: Final = 0.2
"""Seconds that the process waits for the reader when it ends."""


def begin(form: str, *, quiet: bool) -> None:
    """Log from now on as ``text`` or ``json``: our own records, also of scenarios, and other packages' warnings.

    quiet: errors only.
    """
    handler = QueuedHandler(sys.stderr.fileno())
    handler.setFormatter(_ForPrograms() if form == "json" else logging.Formatter(_FOR_PEOPLE))
    atexit.register(handler.flush)
    logging.basicConfig(level=logging.ERROR if quiet else logging.WARNING, handlers=[handler])
    logging.getLogger("simulator").setLevel(logging.ERROR if quiet else logging.INFO)


class QueuedHandler(logging.Handler):
    """Writes to a file descriptor in its own thread, so that :meth:`emit` never waits."""

    def __init__(self, descriptor: int, room: int = _QUEUED) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._room = room
        self._dropped = 0
        self._pid = 0
        self._queue: Queue[logging.LogRecord] = Queue(room)

    def emit(self, record: logging.LogRecord) -> None:
        """Queue the record, or count it as dropped."""
        self._start()
        try:
            if self._dropped:
                self._queue.put_nowait(_lost(self._dropped))
                self._dropped = 0
            self._queue.put_nowait(record)
        except Full:
            self._dropped += 1

    def flush(self) -> None:
        """Wait until the queue is empty, 0.2 s at most."""
        if self._pid == os.getpid():
            with self._queue.all_tasks_done:
                self._queue.all_tasks_done.wait_for(lambda: not self._queue.unfinished_tasks, _FLUSH)

    def _start(self) -> None:
        """The thread that writes. A fork has no threads, so a worker starts its own."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._queue = Queue(self._room)
            threading.Thread(target=self._write, args=(self._queue,), name="simulator-log", daemon=True).start()

    def _write(self, queue: Queue[logging.LogRecord]) -> None:
        # Not through sys.stderr: the interpreter cannot end while a daemon thread holds its lock.
        while True:
            line = f"{self.format(queue.get())}\n".encode("utf-8", "backslashreplace")
            with contextlib.suppress(OSError):  # stderr is closed, so the error cannot be reported
                while line:
                    line = line[os.write(self._descriptor, line) :]
            queue.task_done()


def _lost(count: int) -> logging.LogRecord:
    text = "%d log records were dropped: nothing reads stderr fast enough"
    return logging.LogRecord("simulator", logging.WARNING, __file__, 0, text, (count,), None)


class _ForPrograms(logging.Formatter):
    """One JSON object per line: ``{"event": "log", "at", "level", "logger", "message"}``, and ``"traceback"``."""

    def format(self, record: logging.LogRecord) -> str:
        document = {
            "event": "log",
            "at": format_moment(from_microseconds(int(record.created * 1_000_000))),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            document["traceback"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False)
