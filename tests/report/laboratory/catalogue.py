"""All programs of the laboratory: how each is started, whose API it speaks, and what it deserves."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.report.laboratory.bad.table import HABITS
from tests.report.laboratory.client.policies import always_due
from tests.report.laboratory.habit import Habit
from tests.report.laboratory.probing import JQUANTS, PROBES, UID2, Probe

_PACKAGE: Final = "tests.report.laboratory"
_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Program:
    """A program that runs against the environment variables of ``simulator env``.

    api: whose client it is. verdict: the one that a bad program deserves, "" for a good one. probe: where it shows.
    beside: what it deserves as well. A good program deserves a warning at most, never a failure.
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
    _good("weekly", JQUANTS),
    _good("threads", JQUANTS, travels=False),
    _good("early_bird", JQUANTS, travels=False),
    _good("requests_session", JQUANTS, travels=False),
    _good("daily", JQUANTS, travels=False),
    _good("reruns", JQUANTS, travels=False, beside=("login_storm",)),
    _good("two_jobs", JQUANTS, travels=False),
    _good("single_flight", JQUANTS, travels=False),
    _good("processes", JQUANTS, travels=False),
    Program("promise", _node("good/promise.mjs"), JQUANTS),
    Program("curl", _shell("good/curl.sh"), JQUANTS),
    Program("curl-refreshes", _shell("good/curl_refreshes.sh"), JQUANTS, beside=("early_refresh", "no_relogin")),
    _good("publisher", UID2),
    _good("publisher_v2", UID2),
    _good("first_test", UID2, beside=("early_refresh",)),
    _good("two_browsers", UID2, beside=("early_refresh",)),
    _good("four_devices", UID2),
    _good("three_people", UID2),
    _good("publisher_threads", UID2, travels=False),
    _good("sdk", UID2, travels=False, beside=("new_connection_each_call",)),
    Program("interceptor", _node("good/interceptor.mjs"), UID2),
    Program("curl-uid2", _shell("good/curl_uid2.sh"), UID2),
)


def _with(habit: Habit) -> tuple[str, ...]:
    """What comes with the other policies that a habit needs to show."""
    return ("early_refresh",) if habit.changes.get("due") is always_due else ()


_PLANTED: Final = tuple(
    Program(
        habit.name,
        (sys.executable, "-m", f"{_PACKAGE}.bad", habit.name),
        habit.api.partition("-")[0],
        habit.verdict,
        habit.probe,
        habit.beside + _with(habit),
        travels=True,
    )
    for habit in HABITS.values()
)


def _naive(name: str, verdict: str, probe: str, api: str = JQUANTS, beside: tuple[str, ...] = ()) -> Program:
    start = _node if name.startswith("node-") else _shell
    path = "bad/naive.mjs" if name.startswith("node-") else "bad/naive.sh"
    return Program(name, start(path, name), api, verdict, probe, beside)


def _module(name: str, verdict: str, probe: str, beside: tuple[str, ...] = ()) -> Program:
    return Program(f"python-{name}", (sys.executable, "-m", f"{_PACKAGE}.bad.{name}"), JQUANTS, verdict, probe, beside)


_NAIVE: Final = (
    _naive("node-dies-of-any-failure", "crash", "rate-limit-silent"),
    _naive("node-wrong-field", "never_issued_token", "faithful"),
    _naive("node-interceptor-without-a-mark", "renewal_loop", "jquants-401-for-ever"),
    _naive("node-refreshes-in-parallel", "herd", "held-answers"),
    _naive("node-template-string", "not_encoded", "faithful", UID2, beside=("early_refresh",)),
    _naive("node-no-time-out", "no_timeout", "hang-on-data"),
    _naive("node-logs-in-for-each-read", "login_storm", "faithful"),
    _naive("node-new-agent-each-call", "new_connection_each_call", "visits"),
    _naive("node-referrer", "token_leaks", "faithful"),
    _naive("node-insists", "retries_refusal", "jquants-password-changed"),
    _naive("node-logs-out-on-failure", "login_on_outage", "second-refresh-503"),
    _naive("node-constant-refresh-token", "stale_refresh_token", "visits", UID2, beside=("early_refresh",)),
    _naive("shell-null-token", "never_issued_token", "jquants-token-missing"),
    _naive("shell-exits-on-error", "crash", "six-failures"),
    _naive("shell-until-it-works", "no_backoff", "six-failures"),
    _naive("shell-location-trusted", "follows_redirect_with_token", "data-redirected"),
    _naive("shell-logs-in-each-time", "login_storm", "faithful"),
    _naive("shell-sleeps-a-second", "ignores_retry_after", "jquants-outage"),
    _module("redirected", "follows_redirect_with_token", "data-redirected"),
    _module("processes", "herd", "held-answers-token-dies", beside=("login_storm",)),
)
BAD: Final = (*_PLANTED, *_NAIVE)
PROGRAMS: Final[Mapping[str, Program]] = {program.name: program for program in (*GOOD, *BAD)}


def trials_of(program: Program) -> tuple[Probe, ...]:
    """The probes that a program is asked: a good one all that fit, a bad one its own."""
    if program.is_good:
        return tuple(probe for probe in PROBES.values() if program.fits(probe))
    return (PROBES[program.probe],)
