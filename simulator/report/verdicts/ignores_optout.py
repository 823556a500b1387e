"""Does the client leave people alone who have opted out? What counts is the order of calls; no clock matters."""

from __future__ import annotations

import re
from itertools import islice

from simulator.journal.entry import Entry
from simulator.report.observation import Observation
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_JUDGED = 100
"""Opt-outs that are looked at; more would say the same and cost its square."""


def judge(case: Observation) -> Finding:
    """Calls with a person's tokens, or with the empty ones of the answer, after it said that they had opted out."""
    told = list(islice((entry for entry in case.entries if case.is_optout(entry)), _JUDGED))
    if not told:
        return inconclusive("Nobody the client refreshed had opted out.")
    wrong: list[Entry] = []
    again: list[Entry] = []
    for optout in told:
        call = next((later for later in case.after(optout) if _touches(case, optout, later)), None)
        if call is not None:
            (again if case.role(call) == "login" else wrong).extend((optout, call))
    if wrong:
        return failed("A person's tokens were used after the answer that they had opted out.", wrong)
    if again:
        return warned("A person was logged in again after they had opted out; only they may wish that.", again)
    return passed("Nobody was called for after they had opted out.", told)


def _touches(case: Observation, optout: Entry, later: Entry) -> bool:
    """Whether a later call is about the person who has opted out, or presents the empty token of that answer."""
    if later.operation == optout.operation and _has_empty(later.query, _token_params(case, optout)):
        return True
    person = case.subject(optout)
    if case.role(later) == "login":
        return any(issued.subject == person for issued in later.issued)
    held = case.held.get(later.token)
    return bool(later.token) and (later.token == optout.token or (held is not None and held.token.subject == person))


def _token_params(case: Observation, entry: Entry) -> frozenset[str]:
    api = case.api(entry)
    return api.token_params if api is not None else frozenset()


def _has_empty(query: str, params: frozenset[str]) -> bool:
    return any(name.lower() in params for name in re.findall(r"(?:^|[&;])([^=&;]+)=?(?=[&;]|$)", query))


CHECK = Check(
    question="Are people left alone once they have opted out?",
    rule="A refresh that succeeds without tokens says that the person has opted out; no call is to follow.",
    source="docs/sources/uid2.md §0.1 (status optout; empty tokens); docs/sources/uid2.md §3.2",
    remedy="Read the status before the tokens; on optout forget the person's tokens and stop.",
    judge=judge,
)
