"""Runs of retries: the same call repeated while it fails. The verdicts on waiting use this module.

A call retries a failed one when its content and identity are the same, and the same caller could have sent it: on
the same connection, or as the first call on a new one. Waits are real time. Where the sandbox's clock moved further
than real time in a wait, a test stood in for it, so the wait says nothing about the client and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Final

from simulator.core.clock import to_microseconds
from simulator.journal.entry import Entry
from simulator.report.answers import is_broken, transient
from simulator.report.observation import Observation
from simulator.report.timing import IN_FLIGHT, SECOND, received_us, same_connection, slow_us, started_us, surely_after

AT_ONCE_US: Final = 2 * IN_FLIGHT
"""Waits shorter than this, in microseconds, count as no wait."""
AUTOMATIC_US: Final = 600 * SECOND
"""Beyond this, in microseconds, a repeated call comes from a person or a schedule."""
_LONGEST: Final = 10**12
"""A Retry-After of this many seconds or more does not count as a wait."""
_ROUNDING: Final = SECOND // 4

CallKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class RetryWait:
    """The real time between an answer and the retry. sure: the caller must have known the answer."""

    before: Entry
    after: Entry
    span_us: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A call, its retries, and the waits between them that can be measured and were not asked for by the service."""

    entries: tuple[Entry, ...]
    waits: tuple[RetryWait, ...]


def runs(case: Observation) -> tuple[Run, ...]:
    """Every run of two calls or more, each but the last of which failed for the moment."""
    following = {before.number: after for before, after in retries(case) if transient(before)}
    begun = {entry.number for entry in following.values()}
    found: list[Run] = []
    for entry in case.entries:
        if entry.number not in following or entry.number in begun:
            continue
        run = [entry]
        while run[-1].number in following:
            run.append(following[run[-1].number])
        found.append(_measured(case, run))
    return tuple(found)


def same_call(case: Observation, entry: Entry) -> CallKey:
    """The key of equal calls: operation, caller, owner of the tokens, and content.

    Parts that differ between tries are left out: the bytes of an envelope, a token that was renewed in between, a
    parameter that the service does not know.
    """
    whose = case.identity(entry) if case.role(entry) in {"refresh", "guarded"} else ""
    said = "" if case.role(entry) == "refresh" else entry.content or entry.subject
    query = "" if case.role(entry) == "refresh" else _known_part(entry.query)
    return entry.operation, f"{entry.caller}/{whose}", said, query


def retries(case: Observation) -> Iterator[tuple[Entry, Entry]]:
    """Each failed or refused answer with the call that tried it again, where the same caller could have sent that."""
    by_key: dict[CallKey, list[Entry]] = {}
    for entry in case.entries:
        if entry.operation:
            by_key.setdefault(same_call(case, entry), []).append(entry)
    for calls in by_key.values():
        yield from _paired(calls, case.firsts)


def asked_us(case: Observation, entry: Entry) -> int | None:
    """How long Retry-After asks to wait, in microseconds; None where it does not, or where this client cannot tell."""
    value = entry.retry_after.strip()
    if value.isascii() and value.isdigit():
        seconds = int(value[:20])
        return seconds * SECOND if seconds < _LONGEST else None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if not case.sees_moments(entry):
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return to_microseconds(aware) - entry.at_us


def _known_part(query: str) -> str:
    """The parameters that the API knows to be harmless; the others became fingerprints."""
    return "&".join(part for part in query.split("&") if "<" not in part)


def _paired(calls: list[Entry], firsts: frozenset[int]) -> Iterator[tuple[Entry, Entry]]:
    """Pairs of calls with the same key: on the same connection, or a new one after the first was given up."""
    ordered = sorted(calls, key=lambda entry: (started_us(entry), entry.number))
    last = {entry.connection: entry.number for entry in ordered}
    latest: dict[int, Entry] = {}
    abandoned: list[Entry] = []
    for entry in ordered:
        before = latest.get(entry.connection)
        if before is None and entry.number in firsts:
            before = next((one for one in abandoned if _could_retry(one, entry)), None)
            if before is not None:
                abandoned.remove(before)
        latest[entry.connection] = entry
        if last[entry.connection] == entry.number:
            abandoned.append(entry)
        if before is not None and _could_retry(before, entry):
            yield before, entry


def _could_retry(before: Entry, after: Entry) -> bool:
    if not (transient(before) or 400 <= before.status < 500 or before.changes):
        return False
    gap = started_us(after) - received_us(before)
    return gap <= AUTOMATIC_US and (gap >= 0 or _may_have_given_up(before))


def _may_have_given_up(entry: Entry) -> bool:
    return not entry.ended_us and (slow_us(entry) > 0 or is_broken(entry))


def _measured(case: Observation, run: list[Entry]) -> Run:
    waits = []
    for before, after in pairwise(run):
        span = started_us(after) - received_us(before)
        moved = abs(after.at_us - before.at_us) - abs(after.real_us - before.real_us) > SECOND
        hangs = before.fault == "hang" and not before.ended_us
        if span >= 0 and not (moved or hangs or _is_as_asked(case, before, span)):
            sure = surely_after(before, after) and (same_connection(before, after) or is_broken(before))
            waits.append(RetryWait(before, after, span, sure))
    return Run(tuple(run), tuple(waits))


def _is_as_asked(case: Observation, before: Entry, span: int) -> bool:
    """Whether the service, not the client, chose this wait."""
    asked = asked_us(case, before)
    return asked is not None and abs(span - asked) <= max(asked // 10, _ROUNDING)
