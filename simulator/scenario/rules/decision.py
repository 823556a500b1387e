"""The decision of a scenario about one call: frozen, plain data. ``effects`` and the simulation carry it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, Literal

from simulator.core.model.api import IssueOverrides
from simulator.core.model.call import Dribble, Fault, Headers, Hold
from simulator.core.rule_counters import Per

Revocation = Literal["token", "family", "all"]
"""What ``revoke`` ends, narrowest first."""
Conversion = Literal["seconds", "milliseconds", "string", "integer", "null", "empty"]
"""What ``rewrite`` can make of a field's value; see ``simulator.scenario.rules.effects``."""

NO_TIME: Final = timedelta(0)
LONGEST: Final = timedelta(days=36_525)
"""A hundred years: longer spans leave the calendar."""


@dataclass(frozen=True, slots=True)
class NamedError:
    """Answer with one of the API's named errors, under its full name ("x.server_error").

    headers: put on top of the error's own (Retry-After of a rate limit).
    """

    name: str
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Canned:
    """Answer with exactly this. ``json`` is written in the API's own way; ``text`` is UTF-8; with neither, no body."""

    status: int
    headers: Headers = ()
    text: str | None = None
    json: object = None
    is_json: bool = False


@dataclass(frozen=True, slots=True)
class BodyFault:
    """A fault in the body or Content-Type of an answer; it needs no socket.

    not_json: status and headers stay, the body becomes ``value``, which no JSON parser takes.
    wrong_type: the body stays, Content-Type becomes ``value``.
    """

    kind: Literal["not_json", "wrong_type"]
    value: str


BODY_FAULTS: Final[Mapping[str, BodyFault]] = {
    "not_json": BodyFault("not_json", "<html><body><h1>It works!</h1></body></html>"),
    "wrong_type": BodyFault("wrong_type", "text/html"),
}
"""The faults that need no socket, as they are without options."""


@dataclass(frozen=True, slots=True)
class SetValue:
    """What ``rewrite: {field: {set: …}}`` makes of a field."""

    value: object


@dataclass(frozen=True, slots=True)
class HeaderEdits:
    """Headers that an answer gets, in place of any of the same name, and those (in lower case) that it loses."""

    add: Headers = ()
    remove: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """The effects on one call.

    rules: ids of the rules that fired, in order. marks: those of them that touch the answer (X-Simulator-Rule).
    answer: given instead of the operation, which does not run; None: the operation runs.
    issue_overrides: of the tokens it issues. drop, rewrite, rename, body_fault: done to the answer it produced.
    add: fields by their paths, joined by dots. header_edits: done to the whole answer, last of all.
    delay: real time to wait; dribble, fault: how the answer goes onto the wire; close, idle: when the
        connection ends after it.
    previous: whose previous answer of this operation is given again; without a previous answer the operation runs.
    hold: where the call waits until a test releases it.
    optout: once the call is answered, the person it is about has opted out.
    revoke: the presented token, its family (of a login: the person's earlier tokens), or all tokens up to now.
    advance: virtual time by which the sandbox's clock moves once the call is answered, its Date included.
    logs: texts for the log, as (rule id, text).
    """

    rules: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    answer: NamedError | Canned | None = None
    issue_overrides: IssueOverrides | None = None
    drop: tuple[str, ...] = ()
    rewrite: Mapping[str, Conversion | SetValue] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    add: Mapping[str, object] = field(default_factory=dict)
    header_edits: HeaderEdits | None = None
    body_fault: BodyFault | None = None
    delay: timedelta = NO_TIME
    dribble: Dribble | None = None
    fault: Fault | None = None
    close: bool = False
    idle: timedelta | None = None
    previous: Per | None = None
    hold: Hold | None = None
    optout: bool = False
    revoke: Revocation | None = None
    advance: timedelta = NO_TIME
    logs: tuple[tuple[str, str], ...] = ()

    @property
    def touches_answer(self) -> bool:
        """Whether the client gets anything other than the faithful answer, complete and without delay."""
        return (
            self.answer is not None
            or self.issue_overrides is not None
            or bool(self.drop)
            or bool(self.rewrite)
            or bool(self.rename)
            or bool(self.add)
            or self.header_edits is not None
            or self.close
            or self.idle is not None
            or self.previous is not None
            or self.hold is not None
            or self.body_fault is not None
            or self.delay != NO_TIME
            or self.dribble is not None
            or self.fault is not None
        )

    def then(self, later: Decision) -> Decision:
        """Both decisions combined: single-valued parts keep the value of this one, the others are added up."""
        return replace(
            self,
            rules=self.rules + later.rules,
            marks=self.marks + later.marks,
            answer=self.answer or later.answer,
            issue_overrides=_both(self.issue_overrides, later.issue_overrides),
            drop=self.drop + later.drop,
            rewrite={**later.rewrite, **self.rewrite},
            rename={**later.rename, **self.rename},
            add={**later.add, **self.add},
            header_edits=_both_headers(self.header_edits, later.header_edits),
            body_fault=self.body_fault or later.body_fault,
            delay=added(self.delay, later.delay),
            dribble=self.dribble or later.dribble,
            fault=self.fault or later.fault,
            close=self.close or later.close,
            idle=later.idle if self.idle is None else self.idle,
            previous=self.previous or later.previous,
            hold=self.hold or later.hold,
            optout=self.optout or later.optout,
            revoke=_wider(self.revoke, later.revoke),
            advance=added(self.advance, later.advance),
            logs=self.logs + later.logs,
        )


FAITHFUL: Final = Decision()
"""No rule fires."""


def added(first: timedelta, second: timedelta) -> timedelta:
    """The sum, limited to a hundred years in both directions, so that any number of spans can be added."""
    return max(-LONGEST, min(first + second, LONGEST))


def _both(first: IssueOverrides | None, second: IssueOverrides | None) -> IssueOverrides | None:
    if first is None or second is None:
        return first or second
    return IssueOverrides(
        lifetime=second.lifetime if first.lifetime is None else first.lifetime,
        refresh_lifetime=second.refresh_lifetime if first.refresh_lifetime is None else first.refresh_lifetime,
        skew=first.skew + second.skew,
        tamper=first.tamper or second.tamper,
    )


def _both_headers(first: HeaderEdits | None, second: HeaderEdits | None) -> HeaderEdits | None:
    if first is None or second is None:
        return first or second
    names = {name.lower() for name, _ in first.add}
    later = tuple(pair for pair in second.add if pair[0].lower() not in names)
    return HeaderEdits((*first.add, *later), first.remove | second.remove)


def _wider(first: Revocation | None, second: Revocation | None) -> Revocation | None:
    return next((one for one in ("all", "family", "token") if one in (first, second)), None)
