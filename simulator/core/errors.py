"""Who says no: the simulated API, or we.

A :class:`Rejection` is an answer of the simulated service; a
:class:`SimulatorError` is ours, about what a user gave us or about ourselves.
The two never wear each other's shape on the wire.
"""

from __future__ import annotations


class Rejection(Exception):
    """The simulated API refuses the call, by one of its named errors.

    ``name`` is the short name in the API's own table of errors, for instance
    ``"refreshtoken_invalid"``; the table knows the status and the exact body.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SimulatorError(Exception):
    """Something the user gave us, or we ourselves, is wrong.

    The message names the value and the place; ``remedy`` says what to do.
    ``exit_code`` is what the command ends with (0 and 1 are not errors of ours).
    """

    exit_code = 2

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".rstrip() if remedy else message)
        self.message = message
        self.remedy = remedy


class UsageError(SimulatorError):
    """An option, a variable or an argument that cannot be meant."""

    exit_code = 2


class ScenarioInvalid(SimulatorError):
    """A scenario file was refused; the scenario that was active stays."""

    exit_code = 3


class ScenarioDoubtful(UserWarning):
    """A scenario was loaded that can hardly be meant so; ``simulator check --strict`` refuses it."""


class PortTaken(SimulatorError):
    """The address to listen on is in use by somebody else."""

    exit_code = 4


class StateUnreachable(SimulatorError):
    """The shared state backend does not answer."""

    exit_code = 5
