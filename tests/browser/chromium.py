"""A headless Chromium on a pipe, spoken to by its own DevTools protocol: no driver, no port, no package."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "no Chromium: install it (Debian, Ubuntu: .ci/system-packages, or apt-get install chromium), "
    "or name one in the environment variable CHROMIUM"
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
PATIENCE = 30.0
"""Seconds for any answer, on a machine that does much else."""
Message = dict[str, Any]


def find() -> str | None:
    """The browser to use, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class BrowserError(AssertionError):
    """The browser did not do what it was asked."""


class Chromium:
    """One browser process, with more flags than the usual ones. As a context manager it is gone at the end, with all
    its children.
    """

    def __init__(self, program: str, profile: Path, *flags: str) -> None:
        self._numbers = iter(range(1, 1_000_000))
        self._events: list[Message] = []
        self._buffer = b""
        theirs_in, self._out = _pipe()
        self._in, theirs_out = _pipe()
        self._process = subprocess.Popen(
            # Chromium reads from 3 and writes to 4.
            [
                "bash",
                "-c",
                'exec "$@" 3<&"$FROM" 4>&"$TO"',
                "bash",
                program,
                *FLAGS,
                *flags,
                f"--user-data-dir={profile}",
            ],
            env={**os.environ, "FROM": str(theirs_in), "TO": str(theirs_out)},
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # The whole session is ours: the browser and the helpers that it started.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        os.close(self._in)
        os.close(self._out)

    def page(self) -> Page:
        """A new, empty page."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session, context)

    def ask(self, method: str, session: str | None = None, **params: Any) -> Message:
        """The result of a command. Raises :class:`BrowserError`."""
        number = next(self._numbers)
        command: Message = {"id": number, "method": method, "params": params}
        if session is not None:
            command["sessionId"] = session
        os.write(self._out, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self._next(deadline)
            if message.get("id") != number:
                self._events.append(message)
            elif "error" in message:
                raise BrowserError(f"{method}: {message['error']}")
            else:
                result: Message = message["result"]
                return result

    def await_event(self, method: str, session: str) -> None:
        """Wait until an event has come, and forget it. Raises :class:`BrowserError`."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for event in self._events:
                if event.get("method") == method and event.get("sessionId") == session:
                    self._events.remove(event)
                    return
            self._events.append(self._next(deadline))

    def _next(self, deadline: float) -> Message:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise BrowserError(f"the browser said nothing for {PATIENCE:.0f} s")
            chunk = os.read(self._in, 65_536)
            if not chunk:
                raise BrowserError(f"the browser has ended with code {self._process.poll()}")
            self._buffer += chunk
        raw, _, self._buffer = self._buffer.partition(b"\0")
        message: Message = json.loads(raw)
        return message


class Page:
    """One page of a browser, with cookies and connections of its own."""

    def __init__(self, browser: Chromium, session: str, context: str) -> None:
        self._browser = browser
        self._session = session
        self._context = context

    def open(self, url: str) -> None:
        """Go there, and wait until it has loaded."""
        self._ask("Page.enable")
        self._ask("Page.navigate", url=url)
        self._browser.await_event("Page.loadEventFired", self._session)

    def run(self, script: str) -> Any:
        """What a JavaScript expression comes to, a promise's value included. Raises :class:`BrowserError`."""
        found = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            thrown = found["exceptionDetails"]
            raise BrowserError(thrown.get("exception", {}).get("description", thrown["text"]))
        return found["result"].get("value")

    def stop_time(self, at: datetime) -> None:
        """From now on the page's clock stands still, at this moment, and its timers with it."""
        self._ask("Emulation.setVirtualTimePolicy", policy="pause", initialVirtualTime=at.timestamp())

    def let_pass(self, span: timedelta) -> None:
        """Let the page's time run as fast as it can; it stands still while an answer is awaited."""
        budget = span / timedelta(milliseconds=1)
        self._ask("Emulation.setVirtualTimePolicy", policy="pauseIfNetworkFetchesPending", budget=budget)
        self._browser.await_event("Emulation.virtualTimeBudgetExpired", self._session)

    def close(self) -> None:
        self._browser.ask("Target.disposeBrowserContext", browserContextId=self._context)

    def _ask(self, method: str, **params: Any) -> Message:
        return self._browser.ask(method, self._session, **params)


def _pipe() -> tuple[int, int]:
    """Both ends above the numbers that Chromium wants for itself."""
    ends = []
    for end in os.pipe():
        ends.append(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10))
        os.close(end)
    return ends[0], ends[1]
