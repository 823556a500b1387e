"""Does the client log in only when it has to? Whether the old token was still good is the sandbox's clock."""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.observation import SECOND, Observation, TokenLife, is_broken, refused, transient
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_STORM = 3
_SHORT_US = 600 * SECOND
"""A storm is over sooner than this, in real microseconds; more slowly it is a habit, and a warning."""
_VAIN = 5
"""This many logins in a row whose tokens were refused: the next one will not be better."""
_PATIENT_US = 60 * SECOND
"""Who waits this long, in real microseconds, before another login asks whether the service has recovered."""


def judge(case: Observation) -> Finding:
    """Logins of somebody whose token from the last one was good and had not been refused; one may be a restart.

    And logins on and on, though what each brings is refused.
    """
    vain = _in_vain(case)
    if vain:
        return failed(f"{len(vain)} logins in a row brought tokens that were refused.", vain)
    last: dict[tuple[str, str], tuple[Entry, TokenLife]] = {}
    reasons: list[Entry] = []
    needless: list[Entry] = []
    logins: list[Entry] = []
    for entry in case.of("login", "refresh", "guarded"):
        if case.role(entry) != "login":
            if refused(entry) or transient(entry) or case.is_odd(entry) or case.is_optout(entry):
                reasons.append(entry)
            continue
        logins.append(entry)
        if not entry.issued or is_broken(entry) or case.is_odd(entry):
            continue
        who = (entry.operation, entry.issued[0].subject)
        before = last.get(who)
        if before is not None and _is_good(before[1], entry) and not _since(reasons, before[0]):
            needless.append(entry)
        longest = _longest(case, entry)
        if longest is not None:
            last[who] = (entry, longest)
    if len(needless) > 1:
        stormy = any(
            later.real_us - sooner.real_us <= _SHORT_US
            for sooner, later in zip(needless, needless[_STORM - 1 :], strict=False)
        )
        why = f"{len(needless)} logins came while the token of the one before was still good."
        return (failed if stormy else warned)(why, needless)
    if logins:
        return passed("The client logged in when it had to.", logins)
    return inconclusive("The client never tried to log in.")


def _in_vain(case: Observation) -> list[Entry]:
    """The first row, long enough, of somebody's logins with nothing but refused refreshes between them."""
    rows: dict[str, list[Entry]] = {}
    refusals: dict[str, int] = {}
    long: list[list[Entry]] = []
    for entry in case.of("login", "refresh"):
        subject = case.subject(entry)
        if case.role(entry) == "refresh":
            if refused(entry):
                refusals[subject] = entry.number
            elif entry.issued:
                rows.pop(subject, None)
        elif entry.issued and not is_broken(entry):
            row = rows.get(subject, [])
            if not row or refusals.get(subject, 0) < row[-1].number or entry.real_us - row[-1].real_us > _PATIENT_US:
                row = rows[subject] = []
            row.append(entry)
            if len(row) == _VAIN:
                long.append(row)
    return long[0] if long else []


def _longest(case: Observation, entry: Entry) -> TokenLife | None:
    """The token of a login that lives longest: the refresh token, by whatever name."""
    held = [case.held[issued.token] for issued in entry.issued if issued.token in case.held]
    return max((one for one in held if one.expires_us is not None), key=lambda one: one.expires_us or 0, default=None)


def _is_good(held: TokenLife, entry: Entry) -> bool:
    return held.expires_us is not None and held.entry.at_us <= entry.at_us < held.expires_us - SECOND


def _since(reasons: list[Entry], login: Entry) -> bool:
    return bool(reasons) and reasons[-1].number > login.number


CHECK = Check(
    question="Does the client log in only when it has to?",
    rule="A login hands out a refresh token so that the next access needs no login while it lives.",
    source="docs/sources/jquants.md §0.1 (one week); docs/sources/uid2.md §0.1; RFC 6749 §1.5",
    remedy="Keep the refresh token where all threads and the next run find it, and log in only when it is refused.",
    judge=judge,
)
