"""Calls with tokens that were dead, sorted by what the client could have known. Three verdicts share them.

By the sandbox's clock a token is dead or not; by the real one the client could have noticed or not. A call counts
only when both agree: a clock that a test moved is not held against a client that lives in real time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulator.journal.entry import Entry
from simulator.report.observation import SECOND, Observation, TokenLife, refused
from simulator.report.verdict import Finding, failed, inconclusive, passed, warned

_LATE = SECOND
"""How long a token must have been dead: a call may have been under way when it died."""


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
    """Every refused call with a dead token, and every first call with a newer one after the old had died."""
    newest: dict[tuple[str, str], TokenLife] = {}
    for entry in case.of("login", "refresh", "guarded"):
        operation, held = case.operation(entry), case.held.get(entry.token)
        if operation is not None and operation.accepts is not None and held is not None:
            key = (held.token.kind, held.token.subject)
            if _is_dead(held, entry):
                if refused(entry):
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
    Fails for a token that guards data; warns where only a refresh was tried in vain: it cost one call.
    """
    bad: list[Entry] = []
    good: list[Entry] = []
    unknowable: list[Entry] = []
    guarded = False
    for use in uses(case):
        if not concerned(use):
            continue
        if not use.knowable:
            unknowable += [use.held.entry, use.entry]
        elif use.dead:
            bad += [use.held.entry, use.entry]
            guarded = guarded or case.role(use.entry) == "guarded"
        else:
            good.append(use.entry)
    if bad:
        return failed(found, bad) if guarded else warned(found, bad)
    if good:
        return passed(fine, good)
    if unknowable:
        return inconclusive(
            "The client could not know: nothing told it, or only the sandbox's clock was moved.", unknowable
        )
    return inconclusive(never)


def _is_dead(held: TokenLife, entry: Entry) -> bool:
    return held.expires_us is not None and entry.at_us >= held.expires_us + _LATE
