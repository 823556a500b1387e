"""The two kinds of errors.

A :class:`Rejection` is an answer of the simulated service. A :class:`SimulatorError` is our own: wrong input, or a
failure of the simulator. Neither is ever sent in the form of the other.
"""

from __future__ import annotations


class Rejection(Exception):
    """The simulated API refuses the call with one of its named errors.

    ``name`` is the short name in the API's table of errors, such as ``"refreshtoken_invalid"``. The table has the
    status and the exact body. ``reason`` is for the journal: a rule of the service that is not in the answer.
    """

    def __init__(self, name: str, reason: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.reason = reason


class SimulatorError(Exception):
    """Invalid input, or a failure of the simulator.

    The message names the value and the place. ``remedy`` says what to do. ``exit_code`` is the command's.
    """

    exit_code = 2

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".rstrip() if remedy else message)
        self.message = message
        self.remedy = remedy


class UsageError(SimulatorError):
    """An invalid option, variable or argument."""

    exit_code = 2


class ScenarioInvalid(SimulatorError):
    """A scenario file is invalid. The active scenario stays."""

    exit_code = 3


class ScenarioDoubtful(UserWarning):
    """A scenario was loaded that is probably a mistake (W3xx); ``simulator check --strict`` rejects it."""


class PortTaken(SimulatorError):
    """Another process listens on the address."""

    exit_code = 4


class StateUnreachable(SimulatorError):
    """The shared state backend does not answer."""

    exit_code = 5
