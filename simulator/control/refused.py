"""The error of a refused call to the control plane."""

from __future__ import annotations

from typing import Any

from simulator.core.errors import SimulatorError
from simulator.core.http.problem import problem
from simulator.core.model.call import Reply


class ControlRefused(SimulatorError):
    """A call to the control plane that is refused, and the answer.

    title: the same for every occurrence. more: extension members of the problem document.
    """

    def __init__(self, status: int, title: str, message: str, *, remedy: str = "", **more: Any) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status
        self.title = title
        self.more = {"remedy": remedy, **more} if remedy else more

    def reply(self) -> Reply:
        """As ``application/problem+json``."""
        return problem(self.status, self.title, str(self), **self.more)
