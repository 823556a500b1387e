"""Calls with expired tokens, classified by what the client could know. Three verdicts use this module.

By the sandbox's clock a token is dead or not; by the real one the client could have noticed or not. A call counts
only when both agree: a clock that a test moved is not held against a client that lives in real time.

One refused call for each token is allowed: a client may rely on refusals alone, as the scenarios on short lifetimes
ask. The verdicts count a dead token that is used again after a refusal or after its stated expiry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import refused
from simulator.report.observation import Observation, TokenLife
from simulator.report.refreshes import refreshes
from simulator.report.timing import SECOND, gap_us, in_words, surely_after
from simulator.report.verdict import Finding, failed, inconclusive, passed, warned

_LATE: Final = SECOND
"""How long a token must have been dead: a call may have been under way when it died."""
_SOON_US: Final = 60 * SECOND
"""A client that heeds a refusal renews sooner than this after it."""
_AGAIN: Final = 2
"""Uses of a dead token, the second after the answer to the first."""


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A call made once one of the client's tokens had died: with that token (``dead``), or with a newer one.

    knowable: the client was told when it dies, and its own clock said so as well.
    """

    held: TokenLife
    entry: Entry
    dead: bool
    knowable: bool


def uses(case: Observation) -> Iterator[TokenUse]:
    """Every call with a dead token, and every first call with a newer one after the old had died."""
    newest: dict[tuple[str, str], TokenLife] = {}
    for entry in case.of("login", "refresh", "guarded"):
        operation, held = case.operation(entry), case.held.get(entry.token)
        if operation is not None and operation.accepts is not None and held is not None:
            key = (held.token.kind, case.identity(entry))
            if _is_dead(held, entry):
                yield TokenUse(held, entry, dead=True, knowable=held.is_known and case.outlived(held, entry))
            else:
                before = newest.get(key)
                if before is not None and before is not held and _is_dead(before, entry):
                    yield TokenUse(before, entry, dead=False, knowable=before.is_known and case.outlived(before, entry))
                if before is None or before.entry.number < held.entry.number:
                    newest[key] = held


def find(case: Observation, concerned: Callable[[TokenUse], bool], *, found: str, fine: str, never: str) -> Finding:
    """The finding about the uses that are a verdict's concern.

    found: what is said of a client that used dead tokens. fine: of one that renewed them. never: of neither.
    Fails for a token that guards data; warns where only refreshes failed: each costs one call.
    """
    concerning = [use for use in uses(case) if concerned(use)]
    known = [use for use in concerning if use.knowable]
    again = _used_again(case, known) or _tried_in_vain(case, known)
    guarded = [use for use in again if case.role(use.entry) == "guarded"]
    if again:
        worst = (guarded or again)[-1]
        age = in_words(worst.entry.at_us - (worst.held.expires_us or worst.entry.at_us))
        proof = [entry for use in again for entry in (use.held.entry, use.entry)]
        return (failed if guarded else warned)(f"{found} The last such call came {age} after it.", proof)
    good = [use.entry for use in known if not use.dead and not _was_refused(use, concerning)]
    good += [use.entry for use in _renewed_in_time(case) if concerned(use)]
    if good:
        return passed(fine, good)
    if known:
        return inconclusive("The client replaced its dead tokens when they were refused.", [u.entry for u in known])
    if concerning:
        proof = [entry for use in concerning for entry in (use.held.entry, use.entry)]
        return inconclusive("The client could not know: nothing told it, or only the sandbox's clock was moved.", proof)
    return inconclusive(never)


def _renewed_in_time(case: Observation) -> Iterator[TokenUse]:
    """Refreshes of tokens whose end was known, before it: when the service asked for it, or in the later half."""
    for renewal in refreshes(case):
        held, at_us = renewal.held, renewal.entry.at_us
        if not held.is_known or held.expires_us is None or at_us >= held.expires_us:
            continue
        due_us = held.from_us if held.from_us is not None else held.expires_us - held.remaining_us // 2
        if at_us >= due_us:
            yield TokenUse(held, renewal.entry, dead=False, knowable=True)


def _used_again(case: Observation, known: list[TokenUse]) -> list[TokenUse]:
    """Uses of dead tokens that the first answer did not end: used again, or replaced long after it alone."""
    by_token: dict[str, list[TokenUse]] = {}
    for use in known:
        if use.dead:
            by_token.setdefault(use.held.token.token, []).append(use)
    found: list[TokenUse] = []
    for own in by_token.values():
        later = [use for use in own[1:] if surely_after(own[0].entry, use.entry)]
        if len(later) + 1 >= _AGAIN or _was_replaced_late(case, own[0].entry):
            found += [own[0], *later]
    return found


def _was_replaced_late(case: Observation, refusal: Entry) -> bool:
    """Whether the client ignored the refusal: its next call came much later and was a renewal."""
    if case.role(refusal) != "guarded" or not refused(refusal):
        return False
    after = next(case.after(refusal), None)
    return after is not None and case.role(after) in {"login", "refresh"} and gap_us(refusal, after) > _SOON_US


def _tried_in_vain(case: Observation, known: list[TokenUse]) -> list[TokenUse]:
    """Refreshes with tokens whose expiry an answer had given as a number. Each was refused."""
    return [use for use in known if use.dead and case.role(use.entry) == "refresh" and use.held.told == "field"]


def _was_refused(use: TokenUse, concerning: list[TokenUse]) -> bool:
    """Whether the dead token was tried, so that its refusal and not the clock may have led to the newer one."""
    return any(one.dead and one.held is use.held and refused(one.entry) for one in concerning)


def _is_dead(held: TokenLife, entry: Entry) -> bool:
    return held.expires_us is not None and entry.at_us >= held.expires_us + _LATE
