"""All programs of the laboratory: how each is started, whose API it speaks, and what it deserves."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.report.laboratory.bad.table import HABITS
from tests.report.laboratory.probing import JQUANTS, PROBES, UID2, Probe

_PACKAGE: Final = "tests.report.laboratory"
_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Program:
    """A program that runs against the environment variables of ``simulator env``.

    api: whose client it is. verdict: the one that a bad program deserves, "" for a good one. probe: where it shows.
    beside: what it deserves as well: of a good program warnings that are true, such as a connection for each call.
    travels: it can move its own clock along with the sandbox's (``--later``).
    """

    name: str
    command: tuple[str, ...]
    api: str
    verdict: str = ""
    probe: str = ""
    beside: tuple[str, ...] = ()
    travels: bool = False

    @property
    def is_good(self) -> bool:
        return not self.verdict

    def fits(self, probe: Probe) -> bool:
        """Whether the probe has something to ask of this program."""
        return self.api in probe.apis and (self.travels or not probe.later)


def _python(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"{_PACKAGE}.good.{name}")


def _good(name: str, api: str, *, beside: tuple[str, ...] = (), travels: bool = True) -> Program:
    return Program(name.replace("_", "-"), _python(name), api, beside=beside, travels=travels)


def _node(path: str, *arguments: str) -> tuple[str, ...]:
    return ("node", str(_FOLDER / path), *arguments)


def _shell(path: str, *arguments: str) -> tuple[str, ...]:
    return ("bash", str(_FOLDER / path), *arguments)


GOOD: Final = (
    _good("sequential", JQUANTS),
    _good("on_401_only", JQUANTS),
    _good("full_jitter", JQUANTS),
    _good("own_jitter", JQUANTS),
    _good("patient", JQUANTS),
    _good("threads", JQUANTS, travels=False),
    _good("early_bird", JQUANTS, travels=False),
    _good("requests_session", JQUANTS, travels=False),
    _good("daily", JQUANTS, travels=False),
    _good("reruns", JQUANTS, travels=False),
    _good("publisher", UID2),
    _good("publisher_v2", UID2),
    _good("first_test", UID2, beside=("early_refresh",)),
    _good("two_browsers", UID2, beside=("early_refresh",)),
    _good("four_devices", UID2),
)

_PLANTED: Final = tuple(
    Program(
        habit.name,
        (sys.executable, "-m", f"{_PACKAGE}.bad", habit.name),
        habit.api.partition("-")[0],
        habit.verdict,
        habit.probe,
        habit.beside,
        travels=True,
    )
    for habit in HABITS.values()
)
BAD: Final = (*_PLANTED,)
PROGRAMS: Final[Mapping[str, Program]] = {program.name: program for program in (*GOOD, *BAD)}


def trials_of(program: Program) -> tuple[Probe, ...]:
    """The probes that a program is asked: a good one all that fit, a bad one its own."""
    if program.is_good:
        return tuple(probe for probe in PROBES.values() if program.fits(probe))
    return (PROBES[program.probe],)
