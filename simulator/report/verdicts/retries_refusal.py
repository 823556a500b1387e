"""Does the client take no for an answer?

Only retries within ten minutes count, of real time and of the sandbox's: later, a person or a schedule calls again.
"""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.observation import SECOND, Observation, received_us, refused, started_us, surely_after
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_AUTOMATIC_US = 600 * SECOND


def judge(case: Observation) -> Finding:
    """The very same call (operation, query, token and body) after it was refused; once may be a person's second try."""
    refusals: dict[tuple[str, str, str, str], Entry] = {}
    sure = repeats = 0
    proof: list[Entry] = []
    for entry in case.entries:
        if not entry.operation:
            continue
        call = (entry.operation, entry.query, entry.token, entry.body)
        before = refusals.get(call)
        if before is not None and _is_repeat(before, entry):
            repeats += 1
            sure += surely_after(before, entry)
            proof += [before, entry]
        if refused(entry) and case.role(entry) in {"login", "refresh", "guarded"}:
            refusals[call] = entry
        elif before is not None:
            del refusals[call]
    if sure > 1:
        return failed(f"{repeats} calls were sent again unchanged after a refusal.", proof)
    if repeats:
        why = "A call was" if repeats == 1 else f"{repeats} calls, perhaps of several threads, were"
        return warned(f"{why} sent again unchanged after a refusal.", proof)
    refusing = [entry for entry in case.entries if refused(entry) and entry.operation]
    if refusing:
        return passed("No refused call was sent again unchanged.", refusing)
    return inconclusive("No call was refused.")


def _is_repeat(refusal: Entry, entry: Entry) -> bool:
    real, virtual = started_us(entry) - received_us(refusal), entry.at_us - refusal.at_us
    return real >= 0 and max(real, virtual) <= _AUTOMATIC_US


CHECK = Check(
    question="Is a refusal taken for an answer?",
    rule="What was refused as it stood (400, 401, 403) will be refused again; it should not be repeated automatically.",
    source=(
        "RFC 9110 §15.5.1 (400); RFC 9110 §15.5.2 (401); RFC 9110 §15.5.4 (403); "
        "docs/sources/jquants.md §0.1; docs/sources/uid2.md §0.1"
    ),
    remedy="Retry on 408, 425, 429 and 5xx only; after 400, 401 or 403 change the call (log in, encode) or report it.",
    judge=judge,
)
