"""Does the client get itself a new token when the old one is refused? What counts is the order of calls.

Judged token by token: eight threads whose calls are refused together need one renewal between them, and an answer that
comes late to one of them asks for none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import is_broken, is_refusal, succeeded
from simulator.report.observation import Observation
from simulator.report.timing import received_us, started_us
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_DEAD: Final = frozenset({400, 401, 403})
"""How services refuse a refresh token that is not, or no longer, good."""
_JUDGED: Final = 100
"""Maximum number of tokens checked; the cost is quadratic."""


def judge(case: Observation) -> Finding:
    """After a refused refresh: a login, by a client that has logged in before. After a 401: a refresh or a login."""
    mended: list[Entry] = []
    stubborn: list[Entry] = []
    silent: list[Entry] = []
    for first in list(_replaceable(case))[:_JUDGED]:
        if any(_mends(case, first, call) for call in case.entries):
            mended.append(first)
            continue
        went_on = [call for call in case.after(first) if case.role(call) in {"refresh", "guarded"}]
        if went_on and case.role(first) == "refresh":
            went_on = [call for call in went_on if case.subject(call) == case.subject(first)]
        if went_on:
            stubborn += [first, *went_on[:3]]
        elif next(case.after(first), None) is None:
            silent.append(first)
    if stubborn:
        refused = next(entry for entry in case.entries if entry.number == stubborn[0].number)
        why = f"A token was refused with {refused.status}; the client went on without getting itself a new one."
        return failed(why, stubborn)
    if silent and case.facts.finished:
        return warned("A token was refused, and the client gave up though it could have got itself a new one.", silent)
    if mended:
        return passed("When a token was refused, the client got itself a new one.", mended)
    if silent:
        return inconclusive("A token was refused just now; what the client makes of it is still to come.", silent)
    return inconclusive("No token was refused that the client could have replaced.")


def _replaceable(case: Observation) -> Iterator[Entry]:
    """The first refusal of each token that the client could have replaced: it had logged in, or refreshed for it.

    A token that replaced a refused one and is refused at once need not be replaced again.
    """
    logged_in: set[tuple[str, str]] = set()
    seen: set[str] = set()
    refused: set[tuple[str, str]] = set()
    worked: set[str] = set()
    for entry in case.of("login", "refresh", "guarded"):
        api = case.api(entry)
        who = (api.name if api is not None else "", case.subject(entry))
        if case.role(entry) == "login":
            if succeeded(entry) and entry.issued and not is_broken(entry):
                logged_in.add(who)
            continue
        if succeeded(entry) and case.role(entry) == "guarded":
            worked.add(entry.token)
            refused.discard(who)
        if not is_refusal(entry) or entry.token in seen or case.is_strange(entry):
            continue
        guarded = case.role(entry) == "guarded" and entry.status == 401 and entry.token in case.held
        refresh = case.role(entry) == "refresh" and entry.status in _DEAD and entry.token and who in logged_in
        if guarded or refresh:
            seen.add(entry.token)
            if not (guarded and who in refused and entry.token not in worked):
                yield entry
            refused.add(who)


def _mends(case: Observation, refusal: Entry, call: Entry) -> bool:
    """Whether a call replaced the refused token or tried to. A failed try counts.

    A call already under way counts too: its caller may have met the refusal, or seen the expiry, first.
    """
    role = case.role(call)
    if role not in {"login", "refresh"} or case.api(call) is not case.api(refusal) or call.number == refusal.number:
        return False
    held = case.held.get(refusal.token)
    later = started_us(call) >= received_us(refusal)
    newer = held is not None and started_us(call) > received_us(held.entry) and call.number > held.entry.number
    if not (later or (newer and case.role(refusal) == "guarded" and received_us(call) > started_us(refusal))):
        return _is_replaced(case, refusal, call, newer=newer)
    if role == "login":
        return not call.issued or case.subject(call) == case.subject(refusal)
    if case.role(refusal) == "guarded":
        return True
    return bool(call.issued and case.subject(call) == case.subject(refusal))


def _is_replaced(case: Observation, refusal: Entry, call: Entry, *, newer: bool) -> bool:
    """Whether the client already had a newer token when the late refusal arrived."""
    kinds = {issued.kind for issued in call.issued}
    return newer and case.held[refusal.token].token.kind in kinds and case.subject(call) == case.subject(refusal)


CHECK = Check(
    question="Does the client replace a refused token?",
    rule="A refused refresh token means logging in again; a 401 means that the credentials have to be renewed.",
    source="docs/sources/jquants.md §0.1 (one week; where to get another); RFC 9110 §15.5.2; RFC 6750 §3.1",
    remedy="On a refused refresh (400 or 403) log in once and go on; on a 401 refresh once and repeat the call.",
    judge=judge,
)
