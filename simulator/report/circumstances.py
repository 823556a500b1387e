"""What a judge has to know besides the journal: what was on, and what only the outside saw of the client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from simulator.scenario.scenario import Expectation


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The circumstances of one observation.

    scenario, about: name and prose of the scenario that was on; "" for the faithful simulator. expect: its ``expect``.
    rules: the ids of its rules. took: how long the client's process ran, 0 when it is not ours to know.
    finished: no more calls will come (the command ended, the test is over); False while the client may be waiting.
    exit_status: of the client's process, None when it is not ours to know. crash: the last line of its traceback.
    stopped_us: when the client was ended from outside (real microseconds since 1970): what it left then, it had not
        given up; 0 when it was not.
    https_offered: the simulator listened with TLS as well, and the client was told so.
    journal_bound: how many entries the journal keeps, so that a full one is known to have forgotten some; None: all.
    lost: how many entries the shared state did not take, though their calls were answered.
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
