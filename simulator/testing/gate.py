"""A hold in the hands of a test: calls of an operation wait until the test releases them."""

from __future__ import annotations

import itertools
from types import TracebackType
from typing import Literal, Self

from simulator.control.client import ControlClient, NotAsWantedError
from simulator.core.duration import format_duration
from simulator.testing.clock import Span, read_span

_numbers = itertools.count(1)


class Gate:
    """Calls of an operation wait here, from the beginning of the ``with`` block to its end.

    Leaving the block releases those that still wait.
    """

    def __init__(self, plane: ControlClient, operation: str, *, before: bool, name: str = "") -> None:
        self._plane = plane
        self._operation = operation
        self._before = before
        self.name = name or f"gate-{next(_numbers)}"
        """What the control plane calls it."""

    @property
    def waiting(self) -> int:
        """How many calls wait now."""
        holds = self._plane.get("holds")["holds"]
        return sum(len(hold["waiting"]) for hold in holds if hold["name"] == self.name)

    def wait_for(self, count: int = 1, *, within: Span = "5s") -> int:
        """Return once so many calls wait; how many do. Raises AssertionError when they do not come in time.

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
        """Let calls go on, all unless ``count`` says how many; how many went on. fault: breaks their answers."""
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
