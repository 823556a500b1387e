"""The evidence for a finding, call by call (token presented, answer, time between calls), and its cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.timing import MILLISECOND, gap_us, in_words

CAUSES: Final = (
    "never_issued_token",
    "not_encoded",
    "wrong_method_or_place",
    "follows_redirect_with_token",
    "token_leaks",
    "crash_on_odd_answer",
    "crash",
    "ignores_optout",
    "stale_refresh_token",
    "login_on_outage",
    "renewal_loop",
    "milliseconds_as_seconds",
    "ignores_lifetime",
    "late_refresh",
    "no_relogin",
    "retries_refusal",
    "ignores_retry_after",
    "herd",
    "login_storm",
    "no_backoff",
)
"""Verdicts in the order in which one explains the others: of two on the same calls, the first names the cause."""
_CAUSES_NOTHING: Final = frozenset({"token_leaks"})
"""A verdict that other verdicts may cause, and that causes none of them."""
_SHARED: Final = 0.5
"""Part of a finding's calls that the explaining one must have as well."""


def lines(entries: Sequence[Entry]) -> tuple[str, ...]:
    """``"#6 jquants.auth_refresh with refresh_token 1f… (expired): 403, 3 ms after #5"``, a line for each call."""
    shown: list[str] = []
    before: Entry | None = None
    for entry in entries:
        called = entry.operation or f"{entry.method} {entry.path}"
        wait = "" if before is None else f", {_wait(before, entry)} #{before.number}"
        shown.append(f"#{entry.number} {called}{_presented(entry)}: {_answered(entry)}{wait}")
        before = entry
    return tuple(shown)


def causes(found: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    """For each verdict that speaks against the client, by the calls that prove it, the verdict that names the cause."""
    named = {name: name for name in found}
    for index, name in enumerate(CAUSES):
        for other in found:
            later = other in CAUSES and CAUSES.index(other) > index
            if (
                name in found
                and name not in _CAUSES_NOTHING
                and later
                and named[other] == other
                and _shares(found[other], found[name])
            ):
                named[other] = named[name]
    return named


def _shares(own: Iterable[int], other: Iterable[int]) -> bool:
    own, other = set(own), set(other)
    return bool(own) and len(own & other) > _SHARED * len(own)


def _presented(entry: Entry) -> str:
    if not entry.token_state:
        return ""
    return f" with {entry.token_kind} {entry.token} ({entry.token_state})"


def _answered(entry: Entry) -> str:
    said = [str(entry.status), entry.error.partition(".")[2], *entry.odd]
    said += [entry.delivery] if entry.delivery != "prompt" else []
    said += [f"Retry-After {entry.retry_after}"] if entry.retry_after else []
    return ", ".join(filter(None, said))


def _wait(before: Entry, entry: Entry) -> str:
    span = gap_us(before, entry)
    return "at the same time as" if span < -MILLISECOND else f"{in_words(span)} after"
