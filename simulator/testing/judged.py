"""Test programs under ``simulator judge``: fixtures and helpers use the run's sandbox, so that they are judged."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from simulator.control.client import ControlClient
from simulator.control.transport import Transport
from simulator.core.defaults import JUDGED_VARIABLE, URL_VARIABLE
from simulator.core.errors import UsageError
from simulator.core.moment import format_moment
from simulator.journal.entry import Entry

_REMEDY: Final = "Use @pytest.mark.scenario or Simulator(scenario=…), which has a sandbox of its own and is not judged."


def judged_run() -> tuple[str, str] | None:
    """The simulator's URL and the name of the run's sandbox; None outside of ``simulator judge``."""
    url, sandbox = os.environ.get(URL_VARIABLE), os.environ.get(JUDGED_VARIABLE)
    return (url.rstrip("/"), sandbox) if url and sandbox else None


class JudgedClient(ControlClient):
    """The run's sandbox as one test sees it.

    The test sees the journal from its start, or from its last reset; the judged journal is not deleted.
    The scenario is the run's: loading another one raises :class:`UsageError`.
    """

    def __init__(self, transport: Transport, sandbox: str) -> None:
        super().__init__(transport, sandbox)
        self._begin()

    def load(self, text: bytes, media: str, named: str, *, strict: bool = False) -> NoReturn:
        """Refused."""
        raise UsageError(f"{named or 'a scenario'} cannot be loaded under simulator judge.", remedy=_REMEDY)

    def unload(self) -> NoReturn:
        """Refused."""
        raise UsageError("the scenario cannot be cleared under simulator judge.", remedy=_REMEDY)

    def entries(self, operation: str | None = None) -> list[Entry]:
        """The journal since the test began."""
        return [entry for entry in super().entries(operation) if entry.number > self._before]

    def verify(self, wanted: Mapping[str, Any]) -> Any:
        """``POST verify`` for the calls since the test began."""
        return super().verify({"since": self._since, **wanted})

    def reset(self) -> None:
        """Restart the journal that the test sees; the clock and the calls stay, because they are judged."""
        self._begin()

    def discard(self) -> None:
        """Does nothing: the run's sandbox is judged after the test."""

    def _begin(self) -> None:
        self._since = format_moment(self.reading().now)
        self._before = max((entry.number for entry in super().entries()), default=0)
