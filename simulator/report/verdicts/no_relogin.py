"""Does the client get itself a new token when the old one is refused? What counts is the order of calls."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from simulator.journal.entry import Entry
from simulator.report.observation import Observation, refused, succeeded
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_DEAD = frozenset({400, 401, 403})
"""How services refuse a refresh token that is not, or no longer, good."""
_JUDGED = 100
"""Refusals that are looked at; more would say the same and cost its square."""


def judge(case: Observation) -> Finding:
    """After a refused refresh: a login, by a client that has logged in before. After a 401: a refresh or a login."""
    mended: list[Entry] = []
    stubborn: list[Entry] = []
    silent: list[Entry] = []
    for entry in islice(_mendable(case), _JUDGED):
        if any(_mends(case, entry, call) for call in case.after(entry)):
            mended.append(entry)
            continue
        went_on = next((call for call in case.after(entry) if case.role(call) in {"refresh", "guarded"}), None)
        if went_on is None:
            silent.append(entry)
        else:
            stubborn += [entry, went_on]
    if stubborn:
        return failed("A token was refused; the client went on without getting itself a new one.", stubborn)
    if silent and case.facts.finished:
        return warned("A token was refused, and the client gave up though it could have got itself a new one.", silent)
    if mended:
        return passed("When a token was refused, the client got itself a new one.", mended)
    if silent:
        return inconclusive("A token was refused just now; what the client makes of it is still to come.", silent)
    return inconclusive("No token was refused that the client could have replaced.")


def _mendable(case: Observation) -> Iterator[Entry]:
    """Refusals of a token that the client could have replaced: it had logged in, or a refresh had brought the token."""
    logged_in: set[tuple[str, str]] = set()
    for entry in case.of("login", "refresh", "guarded"):
        api = case.api(entry)
        who = (api.name if api is not None else "", case.subject(entry))
        match case.role(entry):
            case "login" if succeeded(entry):
                logged_in.add(who)
            case "guarded" if entry.status == 401 and entry.token in case.held and refused(entry):
                yield entry
            case "refresh" if entry.status in _DEAD and entry.token and refused(entry) and who in logged_in:
                yield entry


def _mends(case: Observation, refusal: Entry, call: Entry) -> bool:
    """A try is enough: that it fails too is not the client's fault."""
    role = case.role(call)
    if role == "login":
        return not call.issued or case.subject(call) == case.subject(refusal)
    if role != "refresh":
        return False
    return case.role(refusal) == "guarded" or bool(call.issued and case.subject(call) == case.subject(refusal))


CHECK = Check(
    question="Does the client replace a refused token?",
    rule="A refused refresh token means logging in again; a 401 means that the credentials have to be renewed.",
    source="docs/sources/jquants.md §0.1 (one week; where to get another); RFC 9110 §15.5.2; RFC 6750 §3.1",
    remedy="On a refused refresh (400 or 403) log in once and go on; on a 401 refresh once and repeat the call.",
    judge=judge,
)
