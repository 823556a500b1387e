"""Habits of asking again: loops, herds, logins too many, refusals that are not taken for an answer."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from tests.report.laboratory.client.grant import Grant
from tests.report.laboratory.client.policies import Sense, always_due, never_due, sense
from tests.report.laboratory.client.wire import Answer, Kind, Outgoing
from tests.report.laboratory.habit import Habit

_ANY_FAILURE: Final = frozenset(range(201, 600))
_HOUR: Final = 3600.0
_JAPAN: Final = 9 * _HOUR


# --- refusals ---


def _insists(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    found = sense(kind, answer, whole=whole)
    return "again" if found == "refused" else found


def _insists_on_refresh(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    found = sense(kind, answer, whole=whole)
    return "again" if found == "refused" and kind == "refresh" else found


def _cache_buster(outgoing: Outgoing, _held: Grant) -> Outgoing:
    fresh = f"_={time.time_ns()}"
    return replace(outgoing, suffix=f"{outgoing.suffix}&{fresh}" if outgoing.suffix else fresh)


def _stamped(outgoing: Outgoing, _held: Grant) -> Outgoing:
    if outgoing.kind != "login":
        return outgoing
    return replace(outgoing, body=outgoing.body[:-1] + b', "sentAt": %d}' % time.time_ns())


REFUSALS: Final = (
    Habit("insists-on-its-login", "retries_refusal", "jquants", "jquants-password-changed", {"sense": _insists}),
    Habit(
        "insists-with-a-timestamp",
        "retries_refusal",
        "jquants",
        "jquants-password-changed",
        {"sense": _insists, "dress": _stamped},
    ),
    Habit(
        "insists-with-a-cache-buster",
        "retries_refusal",
        "uid2-v1",
        "uid2-key-refused",
        {"sense": _insists, "dress": _cache_buster},
    ),
    Habit("insists-in-envelopes", "retries_refusal", "uid2-v2", "uid2-key-refused", {"sense": _insists}),
    Habit("insists-when-retired", "retries_refusal", "jquants", "jquants-retired", {"sense": _insists}),
    Habit("insists-on-a-plan", "retries_refusal", "jquants", "jquants-plan-lost", {"sense": _insists}),
    Habit(
        "insists-on-a-dead-refresh-token",
        "retries_refusal",
        "jquants",
        "jquants-refresh-token-expired",
        {"sense": _insists_on_refresh},
    ),
    Habit(
        "comes-back-each-round",
        "retries_refusal",
        "jquants",
        "jquants-password-changed",
        {"goes_on": True},
    ),
)

# --- no login, too many logins ---

LOGINS: Final = (
    Habit("gives-up-at-a-401", "no_relogin", "jquants", "jquants-id-token-dies", {"renew_on": frozenset()}),
    Habit("never-logs-in-again", "no_relogin", "jquants", "jquants-refresh-token-expired", {"logins": 0}),
    Habit(
        "never-generates-again",
        "no_relogin",
        "uid2-v1",
        "uid2-refresh-token-expired",
        {"logins": 0, "due": always_due},
    ),
    Habit("logs-in-each-round", "login_storm", "jquants", "faithful", {"remembers": False}),
    Habit("generates-each-visit", "login_storm", "uid2-v2", "visits", {"remembers": False}),
    Habit("logs-in-in-each-thread", "login_storm", "jquants", "faithful", {"remembers": False}, workers=4),
)


# --- a loop of renewals ---

LOOPS: Final = (
    Habit("renews-eight-times", "renewal_loop", "jquants", "jquants-401-for-ever", {"renewals": 8, "due": never_due}),
    Habit(
        "logs-in-twenty-times",
        "renewal_loop",
        "jquants",
        "jquants-401-for-ever",
        {"renewals": 20, "due": never_due, "merge": lambda _held, new: new},
        beside=("login_storm",),
    ),
    Habit(
        "renews-on-403",
        "renewal_loop",
        "jquants",
        "jquants-plan-lost",
        {"renewals": 5, "renew_on": frozenset({401, 403})},
    ),
    Habit(
        "renews-on-400",
        "renewal_loop",
        "jquants",
        "jquants-bad-request",
        {"renewals": 5, "renew_on": frozenset({400, 401})},
    ),
    Habit(
        "renews-on-anything",
        "renewal_loop",
        "jquants",
        "jquants-too-large",
        {"renewals": 5, "renew_on": _ANY_FAILURE},
    ),
    Habit(
        "renews-on-403-in-every-round",
        "renewal_loop",
        "jquants",
        "jquants-plan-lost",
        {"renew_on": frozenset({401, 403}), "goes_on": True},
        beside=("retries_refusal",),
    ),
)

# --- a herd ---

HERD: Final = (
    Habit("eight-threads", "herd", "jquants", "held-answers", {"single_flight": False}, workers=8),
    Habit("two-threads", "herd", "jquants", "held-answers", {"single_flight": False}, workers=2),
    Habit("eight-threads-v2", "herd", "uid2-v2", "held-answers-short-lives", {"single_flight": False}, workers=8),
    Habit(
        "eight-threads-at-a-401",
        "herd",
        "jquants",
        "held-answers-token-dies",
        {"single_flight": False, "due": never_due},
        workers=8,
    ),
    Habit(
        "lock-without-a-second-look",
        "herd",
        "jquants",
        "held-answers-token-dies",
        {"rechecks": False, "due": never_due},
        workers=8,
    ),
)

HABITS: Final = REFUSALS + LOGINS + LOOPS + HERD
