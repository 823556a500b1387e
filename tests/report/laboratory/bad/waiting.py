"""Habits of waiting: Retry-After, backoff, jitter, time-outs."""

from __future__ import annotations

from random import Random
from typing import Final

from tests.report.laboratory.client.policies import Sense, always_due, never_due, retry_after, sense
from tests.report.laboratory.client.wire import Answer, Kind
from tests.report.laboratory.habit import Habit

_TABLE: Final = (0.1, 0.3, 0.7, 1.5, 1.5, 1.5)
_WARMING_UP: Final = (0.107, 0.018, 0.011, 0.009, 0.008, 0.008)
_SHRINKING: Final = (1.2, 0.8, 0.4, 0.2, 0.1, 0.1)
_RETRIES: Final = 7


# --- Retry-After ---


def _no_heed(_answer: Answer | None, _now: float) -> float | None:
    return None


def _seconds_alone(answer: Answer | None, _now: float) -> float | None:
    value = "" if answer is None else answer.headers.get("retry-after", "")
    return float(value) if value.isdigit() else None


def _at_most_a_second(answer: Answer | None, now: float) -> float | None:
    asked = retry_after(answer, now)
    return None if asked is None else min(asked, 1.0)


def _as_milliseconds(answer: Answer | None, now: float) -> float | None:
    asked = retry_after(answer, now)
    return None if asked is None else asked / 1000


def _half(answer: Answer | None, now: float) -> float | None:
    asked = retry_after(answer, now)
    return None if asked is None else asked / 2


def _login_instead(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    if kind == "refresh" and answer is not None and "retry-after" in answer.headers:
        return "refused"
    return sense(kind, answer, whole=whole)


RETRY_AFTER: Final = (
    Habit("deaf", "ignores_retry_after", "jquants", "jquants-outage", {"heed": _no_heed}),
    Habit("deaf-v2", "ignores_retry_after", "uid2-v2", "uid2-busy", {"heed": _no_heed, "due": always_due}),
    Habit("reads-seconds-alone", "ignores_retry_after", "jquants", "rate-limit-date", {"heed": _seconds_alone}),
    Habit("waits-a-second-at-most", "ignores_retry_after", "jquants", "retry-after-90", {"heed": _at_most_a_second}),
    Habit("waits-milliseconds", "ignores_retry_after", "jquants", "jquants-outage", {"heed": _as_milliseconds}),
    Habit("waits-half", "ignores_retry_after", "jquants", "jquants-outage", {"heed": _half, "jitter": 0.0}),
    Habit(
        "logs-in-instead-of-waiting",
        "ignores_retry_after",
        "jquants",
        "refresh-busy-login-works",
        {"sense": _login_instead},
        beside=("login_on_outage",),
    ),
)

# --- backoff ---


def _constant(_attempt: int, _chance: Random) -> float:
    return 0.3


def _nothing(_attempt: int, _chance: Random) -> float:
    return 0.0


def _short_for_ever(_attempt: int, chance: Random) -> float:
    return chance.uniform(0.06, 0.14)


def _about_constant(_attempt: int, chance: Random) -> float:
    return 0.4 * chance.uniform(0.7, 1.3)


def _shrinking(attempt: int, _chance: Random) -> float:
    return _SHRINKING[attempt - 1]


def _warming_up(attempt: int, _chance: Random) -> float:
    return _WARMING_UP[attempt - 1]


BACKOFF: Final = (
    Habit("waits-a-constant", "no_backoff", "jquants", "six-failures", {"backoff": _constant, "tries": _RETRIES}),
    Habit("does-not-wait", "no_backoff", "jquants", "six-failures", {"backoff": _nothing, "tries": _RETRIES}),
    Habit("does-not-wait-v2", "no_backoff", "uid2-v2", "six-failures", {"backoff": _nothing, "tries": _RETRIES}),
    Habit("waits-60-to-140-ms", "no_backoff", "jquants", "six-failures", {"backoff": _short_for_ever, "tries": 7}),
    Habit("waits-about-the-same", "no_backoff", "uid2-v1", "six-failures", {"backoff": _about_constant, "tries": 7}),
    Habit("shrinking-waits", "no_backoff", "jquants", "six-failures", {"backoff": _shrinking, "tries": _RETRIES}),
    Habit("warming-up", "no_backoff", "jquants", "six-failures", {"backoff": _warming_up, "tries": _RETRIES}),
    Habit(
        "outer-loop-without-a-wait",
        "no_backoff",
        "jquants",
        "six-failures",
        {"tries": 2, "backoff": _nothing, "goes_on": True},
    ),
    Habit("begins-anew-each-time", "no_backoff", "jquants", "six-failures", {"tries": 2, "goes_on": True}),
)

# --- jitter ---


def _doubling(attempt: int, _chance: Random) -> float:
    return 0.05 * 2.0**attempt


def _capped(attempt: int, _chance: Random) -> float:
    return min(0.6, 0.1 * 2.0**attempt)


def _table(attempt: int, _chance: Random) -> float:
    return _TABLE[attempt - 1]


def _linear(attempt: int, _chance: Random) -> float:
    return 0.2 * attempt


def _as_urllib3(attempt: int, _chance: Random) -> float:
    return 0.0 if attempt == 1 else 0.1 * 2.0 ** (attempt - 1)


JITTER: Final = (
    Habit("doubles-exactly", "no_jitter", "jquants", "six-failures", {"backoff": _doubling, "tries": _RETRIES}),
    Habit("doubles-up-to-a-cap", "no_jitter", "jquants", "six-failures", {"backoff": _capped, "tries": _RETRIES}),
    Habit("waits-by-a-table", "no_jitter", "uid2-v1", "six-failures", {"backoff": _table, "tries": _RETRIES}),
    Habit("waits-linearly", "no_jitter", "uid2-v2", "six-failures", {"backoff": _linear, "tries": _RETRIES}),
    Habit("waits-as-urllib3", "no_jitter", "jquants", "six-failures", {"backoff": _as_urllib3, "tries": _RETRIES}),
)

# --- time-outs ---

TIMEOUT: Final = (
    Habit("no-time-out-at-login", "no_timeout", "jquants", "slow-answer", {"timeout": None}),
    Habit("no-time-out-on-data", "no_timeout", "jquants", "hang-on-data", {"timeout": None, "due": never_due}),
    Habit("two-minutes-on-refresh", "no_timeout", "uid2-v2", "hang-on-second-refresh", {"timeout": 120.0}),
)

HABITS: Final = RETRY_AFTER + BACKOFF + JITTER + TIMEOUT
