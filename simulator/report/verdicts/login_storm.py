"""Does the client log in only when it has to?

Whether the old token was still good is the sandbox's clock; how soon the next login came is real time or the sandbox's,
whichever is longer.
"""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import is_broken, refused, transient
from simulator.report.observation import Observation, TokenLife
from simulator.report.timing import SECOND, gap_us, in_words, real_gap_us, same_connection
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_STORM_US: Final = 600 * SECOND
"""A storm's logins come sooner than this after each other; more slowly it is a habit, and a warning."""
_DAILY_US: Final = 12 * 3600 * SECOND
"""A job that runs once or twice a day may log in each time."""
_MARGIN: Final = 5
"""Within the last fifth of its life a refresh token may be replaced."""
_VAIN: Final = 5
"""This many logins in a row whose tokens were refused: the next one will not be better."""
_PATIENT_US: Final = 60 * SECOND
"""A client that waits this long, in real time, before another login checks whether the service has recovered."""
_ENOUGH: Final = 2
"""Needless logins of one run of a program; of several runs there have to be more."""
_RUNS: Final = 3
"""As many, where each call has a connection of its own: a script that logs in for each call looks so."""
_SESSIONS: Final = 5
"""Logins of one person whose sessions are not used further. Fewer may come from different devices."""

Pair = tuple[Entry, Entry]


def judge(case: Observation) -> Finding:
    """Finds logins while the token of the last login was good and not refused. One may be a restart.

    Also finds repeated logins whose tokens are all refused.
    """
    vain = _in_vain(case)
    if vain:
        return failed(f"{len(vain)} logins in a row brought tokens that were refused.", vain)
    logins = [*case.of("login")]
    needless = _needless(case)
    if len(needless) > 1:
        proof = [entry for pair in needless for entry in pair]
        known = [pair for pair in needless if _is_of_one_run(case, pair)]
        if len(known) < _ENOUGH and len(needless) < (_RUNS if case.connects_each_time else _SESSIONS):
            return passed("The client logged in when it had to, or may have been started anew for it.", logins)
        soon = [pair for pair in needless if gap_us(*pair) <= _STORM_US]
        sure = [pair for pair in soon if pair in known]
        wait = in_words(gap_us(*needless[0]))
        why = f"{len(needless)} logins came while the token of the one before was good, the first after {wait}."
        return (failed if len(sure) > 1 else warned)(why, proof)
    opened = _forsaken(case)
    if opened:
        return warned(f"{len(opened)} logins of one person began sessions that were not gone on with.", opened)
    if logins:
        return passed("The client logged in when it had to.", logins)
    return inconclusive("The client never tried to log in.")


def _needless(case: Observation) -> list[Pair]:
    """Pairs of logins where the second was needless. Logins at the same time belong to ``herd``."""
    last: dict[tuple[str, ...] | tuple[str, str, int], tuple[Entry, TokenLife]] = {}
    reasons: list[Entry] = []
    found: list[Pair] = []
    for entry in case.of("login", "refresh", "guarded"):
        if case.role(entry) != "login":
            if refused(entry) or transient(entry) or case.is_odd(entry) or case.is_optout(entry):
                reasons.append(entry)
            continue
        if not entry.issued or is_broken(entry) or case.is_odd(entry) or case.is_per_session(entry):
            continue
        who = (entry.operation, entry.issued[0].subject)
        before = last.get((*who, entry.connection)) or last.get(who)
        if before is not None and _is_good(before[1], entry) and not _since(reasons, before[0]):
            soon = real_gap_us(before[0], entry) >= 0 and gap_us(before[0], entry) < _DAILY_US
            found += [(before[0], entry)] * soon
        longest = _longest(case, entry)
        if longest is not None:
            last[who] = last[*who, entry.connection] = (entry, longest)
    return found


def _forsaken(case: Observation) -> list[Entry]:
    """Logins of one person and caller that begin sessions, where no session was used further."""
    used = {entry.token for entry in case.of("refresh", "guarded")}
    rows: dict[tuple[str, str], list[Entry]] = {}
    for entry in case.of("login"):
        if case.is_per_session(entry) and entry.issued and not is_broken(entry) and not case.is_odd(entry):
            rows.setdefault((entry.issued[0].subject, entry.caller or entry.token), []).append(entry)
    for row in rows.values():
        if len(row) >= _SESSIONS and not any(issued.token in used for entry in row for issued in entry.issued):
            return row
    return []


def _is_of_one_run(case: Observation, pair: Pair) -> bool:
    """Whether the run of the program that logs in had the good token: its connection was used with one before."""
    before, login = pair
    if same_connection(before, login) or case.same_program(*_between(case, pair)):
        return True
    earlier = (entry for entry in case.entries if same_connection(entry, login) and entry.number < login.number)
    return any(entry.number > before.number and case.subject(entry) == case.subject(login) for entry in earlier)


def _between(case: Observation, pair: Pair) -> Pair:
    """The last call before the second login, and that login: another run of a program takes time to start."""
    earlier = [entry for entry in case.entries if pair[0].number <= entry.number < pair[1].number]
    return earlier[-1], pair[1]


def _in_vain(case: Observation) -> list[Entry]:
    """The first long enough row of logins of one person with only refused refreshes between them."""
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
    if held.expires_us is None or not held.entry.at_us <= entry.at_us:
        return False
    return held.expires_us - entry.at_us > max(SECOND, held.remaining_us // _MARGIN)


def _since(reasons: list[Entry], login: Entry) -> bool:
    return bool(reasons) and reasons[-1].number > login.number


CHECK = Check(
    question="Does the client log in only when it has to?",
    rule="A login hands out a refresh token so that the next access needs no login while it lives.",
    source="docs/sources/jquants.md §0.1 (one week); docs/sources/uid2.md §0.1; RFC 6749 §1.5",
    remedy="Keep the refresh token where all threads and the next run find it, and log in only when it is refused.",
    judge=judge,
)
