"""From a call to the answer of its API: the route, the rules of the scenario, the operation, and the rules' effects."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from simulator.core.errors import Rejection, UsageError
from simulator.core.http.dates import http_date
from simulator.core.http.loopback import is_loopback
from simulator.core.model.api import UNREAD, Api, Credentials, Operation, World
from simulator.core.model.call import Call, Hold, Reply
from simulator.core.model.call_steps import CallSteps, Steps
from simulator.journal.entry import Change
from simulator.sandbox.holds import Holds
from simulator.sandbox.routing import Route, Routes
from simulator.sandbox.sandbox import ActiveSetup, Sandbox
from simulator.scenario.rules.anomalies import anomalies
from simulator.scenario.rules.call_view import CallView
from simulator.scenario.rules.decision import FAITHFUL, NO_TIME, HeaderEdits, NamedError
from simulator.scenario.rules.effects import apply_effects, apply_side_effects, edit_headers, substitute_reply
from simulator.scenario.rules.overrides import DELAY, ERROR, FAULT, overridden

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


class Serving:
    """Answers the calls of a simulation, inside their sandboxes."""

    def __init__(
        self, routes: Routes, holds: Holds, *, wire_faults: frozenset[str], override_from_anywhere: bool
    ) -> None:
        self._routes = routes
        self._holds = holds
        self._wire_faults = wire_faults
        self._override_from_anywhere = override_from_anywhere

    def serve(self, call: Call, sandbox: Sandbox, record: CallRecord) -> CallSteps:
        """The answer of the API, without what every answer of the simulator carries."""
        setup = sandbox.setup
        route = setup.routes.get(call.path) or self._route(setup, call.path)
        if route is None:
            return self._routes.unknown()
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
        found = self._routes.find(path)
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
        placed = self._holds.placed(sandbox.name, operation.name)
        if setup.engine is None and not overriding and placed is None:
            return _run(call, api, operation, world, record)
        decision = FAITHFUL
        if setup.engine is not None:
            decision = yield from setup.engine.decide(call, operation.name, record.credentials)
        if overriding:
            decision = overridden(call.headers, api, supported_faults=self._wire_faults).then(decision)
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
        waiting = self._holds.enter(sandbox.name, record.hold, operation.name, call.at)
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


def advance(sandbox: Sandbox, span: timedelta) -> None:
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
