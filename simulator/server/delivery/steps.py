"""The possible steps on a connection that waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Send:
    """Write these bytes, in one piece. head: not dribbled; body: dribbled where the plan says so."""

    head: bytes
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for ``span`` of real time."""

    span: timedelta


@dataclass(frozen=True, slots=True)
class HoldOpen:
    """Do nothing for ``hold`` of real time (None: without end) or until the answer's sandbox is released."""

    hold: timedelta | None


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection in order (FIN), once what was sent has left."""


@dataclass(frozen=True, slots=True)
class Reset:
    """End the connection with a TCP RST."""


Step = Send | Wait | HoldOpen | Close | Reset
