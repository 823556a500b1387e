"""The client's own clock, moved together with the sandbox's, and its sleeps, noted.

SIMULATOR_URL, SIMULATOR_SANDBOX: where the control plane is, as ``simulator env`` has them.
CLIENT_PACE: ``real`` (unless said): a sleep is a sleep. ``virtual``: nobody waits; both clocks stand still, and a sleep
moves them on by as much as the client wanted to wait.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final, Self, SupportsIndex
from urllib.request import Request, urlopen

import time_machine

REAL: Final = "real"
VIRTUAL: Final = "virtual"
_REAL_SLEEP: Final = time.sleep


class OwnTime:
    """As a context manager: sleeps are noted in ``waits``, in seconds, in the order in which they were wanted."""

    def __init__(self) -> None:
        sandbox = os.environ.get("SIMULATOR_SANDBOX", "")
        self._plane = os.environ["SIMULATOR_URL"] + (f"/sandbox/{sandbox}" if sandbox else "") + "/_simulator"
        self._stands = os.environ.get("CLIENT_PACE", REAL) == VIRTUAL
        self._travel: Any = None
        self._lock = Lock()
        self.waits: list[float] = []

    def __enter__(self) -> Self:
        if self._stands:
            self._arrive(_moment(self._ask("PUT", "clock", {"frozen": True})["now"]))
        time.sleep = self._sleep
        return self

    def __exit__(self, *_: object) -> None:
        time.sleep = _REAL_SLEEP
        if self._travel is not None:
            self._travel.stop()

    def pass_by(self, span: str, *, alone: bool = False) -> None:
        """Let ``"25h"`` pass, for the sandbox and, unless it is the sandbox ``alone``, for the client.

        The client's clock moves as far as that, not to where the sandbox's is: what a scenario lets pass, the client
        does not notice.
        """
        moved = self._ask("POST", "clock/advance", {"by": span})
        if not alone:
            self._arrive(datetime.now(UTC) + (_moment(moved["now"]) - _moment(moved["before"])))

    def calls(self) -> int:
        """How many calls the sandbox has had."""
        last = self._ask("GET", "journal?limit=1")["entries"]
        return int(last[0]["number"]) if last else 0

    def pause(self, seconds: float) -> None:
        """Wait because the program wants to, not the client."""
        self._wait(seconds)

    def _sleep(self, seconds: float | SupportsIndex, /) -> None:
        wanted = float(seconds)
        with self._lock:
            self.waits.append(round(wanted, 1))
        self._wait(wanted)

    def _wait(self, seconds: float) -> None:
        if self._stands:
            self.pass_by(f"{round(seconds * 1_000_000)}us")
        else:
            _REAL_SLEEP(seconds)

    def _arrive(self, moment: datetime) -> None:
        if self._travel is not None:
            self._travel.stop()
        self._travel = time_machine.travel(moment, tick=not self._stands)
        self._travel.start()

    def _ask(self, method: str, path: str, wanted: object = None) -> Any:
        body = None if wanted is None else json.dumps(wanted).encode()
        request = Request(f"{self._plane}/{path}", body, {"Content-Type": "application/json"}, method=method)
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said)
