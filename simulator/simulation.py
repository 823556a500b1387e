"""The whole story of one call, without Flask and without sockets.

Sandbox → rule → operation → effects → journal.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from secrets import token_hex
from typing import Any, Final

from simulator.core.clock import process_time, ticks, to_seconds
from simulator.core.errors import Rejection, StateUnreachable, UsageError
from simulator.core.http.dates import date_of, http_date
from simulator.core.http.loopback import is_loopback
from simulator.core.http.problem import problem
from simulator.core.model.api import UNREAD, Api, Credentials, Operation, World
from simulator.core.model.call import IMMEDIATE, Call, Delivery, Fault, Hold, Reply, Request
from simulator.core.model.call_steps import CallSteps, Steps, drive
from simulator.journal.entry import Change
from simulator.journal.recorder import Recorder
from simulator.sandbox.config import DEFAULT, DEFAULT_CONFIG, DEFAULT_LIMITS, SandboxConfig, SandboxLimits
from simulator.sandbox.holds import Holds
from simulator.sandbox.registry import SandboxRefused, SandboxRegistry
from simulator.sandbox.routing import Route, Routes, Target, parse_path
from simulator.sandbox.sandbox import ActiveSetup, Sandbox
from simulator.scenario.rules.anomalies import anomalies
from simulator.scenario.rules.call_view import CallView
from simulator.scenario.rules.decision import FAITHFUL, NO_TIME, HeaderEdits, NamedError
from simulator.scenario.rules.effects import apply_effects, apply_side_effects, edit_headers, substitute_reply
from simulator.scenario.rules.overrides import DELAY, ERROR, FAULT, overridden
from simulator.scenario.scenario import Scenario
from simulator.sealing import derive_key, random_secret
from simulator.state.memory import MemoryStore
from simulator.state.store import Store, StoredScenario

logger = logging.getLogger("simulator")


_OVERRIDES: Final = frozenset({ERROR, DELAY, FAULT})


@dataclass(slots=True)
class CallRecord:
    """What became of one call, for the journal.

    hold: where its answer is to wait. fault: the one with which it was released before its operation ran.
    at: when the operation ran, where that is not when the call arrived.
    """

    api: Api[Any] | None = None
    operation: str = ""
    error: str = ""
    reason: str = ""
    rules: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    credentials: Credentials = UNREAD
    advance: timedelta = NO_TIME
    header_edits: HeaderEdits | None = None
    hold: Hold | None = None
    fault: str | None = None
    at: datetime | None = None


class Simulation:
    """Answers calls for a set of APIs.

    alone: the server is this one API and nothing else: unknown paths get its gateway's answer.
    scripted: the APIs that scenarios may speak of, so that one about two of them runs where one is served;
        those that are served unless it says more.
    secret: what tokens are sealed with; random when there is none.
    https_offered: the server in front of it listens with TLS as well (set by who starts that).
    wire_faults: the connection faults that the server in front of it can carry out; scenarios with others are refused.
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
        self._override_from_anywhere = override_from_anywhere
        self.routes = Routes(self.apis.values(), alone=alone)
        secret = secret or random_secret()
        self.recorder = Recorder(derive_key(secret, "journal"))
        self._tickets = token_hex(4)  # tells this process's deliveries from those of other workers
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
        self.sandboxes.listen(self.holds.end)

    def answer(self, request: Request, target: Target | None = None) -> Reply:
        """The reply to a request for a simulated API, asking the store on this thread; see :meth:`call`."""
        return drive(self.call(request, target))

    def call(self, request: Request, target: Target | None = None) -> CallSteps:
        """One call to a simulated API, not to the control plane, as a generator: it yields what it needs from the
        store, and returns the reply. Nothing else in it waits.

        target: where the path points, if that is already known.
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
            reply = yield from self._serve(call, sandbox, record)
            if record.advance:
                yield partial(_advance, sandbox, record.advance)
        except StateUnreachable as gone:
            reply = problem(503, "State unreachable", str(gone))
        except UsageError as error:
            reply = problem(400, "This call cannot be overridden so", str(error))
        except Exception:  # the last resort: a fault of ours must say that it is ours, not look like the service's
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
        """The answer, once a test has released it; the journal has it already, and learns when it left."""
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
            self.ended(plan, "sent")  # nothing takes time any more, so the server does not tell
        return replace(reply, delivery=plan)

    def _without_sandbox(self, reply: Reply) -> Reply:
        return self._dated(reply, self.sandboxes.default.clock.now(), DEFAULT)

    def _compile(self, script: StoredScenario) -> Scenario:
        """What another worker has loaded. Raises :class:`simulator.core.errors.ScenarioInvalid`."""
        from simulator.scenario.loader import load

        scenario = load(script.source, self.scripted, supported_faults=self.wire_faults, name="a shared scenario")
        return replace(scenario, seed=script.seed, drawn=script.drawn)

    def _dated(self, reply: Reply, at: datetime, sandbox: str, *, scripted: bool = False) -> Reply:
        """Every answer has a Date, by the sandbox's clock (RFC 9110 §6.6.1), and knows whose reset frees it.

        Only a ``scripted`` answer can have brought a Date of its own.
        """
        headers, delivery = reply.headers, reply.delivery
        if not scripted or reply.header("date") is None:
            headers = (*headers, ("date", date_of(to_seconds(at))))
        if delivery is not IMMEDIATE:
            delivery = replace(delivery, sandbox=sandbox, delivery_id=f"{self._tickets}-{next(self._deliveries):x}")
        return Reply(reply.status, headers, reply.body, reply.reason, delivery, reply.issued, reply.opted_out)

    def ended(self, plan: Delivery, how: str) -> None:
        """The server tells how an answer that took time ended; a sandbox that is gone need not know."""
        sandbox = self.sandboxes.find(plan.sandbox)
        if sandbox is not None and plan.delivery_id:
            sandbox.journal.end(plan.delivery_id, how, process_time())

    def _serve(self, call: Call, sandbox: Sandbox, record: CallRecord) -> CallSteps:
        setup = sandbox.setup
        route = setup.routes.get(call.path) or self._route(setup, call.path)
        if route is None:
            return self.routes.unknown()
        api = record.api = route.api
        world = setup.worlds[api.name]
        operation = route.by_method.get(call.method)
        reply = api.before(call, operation, world)
        if operation is None:
            reply = reply or api.misrouted(call, tuple(route.by_method), world)
        else:
            record.operation = operation.name
            if reply is None:
                record.credentials = operation.read(call, world)
                reply = yield from self._operate(call, sandbox, setup, route, record)
                if reply.opts_out:
                    yield partial(sandbox.status_store(api.name).opt_out, reply.opts_out, call.at)
        answered = api.after(record.credentials, call, reply, operation, world)
        return answered if record.header_edits is None else edit_headers(answered, record.header_edits)

    def _route(self, setup: ActiveSetup, path: str) -> Route | None:
        """The route of a path under this setup, remembered there when it has operations: those paths are bounded."""
        found = self.routes.find(path)
        if found is None:
            return None
        route = found.under(setup.profiles[found.api.name])
        if found.by_method:
            setup.routes[path] = route
        return route

    def _operate(self, call: Call, sandbox: Sandbox, setup: ActiveSetup, route: Route, record: CallRecord) -> CallSteps:
        """Ask the scenario; then the operation answers, or what stands instead of it; then the scenario's effects."""
        api, operation = route.api, route.by_method[call.method]
        world = setup.worlds[api.name]
        overriding = not _OVERRIDES.isdisjoint(call.headers) and self._may_override(call)
        placed = self.holds.placed(sandbox.name, operation.name)
        if setup.engine is None and not overriding and placed is None:
            return _run(call, api, operation, world, record)
        decision = FAITHFUL
        if setup.engine is not None:
            decision = yield from setup.engine.decide(call, operation.name, record.credentials)
        if overriding:
            decision = overridden(call.headers, api, supported_faults=self.wire_faults).then(decision)
        record.hold = decision.hold or placed
        if record.hold is not None and record.hold.before:
            call = yield from self._held_before(call, sandbox, operation, world, record)
        view = CallView(call, record.credentials)
        if decision is FAITHFUL:
            return self._answered(_run(call, api, operation, world, record), setup, operation.name, view)
        record.rules, record.advance, record.header_edits = decision.rules, decision.advance, decision.header_edits
        for rule, text in decision.logs:
            logger.info("scenario rule %s in sandbox %s: %s", rule, sandbox.name, text)
        reply = substitute_reply(decision, record.credentials, call, api, world)
        if reply is None and decision.previous is not None and setup.engine is not None:
            reply = setup.engine.answers.of(operation.name, decision.previous, view)
        if reply is None:
            under = world if decision.issue_overrides is None else world.with_overrides(decision.issue_overrides)
            reply = self._answered(_run(call, api, operation, under, record), setup, operation.name, view)
        elif isinstance(decision.answer, NamedError):
            record.error = decision.answer.name
        answered, reply = reply, apply_effects(reply, decision, api)
        record.changes = anomalies(decision, answered, reply)
        yield from apply_side_effects(decision, record.credentials, sandbox.status_store(api.name), call.at)
        return reply

    def _held_before(
        self, call: Call, sandbox: Sandbox, operation: Operation[Any], world: World, record: CallRecord
    ) -> Steps[Call]:
        """The call as it is when a test lets it run: its token may have died meanwhile."""
        if record.hold is None:
            return call
        waiting = self.holds.enter(sandbox.name, record.hold, operation.name, call.at)
        try:
            record.fault = yield waiting
        except GeneratorExit:
            waiting.leave()
            raise
        record.hold, record.at = None, sandbox.clock.now()
        call = replace(call, at=record.at)
        record.credentials = operation.read(call, world)
        return call

    def _answered(self, reply: Reply, setup: ActiveSetup, operation: str, view: CallView) -> Reply:
        """The operation's answer, kept with its Date where a rule may repeat it."""
        engine = setup.engine
        if engine is not None and operation in engine.scenario.repeatable:
            headers = (*reply.headers, ("date", http_date(view.call.at)))
            engine.answers.keep(operation, view, replace(reply, headers=headers))
        return reply

    def _may_override(self, call: Call) -> bool:
        """Whether a call that carries an override comes from where that is allowed; "" is this very process."""
        return self._override_from_anywhere or call.client == "" or is_loopback(call.client)


def _advance(sandbox: Sandbox, span: timedelta) -> None:
    """Move the clock as a scenario asks; at the end of the calendar it stays, as one that runs does."""
    try:
        sandbox.clock.advance(span)
    except UsageError as end:
        logger.warning("sandbox %s: %s", sandbox.name, end)


def _run(call: Call, api: Api[Any], operation: Operation[Any], world: World, record: CallRecord) -> Reply:
    try:
        return operation.handle(record.credentials, call, world)
    except Rejection as no:
        record.error, record.reason = f"{api.name}.{no.name}", no.reason
        return api.errors[record.error](record.credentials, call, world)
