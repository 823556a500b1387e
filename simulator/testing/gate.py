"""A hold for tests: calls of an operation wait until the test releases them."""

from __future__ import annotations

import itertools
from types import TracebackType
from typing import Literal, Self

from simulator.control.client import ControlClient, NotAsWantedError
from simulator.core.duration import format_duration
from simulator.testing.clock import Span, read_span

_numbers = itertools.count(1)


class Gate:
    """Calls of an operation wait here during the ``with`` block.

    Leaving the block releases those that still wait.
    """

    def __init__(self, plane: ControlClient, operation: str, *, before: bool, name: str = "") -> None:
        self._plane = plane
        self._operation = operation
        self._before = before
        self.name = name or f"gate-{next(_numbers)}"
        """Its name in the control plane."""

    @property
    def waiting(self) -> int:
        """How many calls wait now."""
        holds = self._plane.get("holds")["holds"]
        return sum(len(hold["waiting"]) for hold in holds if hold["name"] == self.name)

    def wait_for(self, count: int = 1, *, within: Span = "5s") -> int:
        """Wait until this many calls wait; returns their number. Raises AssertionError when they do not arrive in time.

        within: real time, at most a minute.
        """
        asked = {"waiting": count, "within": format_duration(read_span(within))}
        try:
            waiting: int = self._plane.post(f"holds/{self.name}/await", asked)["waiting"]
        except NotAsWantedError as other:
            raise AssertionError(other.message) from None
        return waiting

    def release(
        self, *, count: int | None = None, order: Literal["oldest", "newest"] = "oldest", fault: str | None = None
    ) -> int:
        """Release ``count`` calls, by default all; returns how many. fault: breaks their answers."""
        asked = {"count": count, "order": order, "fault": fault}
        given = {key: value for key, value in asked.items() if value is not None}
        released: int = self._plane.post(f"holds/{self.name}/release", given)["released"]
        return released

    def __enter__(self) -> Self:
        self._plane.put(f"holds/{self.name}", {"operation": self._operation, "before": self._before})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._plane.delete(f"holds/{self.name}")
