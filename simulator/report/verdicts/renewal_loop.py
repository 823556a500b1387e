"""Does the client stop renewing when new tokens do not help?

A new token that is refused at once will not be accepted once there is another: the refusal is about something else. The
age of a token is real time or the sandbox's, whichever is longer, so that a token that has died is none of these.
"""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import is_broken, is_refusal, transient
from simulator.report.observation import Observation
from simulator.report.timing import SECOND, gap_us, in_words
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_YOUNG_US: Final = 2 * SECOND
"""A token that is refused this soon after it came was never good for that call."""
_LOOP: Final = 3
"""New tokens refused in a row. One may be bad, and one renewal may be tried for it."""
_OF_RUNS: Final = 8
"""The same limit where each may be the second one of another run of the program."""


def judge(case: Observation) -> Finding:
    """New access tokens in a row, each of which was refused at its first use."""
    refused: dict[str, Entry] = {}
    used: set[str] = set()
    rows: dict[tuple[str, int], list[Entry]] = {}
    longest: list[Entry] = []
    for entry in case.of("guarded"):
        held = case.held.get(entry.token)
        if held is None or case.is_strange(entry):
            continue
        fresh = entry.token not in used and entry.token_state != "expired"
        used.add(entry.token)
        row = rows.setdefault((case.subject(held.entry), entry.connection), [])
        useless = is_refusal(entry) or (transient(entry) and not is_broken(entry))
        if useless and fresh and 0 <= gap_us(held.entry, entry) <= _YOUNG_US:
            refused[entry.token] = entry
            row += [held.entry, entry]
        elif not useless:
            row.clear()
        longest = max(longest, row, key=len) if row else longest
    count = len(longest) // 2
    if count >= _LOOP:
        return failed(_words(count, longest), longest)
    if len(refused) >= _OF_RUNS and case.connects_each_time:
        proof = [one for entry in refused.values() for one in (case.held[entry.token].entry, entry)]
        return warned(_words(len(refused), proof), proof)
    if refused:
        return passed("The client stopped renewing when new tokens were refused.", refused.values())
    return inconclusive("No new token was refused at its first use.")


def _words(count: int, proof: list[Entry]) -> str:
    age = in_words(gap_us(proof[-2], proof[-1]))
    return (
        f"{count} new tokens in a row were refused at their first use, the last {age} old, and the client got another."
    )


CHECK = Check(
    question="Does the client stop renewing when new tokens are refused as well?",
    rule="If a fresh token is refused, the call, the plan or the account is at fault, and another token cannot help.",
    source="RFC 9110 §15.5.2 and §15.5.4 (the credentials were seen); RFC 6750 §3.1",
    remedy="Renew once per refused call, on 401 only; if the new token is refused too, report the error.",
    judge=judge,
)
