"""What judging needs besides the journal: the active scenario, and facts about the client's process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from simulator.scenario.scenario import Expectation


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The circumstances of one observation.

    scenario, about: name and description of the active scenario; "" for the faithful simulator. expect: its ``expect``.
    rules: the ids of its rules. took: how long the client's process ran, 0 when unknown.
    finished: no more calls will come (the command ended, the test is over); False while the client may be waiting.
    exit_status: of the client's process, None when unknown. crash: the last line of its traceback.
    stopped_us: when the client was ended from outside (real microseconds since 1970), 0 when it was not. Calls open
        at that time were not given up by the client.
    https_offered: the simulator listened with TLS as well, and the client was told so.
    journal_bound: how many entries the journal keeps, so that a full one is known to have dropped some; None: no bound.
    lost: how many entries of answered calls the shared state did not store.
    client_clock: "real": the client lives in real time, so it cannot have noticed that the sandbox's clock was moved.
        "sandbox": its clock is moved along (freezegun, a clock handed in), so the sandbox's moments are its own.
    """

    scenario: str = ""
    about: str = ""
    expect: tuple[Expectation, ...] = ()
    rules: tuple[str, ...] = ()
    took: timedelta = timedelta(0)
    finished: bool = True
    exit_status: int | None = None
    crash: str = ""
    stopped_us: int = 0
    https_offered: bool = False
    journal_bound: int | None = None
    lost: int = 0
    client_clock: Literal["real", "sandbox"] = "real"
