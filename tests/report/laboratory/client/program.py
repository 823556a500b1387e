"""A client as a program: rounds of work with pauses between them, and an exit status."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.request import Request, urlopen

from tests.report.laboratory.client.apis import APIS, Api
from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.session import GaveUpError, OptedOutError, Session
from tests.report.laboratory.client.wire import Connection


@dataclass(frozen=True)
class Course:
    """How much is worked. rounds: how often. pause: seconds between rounds. later: seconds that pass virtually then."""

    rounds: int = 4
    pause: float = 0.05
    later: float = 0.0


class OwnClock:
    """The client's clock, which is moved together with the sandbox's."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._ahead

    def pass_by(self, seconds: float) -> None:
        """Let time pass for the sandbox and for this client."""
        sandbox = os.environ.get("SIMULATOR_SANDBOX", "")
        plane = os.environ["SIMULATOR_URL"] + (f"/sandbox/{sandbox}" if sandbox else "") + "/_simulator"
        body = json.dumps({"by": f"{round(seconds * 1000)}ms"}).encode()
        with urlopen(Request(f"{plane}/clock/advance", body, {"Content-Type": "application/json"}), timeout=10):
            self._ahead += seconds


def read_course(arguments: Sequence[str] | None = None) -> Course:
    """The course that the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=Course.rounds)
    parser.add_argument("--pause", type=float, default=Course.pause, metavar="SECONDS")
    parser.add_argument("--later", type=float, default=Course.later, metavar="SECONDS")
    given = parser.parse_args(arguments)
    return Course(given.rounds, given.pause, given.later)


def main(
    api: str | Callable[[Policies], Api],
    policies: Policies,
    *,
    workers: int = 1,
    sessions: int = 1,
    course: Course | None = None,
) -> int:
    """Run a client to its end; 0, or 1 when it gave up.

    workers: threads that share one session. sessions: identities of their own, worked one after another.
    """
    made = APIS[api] if isinstance(api, str) else api
    course = course if course is not None else read_course()
    clock = OwnClock()
    shared = [Session(made(policies), policies, clock) for _ in range(sessions)]
    with ThreadPoolExecutor(workers) as pool:
        ends = [pool.submit(_rounds, shared, course, clock, worker) for worker in range(workers)]
    return max(end.result() for end in ends)


def _rounds(sessions: list[Session], course: Course, clock: OwnClock, worker: int) -> int:
    policies = sessions[0].policies
    status = 0
    with Connection(sessions[0].api.base, policies.timeout, keep=policies.keep) as line:
        going = list(sessions)
        for number in range(course.rounds):
            for session in tuple(going):
                try:
                    session.work(line, number + worker)
                except OptedOutError:
                    sys.stderr.write("opted out: nothing more is asked for this identity\n")
                    going.remove(session)
                except GaveUpError as why:
                    sys.stderr.write(f"gave up: {why}\n")
                    status = 1
                    if not policies.goes_on:
                        return status
            if not going:
                return status
            if number + 1 < course.rounds:
                time.sleep(course.pause)
                if course.later:
                    clock.pass_by(course.later)
    return status
