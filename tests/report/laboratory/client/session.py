"""The life of one person's tokens: log in, refresh, use, and know when to stop."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from random import Random
from threading import RLock
from typing import Protocol

from tests.report.laboratory.client.apis import Api
from tests.report.laboratory.client.grant import Grant
from tests.report.laboratory.client.policies import Policies, Sense
from tests.report.laboratory.client.wire import Answer, Connection, Outgoing

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class GaveUpError(Exception):
    """The client has done what it may and stops; the message says why, without any token."""


class OptedOutError(Exception):
    """The person has opted out: no more calls for this identity."""


class Clock(Protocol):
    """The client's own clock, in seconds since 1970."""

    def now(self) -> float: ...


class Session:
    """One set of tokens, shared by threads that each bring a connection of their own."""

    def __init__(self, api: Api, policies: Policies, clock: Clock, chance: Random | None = None) -> None:
        self.api = api
        self.policies = policies
        self.held = Grant()
        self._clock = clock
        self._chance = chance if chance is not None else Random()
        self._lock: AbstractContextManager[object] = RLock() if policies.single_flight else nullcontext()
        self._over = ""

    def work(self, line: Connection, number: int) -> None:
        """One round: an access token that is good, and the call it is for. Raises GaveUpError and OptedOutError."""
        if self._over:
            raise GaveUpError(self._over)
        if not self.policies.remembers:
            self.held = Grant()
        access = self._access(line)
        for left in range(self.policies.renewals, -1, -1):
            outgoing = self.api.use(replace(self.held, access=access), number)
            if outgoing is None:
                return
            answer, sense = self._ask(line, outgoing, self.held)
            if sense == "ok":
                return
            if not left or answer is None or answer.status not in self.policies.renew_on:
                raise self._given_up(outgoing, answer)
            access = self._replace(line, access)

    def _access(self, line: Connection) -> str:
        with self._lock:
            if not self.held.access or self.policies.due(self.held, self._clock.now()):
                self._renew(line)
            return self.held.access

    def _replace(self, line: Connection, refused: str) -> str:
        """Another access token than the one that was refused: another thread may have brought it already."""
        with self._lock:
            if self.held.access == refused or not self.policies.rechecks:
                self._renew(line)
            return self.held.access

    def _renew(self, line: Connection) -> None:
        if self._over:
            raise GaveUpError(self._over)
        if not self.held.refresh or self._refresh_is_dead():
            self._log_in(line)
            if self.held.access or not self.held.refresh:
                return
        for left in range(self.policies.logins, -1, -1):
            held = self.held
            outgoing = self.api.refresh(held)
            answer, sense = self._ask(line, outgoing, held)
            if sense == "ok" and answer is not None:
                self._take(self.api.read("refresh", answer, held), held)
                return
            if not left:
                raise self._given_up(outgoing, answer)
            self._log_in(line)
            if self.held.access or not self.held.refresh:
                return

    def _log_in(self, line: Connection) -> None:
        outgoing = self.api.login()
        answer, sense = self._ask(line, outgoing, self.held)
        if sense != "ok" or answer is None:
            raise self._given_up(outgoing, answer)
        self._take(self.api.read("login", answer, self.held), Grant())

    def _take(self, new: Grant, held: Grant) -> None:
        """Keep what is new; held: what the call was made with, whatever other threads have done since."""
        if new.opted_out:
            if self.policies.after_optout == "stop":
                self._over = "the person has opted out"
                raise OptedOutError
            self.held = self.held if self.policies.after_optout == "go on" else Grant()
            return
        self.held = self.policies.merge(held, self.policies.believed(new, self._clock.now()))

    def _given_up(self, outgoing: Outgoing, answer: Answer | None) -> GaveUpError:
        """End this round, and all others unless the client goes on: no thread tries again what another gave up."""
        what = "no complete answer" if answer is None else f"status {answer.status}, {len(answer.body)} bytes"
        why = f"{outgoing.method} {outgoing.path}: {what}"
        self._over = "" if self.policies.goes_on else why
        return GaveUpError(why)

    def _refresh_is_dead(self) -> bool:
        end = self.held.refresh_dies_at
        return self.policies.fallback and end is not None and self._clock.now() >= end

    def _ask(self, line: Connection, outgoing: Outgoing, held: Grant) -> tuple[Answer | None, Sense]:
        """Send a call until its answer is no passing failure. Raises GaveUpError."""
        policies = self.policies
        for attempt in range(1, policies.tries + 1):
            answer = self._send(line, outgoing, held)
            sense = policies.sense(outgoing.kind, answer, whole=self._is_whole(outgoing, answer, held))
            if sense == "odd":
                break
            if sense != "again":
                return answer, sense
            asked = policies.heed(answer, self._clock.now())
            if attempt == policies.tries or (asked is not None and asked > policies.longest):
                break
            jitter = self._chance.uniform(0, policies.jitter)
            time.sleep(policies.backoff(attempt, self._chance) if asked is None else asked + jitter)
        raise self._given_up(outgoing, answer)

    def _send(self, line: Connection, outgoing: Outgoing, held: Grant) -> Answer | None:
        dressed = self.policies.dress(outgoing, held)
        target = dressed.target(self.policies.encode)
        if dressed.base:
            return self._send_elsewhere(dressed.base, target, dressed)
        answer = line.send(dressed.method, target, dressed.headers, dressed.body)
        if answer is not None and answer.status in _REDIRECTS and self.policies.redirects == "anywhere":
            return self._send_elsewhere(answer.headers.get("location", ""), "", dressed)
        return answer

    def _send_elsewhere(self, base: str, target: str, outgoing: Outgoing) -> Answer | None:
        with Connection(base, self.policies.timeout) as elsewhere:
            return elsewhere.send(outgoing.method, target, outgoing.headers, outgoing.body)

    def _is_whole(self, outgoing: Outgoing, answer: Answer | None, held: Grant) -> bool:
        if answer is None or answer.status != 200:
            return False
        try:
            self.api.read(outgoing.kind, answer, held)
        except (KeyError, TypeError, ValueError):
            return False
        return True
