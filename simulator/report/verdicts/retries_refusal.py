"""Does the client take no for an answer?

Only retries within ten minutes count, of real time and of the sandbox's: later, a person or a schedule calls again.
A refused token is another verdict's: of a 401 to data ``no_relogin`` and ``renewal_loop`` speak, and of a token that
stood in a wrong place or was never issued the verdicts of that name.
"""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import is_refusal
from simulator.report.observation import Observation
from simulator.report.runs import AUTOMATIC_US, CallKey, same_call
from simulator.report.timing import RESTART, gap_us, in_words, real_gap_us, same_connection
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_SURE: Final = 2
_UNSURE: Final = 5
"""Minimum number of repeats: fewer may come from separate runs of a program."""
UNAUTHORIZED: Final = 401


def judge(case: Observation) -> Finding:
    """Finds the same call repeated after a refusal. One repeat may be a second try by a person."""
    refusals: dict[tuple[CallKey, str], list[Entry]] = {}
    connections: dict[tuple[CallKey, str], list[Entry]] = {}
    sure: list[tuple[Entry, Entry]] = []
    near: list[tuple[Entry, Entry]] = []
    far: list[tuple[Entry, Entry]] = []
    for entry in case.entries:
        if not entry.operation or case.role(entry) == "open":
            continue
        key = (same_call(case, entry), entry.token if case.role(entry) != "login" else "")
        connections.setdefault(key, []).append(entry)
        before = refusals.setdefault(key, [])
        if before and _is_repeat(before[-1], entry):
            pooled = case.is_shared(connections[key])
            own = next((one for one in reversed(before) if same_connection(one, entry) and not pooled), None)
            pair = (own or before[-1], entry)
            lone = case.connects_each_time and not case.is_concurrent
            close = lone and real_gap_us(*pair) < RESTART
            (sure if own is not None else near if close else far).append(pair)
        if is_refusal(entry) and _is_ours(case, entry):
            before.append(entry)
        else:
            before.clear()
    found = sure + near + far
    proof = [entry for pair in found for entry in pair]
    if len(sure) >= _SURE:
        return failed(f"A refused call was sent again unchanged {len(found)} times{_soon(sure)}.", proof)
    if sure or len(near) >= _SURE or (len(far) >= _UNSURE and case.connects_each_time and not case.is_concurrent):
        times = "once" if len(found) == 1 else f"{len(found)} times, perhaps by several threads or runs"
        return warned(f"A refused call was sent again unchanged {times}{_soon(found)}.", proof)
    if found:
        return inconclusive("A refused call was sent again, perhaps by another thread or run of the program.", proof)
    refusing = [entry for entry in case.entries if entry.operation and is_refusal(entry) and _is_ours(case, entry)]
    if refusing:
        return passed("No refused call was sent again unchanged.", refusing)
    return inconclusive("No call was refused.")


def _is_ours(case: Observation, entry: Entry) -> bool:
    """Whether the refusal is about the call, and not about a token that has to be replaced or was no token."""
    if case.role(entry) == "guarded" and entry.status == UNAUTHORIZED:
        return False
    return not case.is_strange(entry)


def _is_repeat(refusal: Entry, entry: Entry) -> bool:
    return real_gap_us(refusal, entry) >= 0 and gap_us(refusal, entry) <= AUTOMATIC_US


def _soon(pairs: list[tuple[Entry, Entry]]) -> str:
    return f", first after {in_words(gap_us(*pairs[0]))}" if pairs else ""


CHECK = Check(
    question="Is a refusal taken for an answer?",
    rule="What was refused as it stood (400, 403, …) will be refused again; it should not be repeated automatically.",
    source="RFC 9110 §15.5.1, §15.5.4; docs/sources/jquants.md §0.1; docs/sources/uid2.md §0.1",
    remedy="Retry on 408, 425, 429 and 5xx only; after 400 or 403 change the call or report the error.",
    judge=judge,
)
