"""The probes: a scenario, and how long a client works under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

from simulator.report.probe_files import FOLDER
from simulator.scenario import shipped

JQUANTS: Final = "jquants"
UID2: Final = "uid2"
BOTH: Final = (JQUANTS, UID2)
_HOUR: Final = 3600.0


@dataclass(frozen=True)
class Probe:
    """scenario: a shipped one's name, a file, or None for the faithful simulator. apis: whose clients it asks.

    rounds, pause, later: as ``client.program.Course`` has them; None leaves the program its own.
    profile: where the scenario does not say. lives: UID2 identities are due within the run. tls: the client is told of
    https alone. limit: of one run. clock: whose moments the client sees.
    """

    name: str
    scenario: str | Path | None
    apis: tuple[str, ...]
    rounds: int | None = None
    pause: float | None = None
    later: float | None = None
    profile: Literal["documented", "observed"] = "documented"
    lives: bool = False
    tls: bool = False
    limit: timedelta = timedelta(seconds=45)
    clock: Literal["real", "sandbox"] = "real"

    @property
    def arguments(self) -> tuple[str, ...]:
        """For a program's command line."""
        given = {"--rounds": self.rounds, "--pause": self.pause, "--later": self.later}
        return tuple(text for name, value in given.items() if value is not None for text in (name, str(value)))


def _own(name: str, apis: tuple[str, ...], **more: object) -> Probe:
    return Probe(name, FOLDER / f"{name}.yaml", apis, **more)


def _shipped() -> Iterable[Probe]:
    """Each shipped scenario as it is; those that UID2 has a part in once more with identities that live for seconds."""
    for name in shipped.names():
        apis = tuple(api for api in BOTH if name.startswith(api)) or BOTH
        yield Probe(name, name, apis)
        if UID2 in apis and "\nworld:" not in shipped.find(name).read_text():
            yield Probe(f"{name}-lives", name, (UID2,), rounds=5, pause=0.5, profile="observed", lives=True)


FAITHFUL: Final = Probe("faithful", None, BOTH)

_OWN: Final = (
    FAITHFUL,
    Probe("faithful-tls", None, BOTH, tls=True),
    Probe("observed-expiry", "jquants-refresh-token-expired", (JQUANTS,), profile="observed"),
    Probe("visits", None, BOTH, rounds=8, profile="observed"),
    Probe("days", None, (JQUANTS,), rounds=8, later=4.9 * _HOUR, clock="sandbox"),
    Probe("four-weeks", None, (JQUANTS,), rounds=28, pause=0.01, later=24 * _HOUR, clock="sandbox"),
    Probe("maintenance", "outage-window", (JQUANTS,), rounds=6, later=360.0, clock="sandbox"),
    Probe("opted-out-visits", "uid2-opted-out-from-the-start", (UID2,), rounds=8),
    _own("six-failures", BOTH),
    _own("retry-after-90", BOTH),
    _own("refresh-busy-login-works", (JQUANTS,)),
    _own("second-refresh-503", (JQUANTS,)),
    _own("second-refresh-429", (JQUANTS,)),
    _own("second-refresh-reset", (JQUANTS,)),
    _own("uid2-second-refresh-html", (UID2,)),
    _own("hang-on-second-refresh", BOTH, rounds=6, pause=0.5, limit=timedelta(seconds=70)),
    _own("hang-on-data", (JQUANTS,), limit=timedelta(seconds=70)),
    _own("held-answers", BOTH),
    _own("held-answers-short-lives", (UID2,), rounds=4, pause=0.8),
    _own("held-answers-token-dies", (JQUANTS,), rounds=6),
    _own("uid2-busy", (UID2,), rounds=4, pause=0.6),
    _own("jquants-password-changed", (JQUANTS,)),
    _own("uid2-key-refused", (UID2,)),
    _own("jquants-plan-lost", (JQUANTS,)),
    _own("jquants-bad-request", (JQUANTS,)),
    _own("jquants-too-large", (JQUANTS,)),
    _own("jquants-401-for-ever", (JQUANTS,)),
    _own("three-short-lives", (JQUANTS,), rounds=9, pause=0.9),
    _own("uid2-lives-of-seconds", (UID2,), rounds=9, pause=0.8),
    _own("odd-answer-twice", BOTH),
    _own("odd-answers", BOTH),
    _own("waf-page", BOTH),
    _own("data-redirected", (JQUANTS,)),
    _own("refresh-redirected", BOTH, rounds=5, pause=0.5),
    _own("slow-drip", (JQUANTS,), limit=timedelta(seconds=70)),
    _own("data-flaky", (JQUANTS,)),
)
PROBES: Final = {probe.name: probe for probe in (*_OWN, *_shipped())}
