"""Every decision of the client as a value; the defaults are what a good client does.

A planted habit replaces one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from random import Random
from typing import Any, Final, Literal
from urllib.parse import quote

from tests.report.laboratory.client.grant import Grant
from tests.report.laboratory.client.wire import Answer, Kind, Outgoing

Sense = Literal["ok", "again", "refused", "odd"]
"""ok: use it. again: a failure that may pass. refused: a failure that stays. odd: no answer of this service."""

_PASSING: Final = frozenset({408, 425, 429})
_MARGIN: Final = 60.0
_BASE: Final = 0.1
_MILLISECONDS: Final = 1000.0


def sense(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    """What an answer means. None: it was lost. whole: it holds all that it should."""
    if answer is None or answer.status >= 500 or answer.status in _PASSING:
        return "again"
    if answer.status == 200:
        return "ok" if whole else "odd"
    return "refused" if answer.status >= 400 and answer.is_json else "odd"


def backoff(attempt: int, chance: Random, *, base: float = _BASE) -> float:
    """Seconds before retry number ``attempt`` (1, 2, …): half of the doubled wait is fixed, half is chance."""
    whole = base * 2.0**attempt
    return whole / 2 + chance.uniform(0, whole / 2)


def retry_after(answer: Answer | None, now: float) -> float | None:
    """Seconds that Retry-After asks for, in either form; None when it does not."""
    value = "" if answer is None else answer.headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - now)


def due(held: Grant, now: float, *, margin: float = _MARGIN) -> bool:
    """Whether to renew before the next use: the service's own moment, or else a margin before the end."""
    if held.renew_at is not None:
        return now >= held.renew_at
    return held.dies_at is not None and now >= held.dies_at - margin


def never_due(_held: Grant, _now: float) -> bool:
    """For clients that wait for a refusal."""
    return False


def always_due(_held: Grant, _now: float) -> bool:
    """For clients that renew at every visit."""
    return True


def field(document: Mapping[str, Any], name: str) -> str:
    """A token out of an answer. Raises KeyError when it is missing, ValueError when it is no text or empty."""
    value = document[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: expected a text, got {type(value).__name__}")
    return value


def encode(value: str) -> str:
    """A query value, percent-encoded."""
    return quote(value, safe="")


def seconds(milliseconds: float) -> float:
    """A moment of UID2's answers as seconds since 1970."""
    return milliseconds / _MILLISECONDS


def merge(held: Grant, new: Grant) -> Grant:
    """What is held once a new answer has come: everything new, and the refresh token that was kept."""
    if new.refresh:
        return new
    return Grant(
        new.access,
        held.refresh,
        new.dies_at,
        new.renew_at,
        held.refresh_dies_at,
        new.response_key or held.response_key,
    )


def believed(new: Grant, now: float) -> Grant:
    """A new answer without moments that had passed when it arrived: their unit or the clock is not what it seems."""
    told = (new.dies_at, new.renew_at, new.refresh_dies_at)
    if all(moment is None or moment > now for moment in told):
        return new
    return replace(new, dies_at=None, renew_at=None, refresh_dies_at=None)


def as_it_is(outgoing: Outgoing, _held: Grant) -> Outgoing:
    """The call as the documents have it."""
    return outgoing


@dataclass(frozen=True)
class Policies:
    """How a client decides.

    timeout: seconds per read. keep: the connection is kept. tries: how often one call is sent at most.
    sense, backoff, heed: what an answer means, how long to wait, how long the service asks to wait.
    longest: the longest wait in seconds that the client accepts; it gives up when more is asked for.
    jitter: seconds of chance at most that are added to what the service asks for.
    due: whether to renew ahead of the next use. renew_on: refusals of a use after which the access token is renewed.
    renewals, logins: how often that is tried for one use, and how often a refused refresh is followed by a login.
    dress: last changes to a call. encode: a query value on the wire. field: a token out of an answer.
    seconds: a moment out of an answer. believed: which moments of it count. merge: what is kept of the old tokens.
    single_flight: one refresh at a time. rechecks: the token is looked at again once it is this thread's turn.
    remembers: tokens outlive one round. after_optout: stop, go on with the tokens at hand, or begin anew.
    goes_on: a round that failed does not end the program. redirects: where a redirect is followed to.
    fallback: a refresh token past its end leads to a login before it is refused.
    """

    timeout: float | None = 2.0
    keep: bool = True
    tries: int = 4
    sense: Callable[..., Sense] = sense
    backoff: Callable[[int, Random], float] = backoff
    heed: Callable[[Answer | None, float], float | None] = retry_after
    longest: float = 4.0
    due: Callable[[Grant, float], bool] = due
    renew_on: frozenset[int] = frozenset({401})
    renewals: int = 1
    logins: int = 1
    dress: Callable[[Outgoing, Grant], Outgoing] = as_it_is
    encode: Callable[[str], str] = encode
    field: Callable[[Mapping[str, Any], str], str] = field
    seconds: Callable[[float], float] = seconds
    merge: Callable[[Grant, Grant], Grant] = merge
    believed: Callable[[Grant, float], Grant] = believed
    jitter: float = 0.2
    single_flight: bool = True
    rechecks: bool = True
    remembers: bool = True
    after_optout: Literal["stop", "go on", "anew"] = "stop"
    goes_on: bool = False
    redirects: Literal["never", "anywhere"] = "never"
    fallback: bool = True
