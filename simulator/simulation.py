"""A simulation: its sandboxes, and the replies to calls. It uses neither Flask nor sockets.

Sandbox → rule → operation → effects (:mod:`simulator.serving`) → journal.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from secrets import token_hex
from typing import Any

from simulator.core.clock import process_time, ticks, to_seconds
from simulator.core.errors import StateUnreachable, UsageError
from simulator.core.http.dates import date_of
from simulator.core.http.problem import problem
from simulator.core.model.api import Api
from simulator.core.model.call import IMMEDIATE, Call, Delivery, Fault, Reply, Request
from simulator.core.model.call_steps import CallSteps, drive
from simulator.journal.recorder import Recorder
from simulator.sandbox.config import DEFAULT, DEFAULT_CONFIG, DEFAULT_LIMITS, SandboxConfig, SandboxLimits
from simulator.sandbox.holds import Holds
from simulator.sandbox.registry import SandboxRefused, SandboxRegistry
from simulator.sandbox.routing import Routes, Target, parse_path
from simulator.sandbox.sandbox import Sandbox
from simulator.scenario.scenario import Scenario
from simulator.sealing import derive_key, random_secret
from simulator.serving import CallRecord, Serving, advance
from simulator.state.memory import MemoryStore
from simulator.state.store import Store, StoredScenario

logger = logging.getLogger("simulator")


class Simulation:
    """Answers calls for a set of APIs.

    alone: the server has only this one API: unknown paths get its gateway's answer.
    scripted: the APIs that scenarios may name, so that a scenario for two APIs also runs where one is served;
        by default the served APIs.
    secret: the secret that seals tokens; random by default.
    https_offered: the server in front of it also listens with TLS (set by the code that starts the server).
    wire_faults: the connection faults that the server in front of it supports; scenarios with others are refused.
    override_from_anywhere: a call's X-Simulator-… headers count from any address, not only from loopback.
    """

    def __init__(
        self,
        apis: Iterable[Api[Any]],
        *,
        secret: bytes | None = None,
        store: Store | None = None,
        config: SandboxConfig = DEFAULT_CONFIG,
        limits: SandboxLimits = DEFAULT_LIMITS,
        alone: bool = False,
        scripted: Iterable[Api[Any]] = (),
        wire_faults: frozenset[str] = frozenset(),
        override_from_anywhere: bool = False,
    ) -> None:
        self.apis = {api.name: api for api in apis}
        self.scripted = tuple(scripted) or tuple(self.apis.values())
        self.wire_faults = wire_faults
        self.journal_bound = config.journal_bound
        self.https_offered = False
        self.routes = Routes(self.apis.values(), alone=alone)
        secret = secret or random_secret()
        self.recorder = Recorder(derive_key(secret, "journal"))
        self._tickets = token_hex(4)  # distinguishes this process's deliveries from those of other workers
        self._deliveries = itertools.count(1)
        self.sandboxes = SandboxRegistry(
            self.apis.values(),
            secret=secret,
            store=store if store is not None else MemoryStore(),
            config=config,
            limits=limits,
            compile_script=lru_cache(maxsize=32)(self._compile),
        )
        self.holds = Holds()
        self._serving = Serving(
            self.routes, self.holds, wire_faults=wire_faults, override_from_anywhere=override_from_anywhere
        )
        self.sandboxes.listen(self.holds.end)

    def answer(self, request: Request, target: Target | None = None) -> Reply:
        """The reply to a request for a simulated API, asking the store on this thread; see :meth:`call`."""
        return drive(self.call(request, target))

    def call(self, request: Request, target: Target | None = None) -> CallSteps:
        """One call to a simulated API, not to the control plane, as a generator: it yields its needs from the
        store, and returns the reply. It waits for nothing else.

        target: the parsed path, if already known.
        """
        started = ticks()
        target = target or parse_path(request.path)
        try:
            sandbox = self.sandboxes.current(target.sandbox)
            if sandbox is None:
                sandbox = yield partial(self.sandboxes.get, target.sandbox)
        except SandboxRefused as refused:
            return self._without_sandbox(problem(refused.status, "No such sandbox", str(refused)))
        except StateUnreachable as gone:
            return self._without_sandbox(problem(503, "State unreachable", str(gone)))
        call = Call(
            request.method,
            target.path,
            request.raw_query,
            request.headers,
            request.body,
            sandbox.clock.now(),
            target.sandbox,
            request.client,
            request.oversized,
        )
        record = CallRecord()
        try:
            reply = yield from self._serving.serve(call, sandbox, record)
            if record.advance:
                yield partial(advance, sandbox, record.advance)
        except StateUnreachable as gone:
            reply = problem(503, "State unreachable", str(gone))
        except UsageError as error:
            reply = problem(400, "This call cannot be overridden so", str(error))
        except Exception:  # the last resort: the reply to an error of ours must not look like the service's
            logger.exception("unexpected error while answering %s %s", call.method, record.operation)
            reply = problem(500, "The simulator failed", "This is a bug of the simulator, not an answer of the API.")
        if record.hold is not None:
            reply = replace(reply, delivery=replace(reply.delivery, held=True))
        if record.fault is not None:
            reply = replace(reply, delivery=replace(reply.delivery, fault=Fault(record.fault)))
        reply = self._dated(reply, record.at or call.at, sandbox.name, scripted=bool(record.rules))
        sandbox.journal.append(
            self.recorder.entry(
                sandbox.journal.next_number(),
                call,
                request,
                reply,
                api=record.api,
                operation=record.operation,
                error=record.error,
                reason=record.reason,
                rules=record.rules,
                took=round((ticks() - started) * 1_000_000),
                credentials=record.credentials,
                changes=record.changes,
            )
        )
        if record.hold is not None:
            reply = yield from self._held(reply, record, sandbox)
        return reply

    def _held(self, reply: Reply, record: CallRecord, sandbox: Sandbox) -> CallSteps:
        """The answer, once a test has released it. The journal has the call already, and records when it left."""
        if record.hold is None:
            return reply
        waiting = self.holds.enter(sandbox.name, record.hold, record.operation, sandbox.clock.now())
        try:
            fault = yield waiting
        except GeneratorExit:
            waiting.leave()
            self.ended(reply.delivery, "left")
            raise
        plan = reply.delivery
        if fault is not None:
            plan = replace(plan, fault=Fault(fault))
        elif plan.fault is None and plan.dribble is None and not plan.delay and not plan.close:
            self.ended(plan, "sent")  # the delivery takes no time, so the server does not report it
        return replace(reply, delivery=plan)

    def _without_sandbox(self, reply: Reply) -> Reply:
        return self._dated(reply, self.sandboxes.default.clock.now(), DEFAULT)

    def _compile(self, script: StoredScenario) -> Scenario:
        """Compile a scenario that another worker has loaded. Raises :class:`simulator.core.errors.ScenarioInvalid`."""
        from simulator.scenario.loader import load

        scenario = load(script.source, self.scripted, supported_faults=self.wire_faults, name="a shared scenario")
        return replace(scenario, seed=script.seed, drawn=script.drawn)

    def _dated(self, reply: Reply, at: datetime, sandbox: str, *, scripted: bool = False) -> Reply:
        """Add a Date by the sandbox's clock (RFC 9110 §6.6.1), and the sandbox whose reset releases the answer.

        Only a ``scripted`` answer can already have a Date.
        """
        headers, delivery = reply.headers, reply.delivery
        if not scripted or reply.header("date") is None:
            headers = (*headers, ("date", date_of(to_seconds(at))))
        if delivery is not IMMEDIATE:
            delivery = replace(delivery, sandbox=sandbox, delivery_id=f"{self._tickets}-{next(self._deliveries):x}")
        return Reply(reply.status, headers, reply.body, reply.reason, delivery, reply.issued, reply.opted_out)

    def ended(self, plan: Delivery, how: str) -> None:
        """Record how the delivery of an answer ended; called by the server. Ignored if the sandbox was deleted."""
        sandbox = self.sandboxes.find(plan.sandbox)
        if sandbox is not None and plan.delivery_id:
            sandbox.journal.end(plan.delivery_id, how, process_time())
