"""Runs of retries: the same call again and again while it fails. The verdicts on waiting share them.

Waits are real time. Where the sandbox's clock moved further than real time in a wait, a test stood in for
it, so the wait says nothing about the client and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from itertools import pairwise

from simulator.core.clock import to_microseconds
from simulator.journal.entry import Entry
from simulator.report.observation import (
    IN_FLIGHT,
    SECOND,
    Observation,
    is_broken,
    received_us,
    refused,
    slow_us,
    started_us,
    surely_after,
    transient,
)

AT_ONCE_US = 2 * IN_FLIGHT
"""A wait shorter than this, in microseconds, is none."""
_LONGEST = 10**12
"""Seconds beyond which nobody means a wait."""
_ROUNDING = SECOND // 4
_AUTOMATIC_US = 600 * SECOND
"""Later than this, in microseconds, it was a person or a schedule that called again."""


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
    """Every run of two calls or more."""
    return tuple(_runs(case))


def same_call(case: Observation, entry: Entry) -> tuple[str, str, str]:
    """What makes two calls the same one: a refresh by its person, others by query, token and body."""
    subject = case.subject(entry) if case.role(entry) == "refresh" else ""
    if subject:
        return entry.operation, subject, ""
    return entry.operation, entry.query, entry.token if case.role(entry) == "guarded" else entry.body


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


def _runs(case: Observation) -> Iterator[Run]:
    going: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in case.entries:
        if not entry.operation:
            continue
        key = same_call(case, entry)
        run = going.setdefault(key, [])
        if run and not _follows(run[-1], entry):
            if started_us(entry) < received_us(run[-1]):
                continue  # under way at the same time: another thread's call
            if len(run) > 1:
                yield _measured(case, run)
            run.clear()
        run.append(entry)
    for run in going.values():
        if len(run) > 1:
            yield _measured(case, run)


def _follows(before: Entry, after: Entry) -> bool:
    """Whether ``after`` retries ``before``: that had failed, and not too long ago."""
    if not (transient(before) or refused(before)) or started_us(after) - received_us(before) > _AUTOMATIC_US:
        return False
    return started_us(after) >= received_us(before) or _may_have_given_up(before)


def _may_have_given_up(entry: Entry) -> bool:
    return not entry.ended_us and (slow_us(entry) > 0 or is_broken(entry))


def _measured(case: Observation, run: list[Entry]) -> Run:
    waits = []
    for before, after in pairwise(run):
        span = started_us(after) - received_us(before)
        moved = abs(after.at_us - before.at_us) - abs(after.real_us - before.real_us) > SECOND
        hangs = before.fault == "hang" and not before.ended_us
        if span >= 0 and not (moved or hangs or _is_as_asked(case, before, span)):
            waits.append(RetryWait(before, after, span, surely_after(before, after)))
    return Run(tuple(run), tuple(waits))


def _is_as_asked(case: Observation, before: Entry, span: int) -> bool:
    """Whether the service, not the client, chose this wait."""
    asked = asked_us(case, before)
    return asked is not None and abs(span - asked) <= max(asked // 10, _ROUNDING)
