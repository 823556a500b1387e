"""Habits of reading answers: crashes, units, redirects, connections."""

from __future__ import annotations

from itertools import count
from typing import Final

from tests.report.laboratory.client.apis import Uid2V1
from tests.report.laboratory.client.grant import Grant
from tests.report.laboratory.client.policies import Sense, always_due, sense
from tests.report.laboratory.client.wire import Answer, Kind, Outgoing
from tests.report.laboratory.habit import Habit


def _as_told(new: Grant, _now: float) -> Grant:
    return new


# --- crashes ---


def _trusts_every_200(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    if answer is not None and answer.status == 200:
        return "ok"
    return sense(kind, answer, whole=whole)


def _trusts_every_answer(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    if kind == "refresh" and answer is not None:
        return "ok"
    return sense(kind, answer, whole=whole)


def _expects_an_answer(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    if answer is None:
        raise ConnectionResetError("connection lost")
    return sense(kind, answer, whole=whole)


def _raises_for_status(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    if answer is not None and answer.status >= 400:
        raise RuntimeError(f"status {answer.status}")
    return sense(kind, answer, whole=whole)


class _Once:
    """Lives through the first odd answer and trusts the second."""

    def __init__(self) -> None:
        self._odd = count(1)

    def __call__(self, kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
        found = sense(kind, answer, whole=whole)
        if found != "odd":
            return found
        return "again" if next(self._odd) == 1 else "ok"


def _at_once(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    found = sense(kind, answer, whole=whole)
    return "again" if found == "odd" else found


CRASHES: Final = (
    Habit("trusts-html", "crash_on_odd_answer", "jquants", "odd-answer-twice", {"sense": _trusts_every_200}),
    Habit(
        "trusts-a-missing-field",
        "crash_on_odd_answer",
        "jquants",
        "jquants-token-missing",
        {"sense": _trusts_every_200},
    ),
    Habit(
        "trusts-a-missing-field-v1",
        "crash_on_odd_answer",
        "uid2-v1",
        "uid2-token-missing",
        {"sense": _trusts_every_200, "due": always_due},
    ),
    Habit("dies-of-the-second", "crash_on_odd_answer", "jquants", "odd-answer-twice", {"sense": _Once()}),
    Habit(
        "spins-on-odd-answers",
        "crash_on_odd_answer",
        "jquants",
        "odd-answers",
        {"sense": _at_once, "backoff": lambda *_: 0.0, "tries": 20},
        beside=("no_backoff",),
    ),
    Habit("dies-of-a-json-503", "crash", "jquants", "second-refresh-503", {"sense": _trusts_every_answer}),
    Habit("dies-of-a-429", "crash", "jquants", "rate-limit-silent", {"sense": _raises_for_status}),
    Habit("dies-of-a-reset", "crash", "jquants", "second-refresh-reset", {"sense": _expects_an_answer}),
    Habit("dies-of-a-time-out", "crash", "uid2-v2", "hang-on-second-refresh", {"sense": _expects_an_answer}),
    Habit("dies-of-a-503-v1", "crash", "uid2-v1", "uid2-outage", {"sense": _raises_for_status, "due": always_due}),
)

# --- units ---


class _Validating(Uid2V1):
    """Shows its advertising token at every visit, as a page does to a bidder."""

    def use(self, held: Grant, number: int) -> Outgoing | None:
        query = (("token", held.access), ("email", self._person))
        return Outgoing("use", "GET", "/v1/token/validate", query, self._key, token=held.access)


UNITS: Final = (
    Habit(
        "milliseconds-taken-for-seconds",
        "milliseconds_as_seconds",
        "uid2-v1",
        "uid2-lives-of-seconds",
        {"seconds": lambda told: told},
        calls=_Validating,
        beside=("ignores_lifetime", "late_refresh"),
    ),
    Habit(
        "divides-twice",
        "milliseconds_as_seconds",
        "uid2-v2",
        "visits",
        {"seconds": lambda told: told / 1e6, "believed": _as_told, "fallback": False},
        beside=("early_refresh",),
    ),
    Habit(
        "spins-when-the-unit-changes",
        "milliseconds_as_seconds",
        "uid2-v1",
        "uid2-milliseconds-as-seconds",
        {"believed": _as_told, "fallback": False},
        beside=("early_refresh",),
    ),
)

# --- redirects, connections ---

REDIRECTS: Final = (
    Habit(
        "follows-with-its-bearer",
        "follows_redirect_with_token",
        "jquants",
        "data-redirected",
        {"redirects": "anywhere"},
    ),
    Habit(
        "follows-with-its-body",
        "follows_redirect_with_token",
        "uid2-v2",
        "refresh-redirected",
        {"redirects": "anywhere"},
    ),
)
CONNECTIONS: Final = (
    Habit("connects-for-each-call", "new_connection_each_call", "jquants", "visits", {"keep": False}),
    Habit(
        "connects-for-each-refresh", "new_connection_each_call", "uid2-v1", "visits", {"keep": False, "due": always_due}
    ),
)

HABITS: Final = CRASHES + UNITS + REDIRECTS + CONNECTIONS
