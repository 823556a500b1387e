"""Does the client keep its refresh token while refreshing fails only for the moment? The order of calls tells."""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.answers import is_refusal, transient
from simulator.report.observation import Observation
from simulator.report.timing import in_words, real_gap_us
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed


def judge(case: Observation) -> Finding:
    """A login after a refresh that failed with 5xx, 429, a page or a broken answer, while its token was good."""
    thrown: list[Entry] = []
    kept: list[Entry] = []
    for entry in case.of("refresh"):
        if not _failed_for_the_moment(case, entry) or _is_over(case, entry):
            continue
        if any(call.token == entry.token and case.role(call) == "refresh" for call in case.after(entry)):
            kept.append(entry)
            continue
        after = next((call for call in case.after(entry) if _is_of_the_same(case, entry, call)), None)
        if after is not None and case.role(after) == "login":
            thrown += [entry, after]
    if thrown:
        first, login = thrown[:2]
        cause = first.fault or ("a page" if case.is_odd(first) else str(first.status))
        wait = in_words(real_gap_us(first, login))
        why = f"A refresh failed for the moment ({cause}); {wait} later the client logged in anew."
        return failed(why, thrown)
    if kept:
        return passed("When a refresh failed for the moment, the client tried it again with the same token.", kept)
    return inconclusive("No refresh failed for the moment, or the client called no more after it.")


def _failed_for_the_moment(case: Observation, entry: Entry) -> bool:
    return entry.token != "" and (transient(entry) or case.is_odd(entry)) and not is_refusal(entry)


def _is_over(case: Observation, entry: Entry) -> bool:
    """Whether the refresh token was no longer valid, or was not issued to the client."""
    return entry.token_state not in {"", "valid"} or (entry.token_state == "" and entry.token not in case.held)


def _is_of_the_same(case: Observation, entry: Entry, call: Entry) -> bool:
    """Whether the same program called next for the same person: with tokens, or for new ones."""
    if case.role(call) not in {"login", "refresh"} or not case.same_program(entry, call):
        return False
    return case.subject(call) == case.subject(entry)


CHECK = Check(
    question="Is a refresh token kept while refreshing fails only for the moment?",
    rule="A refresh token is good until it is refused or past its end; an outage says nothing about it.",
    source="RFC 6749 §6, §5.2; RFC 9110 §15.6.4 (a temporary condition)",
    remedy="After 5xx, 429, a time-out or a lost answer wait and refresh again; log in only when the token is refused.",
    judge=judge,
)
