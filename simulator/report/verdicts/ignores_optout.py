"""Does the client leave people alone who have opted out? What counts is the order of calls; no clock matters.

An identity that was told so may not be used again. The person may have others, in another browser: those learn of it
themselves. To ask for new tokens of the person is a warning: only the person may wish that.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.observation import Observation
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_JUDGED: Final = 100
"""Maximum number of opt-outs checked; the cost is quadratic."""
_PERSISTENT: Final = 4
"""Logins whose own answers reported the opt-out. Fewer may come from different devices."""


def judge(case: Observation) -> Finding:
    """Calls with the tokens, or the empty ones of the answer, or for the person, after the answer of an opt-out."""
    told = list(islice((entry for entry in case.entries if case.is_optout(entry)), _JUDGED))
    if not told:
        return inconclusive("No answer said that a person had opted out.")
    wrong: list[Entry] = []
    again: list[Entry] = []
    for optout in told:
        if case.role(optout) == "login":
            continue
        call = next((call for call in case.after(optout) if _presents(case, optout, call)), None)
        wrong += [optout, call] if call is not None else []
        asked = [call for call in case.after(optout) if _asks_for(case, optout, call)]
        again += [optout, *asked] if asked else []
    refused = [entry for entry in told if case.role(entry) == "login"]
    people = {who for entry in refused for who in entry.opted_out}
    stubborn = [
        entry
        for who in people
        if len(own := [one for one in refused if who in one.opted_out]) > _PERSISTENT
        for entry in own
    ]
    if wrong:
        return failed("A person's tokens were used after the answer that they had opted out.", wrong)
    if again or stubborn:
        return warned(
            "A person was asked for again after they had opted out; only they may wish that.", again + stubborn
        )
    return passed("Nobody was called for after they had opted out.", told)


def _presents(case: Observation, optout: Entry, later: Entry) -> bool:
    """Whether a later call presents a token of the opted-out identity, or the empty token of that answer."""
    if case.role(optout) != "refresh":
        return False
    if later.operation == optout.operation and not later.token_state and _has_empty(case, later):
        return True
    return bool(later.token) and case.role(later) != "login" and case.identity(later) == case.identity(optout)


def _asks_for(case: Observation, optout: Entry, later: Entry) -> bool:
    """Whether a later call asks for the person anew: for tokens, or to be told the person's identifier."""
    operation = case.operation(later)
    roles = {"login", "open"} if case.role(optout) == "refresh" else {"login"}
    if operation is None or not operation.about_person or case.role(later) not in roles:
        return False
    return case.subject(later) in optout.opted_out


def _has_empty(case: Observation, entry: Entry) -> bool:
    api = case.api(entry)
    params = api.token_params if api is not None else frozenset()
    return any(
        name.lower() in params and not value for name, _, value in (p.partition("=") for p in entry.query.split("&"))
    )


CHECK = Check(
    question="Are people left alone once they have opted out?",
    rule="A refresh that succeeds without tokens says that the person has opted out; no call is to follow.",
    source="docs/sources/uid2.md §0.1 and §3.2 (status optout; empty tokens)",
    remedy="Read the status before the tokens; on optout forget the person's tokens and stop.",
    judge=judge,
)
