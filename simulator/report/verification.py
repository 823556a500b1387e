"""Counting calls: which of a journal's entries match, whether that is as many as wanted, and what came instead.

``POST verify``, ``Simulator.verify`` and the ``expect`` of scenarios all count here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final

from simulator.core.errors import UsageError
from simulator.core.moment import format_moment
from simulator.journal.entry import Entry

_SHOWN = 5
"""Calls that came instead, as many as a message shows."""
_REMEMBERED: Final = 1024
"""Comparisons of an operation with the wanted names: a full journal has 10,000 calls of some 40 operations."""
_MOST_OPERATIONS: Final = 100
"""Names and patterns in one filter; the APIs have fewer operations."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter for calls; every given part must match.

    operations: names, or patterns such as "jquants.*"; any of them. rule: the id of a rule that fired.
    status, method, path, error, token (its fingerprint): equality. since: by the sandbox's clock, included.
    """

    operations: tuple[str, ...] = ()
    rule: str | None = None
    status: int | None = None
    method: str | None = None
    path: str | None = None
    error: str | None = None
    token: str | None = None
    since: datetime | None = None

    def misses(self, entry: Entry) -> tuple[str, ...]:
        """Why a call does not match, one reason a part; empty when it does."""
        found: list[str] = []
        if self.operations and not self._means(entry.operation):
            found.append(f"operation is {entry.operation or 'none'}")
        if self.rule is not None and self.rule not in entry.rules:
            found.append(f"rule is {' and '.join(entry.rules) or 'none'}")
        for name in ("status", "method", "path", "error", "token"):
            wanted, given = getattr(self, name), getattr(entry, name)
            if wanted is not None and wanted != given:
                found.append(f"{name} is {given or 'none'}")
        if self.since is not None and entry.at < self.since:
            found.append(f"it came at {format_moment(entry.at)}")
        return tuple(found)

    def _means(self, operation: str) -> bool:
        """Whether an operation matches. An unknown path or method does not match "*" either, as in the journal."""
        return operation != "" and _fits(operation, self.operations)

    def __str__(self) -> str:
        said = [" or ".join(self.operations) if self.operations else "any operation"]
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value is not None:
                shown = format_moment(value) if isinstance(value, datetime) else value
                said.append(f"{field.name} {shown}")
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class CallCount:
    """The wanted number of matching calls: both bounds inclusive, None means unbounded."""

    filter: Filter
    at_least: int | None = None
    at_most: int | None = None

    def __str__(self) -> str:
        return f"{self.filter}: {self._bounds()}"

    def _bounds(self) -> str:
        if self.at_least is not None and self.at_least == self.at_most:
            return f"exactly {_times(self.at_least)}"
        bounds = [f"at least {_times(self.at_least)}"] if self.at_least is not None else []
        bounds += [f"at most {_times(self.at_most)}"] if self.at_most is not None else []
        return " and ".join(bounds) or "any number of times"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A call that was not counted, and why not."""

    entry: Entry
    misses: tuple[str, ...]

    def __str__(self) -> str:
        shown = self.entry.operation or f"{self.entry.method} {self.entry.path}"
        return f"#{self.entry.number} {shown} {self.entry.status} ({'; '.join(self.misses)})"


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether as many calls came as wanted.

    matching: their numbers. instead: when too few came, the other calls, nearest first. message: all of it in words.
    unknown: the journal has dropped calls that may have matched, so the count is not known and not met.
    """

    met: bool
    count: int
    matching: tuple[int, ...]
    instead: tuple[NearMiss, ...]
    message: str
    unknown: bool = False

    def as_json(self) -> dict[str, Any]:
        """As ``POST verify`` answers."""
        return {
            "met": self.met,
            "count": self.count,
            "matching": list(self.matching),
            "message": self.message,
            "instead": [{"entry": one.entry.as_json(), "misses": list(one.misses)} for one in self.instead],
        }


def count(entries: Iterable[Entry], chosen: Filter) -> int:
    """How many calls match."""
    return sum(not chosen.misses(entry) for entry in entries)


def verify(entries: Sequence[Entry], wanted: CallCount, *, bound: int | None = None, lost: int = 0) -> Verification:
    """Count the matching calls and hold them against what is wanted.

    bound: how many entries the journal keeps. Calls that a full journal has dropped may have matched too, unless
    the filter selects only later calls. Then an upper bound, or a lower bound not reached yet, is unknown.
    lost: entries that the shared state did not take; they may have matched, too.
    """
    missed = [(entry, wanted.filter.misses(entry)) for entry in entries]
    matching = tuple(entry.number for entry, misses in missed if not misses)
    number = len(matching)
    too_many = wanted.at_most is not None and number > wanted.at_most
    too_few = wanted.at_least is not None and number < wanted.at_least
    open_ended = wanted.at_most is not None or too_few
    forgets = _forgets(entries, wanted.filter, bound)
    unknown = open_ended and not too_many and (forgets or lost > 0)
    if not (unknown or too_many or too_few):
        return Verification(
            met=True, count=number, matching=matching, instead=(), message=f"{wanted}; it came {_times(number)}."
        )
    others = sorted(
        (NearMiss(entry, misses) for entry, misses in missed if misses and not too_many),
        key=lambda one: (len(one.misses), -_likeness(one.entry.operation, wanted.filter.operations), one.entry.number),
    )[:_SHOWN]
    if unknown:
        lines = [f"{wanted}; it came {_times(number)} among the {len(entries)} calls that the journal still has."]
        if forgets:
            lines += [
                "Older ones are forgotten, so nobody can tell: verify earlier, or keep more calls (--journal-size)."
            ]
        if lost:
            lines += [f"The shared state did not take {lost} of its entries, so the number cannot be told."]
    else:
        lines = [f"{wanted}; but it came {_times(number)}."]
    if number:
        lines.append(f"It was {', '.join(f'#{one}' for one in matching[:_SHOWN])}{', …' * (number > _SHOWN)}.")
    if others:
        lines += ["What came instead, nearest first:", *(f"  {one}" for one in others)]
    return Verification(
        met=False, count=number, matching=matching, instead=tuple(others), message="\n".join(lines), unknown=unknown
    )


def _forgets(entries: Sequence[Entry], chosen: Filter, bound: int | None) -> bool:
    """Whether a journal with this bound has dropped calls that might match."""
    if bound is None or len(entries) < bound or entries[0].number <= 1:
        return False
    return chosen.since is None or chosen.since <= entries[0].at


def read_wanted(given: Mapping[str, Any]) -> CallCount:
    """What ``POST verify`` asks for: the given members of its body, of the types that the control plane checks.

    count, or at_least and at_most: numbers from 0. operation: a name, a pattern or a list of these.
    Raises UsageError for bounds that are missing or contradict each other, and for over 100 operations.
    """
    filters = dict(given)
    exact, at_least, at_most = (filters.pop(key, None) for key in ("count", "at_least", "at_most"))
    named = filters.pop("operation", ())
    names = (named,) if isinstance(named, str) else tuple(named)
    if len(names) > _MOST_OPERATIONS:
        raise UsageError(f"verify: {len(names)} operations; at most {_MOST_OPERATIONS} can be given.")
    return CallCount(Filter(operations=names, **filters), *_bounds(exact, at_least, at_most))


def _bounds(exact: int | None, at_least: int | None, at_most: int | None) -> tuple[int | None, int | None]:
    if exact is not None:
        if at_least is not None or at_most is not None:
            raise UsageError('verify: "count" excludes "at_least" and "at_most".', remedy="Give one or the others.")
        return exact, exact
    if at_least is None and at_most is None:
        raise UsageError("verify: nothing says how often.", remedy='Give "count", "at_least" or "at_most".')
    if at_least is not None and at_most is not None and at_least > at_most:
        raise UsageError(
            f"verify: at_least is {at_least} and at_most is {at_most}, so no number of calls fits.",
            remedy="Give at_least no more than at_most.",
        )
    return at_least, at_most


@lru_cache(_REMEMBERED)
def _fits(operation: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(operation, pattern) for pattern in patterns)


@lru_cache(_REMEMBERED)
def _likeness(operation: str, names: tuple[str, ...]) -> float:
    """How similar an operation is to the most similar of the wanted ones, 0 to 1."""
    return max((SequenceMatcher(None, operation, name).ratio() for name in names), default=1.0)


def _times(number: int) -> str:
    return "once" if number == 1 else "never" if number == 0 else f"{number} times"
