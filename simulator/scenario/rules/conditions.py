"""A rule's compiled ``when``: conditions that can be tested and can describe themselves in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta, timezone
from typing import Any, Final, get_args

from simulator.core.duration import format_duration
from simulator.core.model.api import Api
from simulator.scenario.language.document import Conditions, Matcher, TokenMatch, WallClock, Weekday, When
from simulator.scenario.rules.call_view import ABSENT, CallView
from simulator.scenario.rules.rule import Condition, Dimension, Key

_PREFERRED = ("raw_query", "query", "header", "json", "subject", "sandbox")
"""Which literal the index uses when a rule has several: the cheapest to read from a call first."""

_WEEKDAYS: Final = get_args(Weekday)
"""In the order of :meth:`datetime.datetime.weekday`."""

Ask = Callable[[Any], bool]


def conditions(when: When, api: Api[Any]) -> tuple[tuple[Condition, ...], Key | None]:
    """All conditions but operation and state, the cheap ones first, and the one that the index answers."""
    found = list(_conditions(when, api))
    keys = [key for _, key in found if key is not None]
    keys.sort(key=lambda key: _PREFERRED.index(key.dimension[0]))
    return tuple(condition for condition, _ in found), keys[0] if keys else None


def one_or_many(value: object) -> tuple[Any, ...]:
    """The values of a single value or a list; empty for None."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def _conditions(when: Conditions, api: Api[Any]) -> Iterator[tuple[Condition, Key | None]]:
    yield from _of_place(when)
    yield from _of_texts(when)
    yield from _of_identity(when, api)
    yield from _of_several(when, api)


def _of_place(when: Conditions) -> Iterator[tuple[Condition, Key | None]]:
    """How, where and when the call comes."""
    if when.method is not None:
        methods = tuple(name.upper() for name in one_or_many(when.method))
        yield Condition(f"method is {_either(methods)}", lambda view, _: view.call.method in methods), None
    if when.sandbox is not None:
        names = one_or_many(when.sandbox)
        label = f"sandbox is {_either(names)}"
        yield Condition(label, lambda view, _: view.call.sandbox in names), Key(("sandbox", ""), names)
    if when.clock is not None:
        yield _span(when.clock.from_, when.clock.to), None
    if when.wall_clock is not None:
        yield _wall_clock(when.wall_clock), None


def _of_texts(when: Conditions) -> Iterator[tuple[Condition, Key | None]]:
    """What the request holds."""
    if when.raw_query is not None:
        yield _text("raw query", ("raw_query", ""), when.raw_query, lambda view: [view.call.raw_query])
    for name, match in (when.query or {}).items():
        yield _text(f"query {name}", ("query", name), match, _query(name))
    for name, match in (when.headers or {}).items():
        yield _text(f"header {name}", ("header", name.lower()), match, _header(name.lower()))
    for name, match in (when.json_ or {}).items():
        yield _json(name, match)


def _of_identity(when: Conditions, api: Api[Any]) -> Iterator[tuple[Condition, Key | None]]:
    """Who calls, with which token."""
    if when.subject is not None:
        people = _subjects(one_or_many(when.subject), api)
        label = f"subject is {_either(one_or_many(when.subject))}"
        yield Condition(label, lambda view, _: view.presented.subject in people), Key(("subject", ""), people)
    if when.token is not None:
        for condition in _token(when.token):
            yield condition, None
    if when.authorised is not None:
        wanted = when.authorised
        label = "authorised" if wanted else "not authorised"
        yield Condition(label, lambda view, _: view.presented.authorised is wanted), None


def _of_several(when: Conditions, api: Api[Any]) -> Iterator[tuple[Condition, Key | None]]:
    """Conditions made of conditions."""
    for several in when.all or ():
        yield from ((condition, None) for condition, _ in _conditions(several, api))
    if when.any is not None:
        yield _any([_together(several, api) for several in when.any]), None
    if when.not_ is not None:
        inner = _together(when.not_, api)
        yield Condition(f"not ({inner.label})", lambda view, since: not inner.holds(view, since)), None


def _together(when: Conditions, api: Api[Any]) -> Condition:
    """All conditions of a mapping as one."""
    found = [condition for condition, _ in _conditions(when, api)]
    label = " and ".join(condition.label for condition in found) or "any call"
    return Condition(label, lambda view, since: all(condition.holds(view, since) for condition in found))


def _any(several: list[Condition]) -> Condition:
    label = " or ".join(f"({one.label})" for one in several)
    return Condition(label, lambda view, since: any(one.holds(view, since) for one in several))


def _wall_clock(part: WallClock) -> Condition:
    start, end = part.from_ or time(0), part.to or time(0)
    overnight = end <= start
    days = [_WEEKDAYS.index(day) for day in part.days] if part.days else list(range(7))
    written = f"{start:%H:%M} to {end:%H:%M}" + (f" on {', '.join(part.days)}" if part.days else "")

    def holds(view: CallView, _: timedelta) -> bool:
        here = view.call.at.astimezone(timezone(part.offset))
        now = here.time()
        if not overnight:
            return start <= now < end and here.weekday() in days
        if now >= start:
            return here.weekday() in days
        return now < end and (here.weekday() - 1) % 7 in days

    return Condition(f"wall clock from {written} (UTC{_offset(part.offset)})", holds)


def _offset(offset: timedelta) -> str:
    return "" if not offset else f"{datetime(2000, 1, 1, tzinfo=timezone(offset)):%z}"


def _span(start: timedelta | None, end: timedelta | None) -> Condition:
    low = start or timedelta(0)
    until = f" to {format_duration(end)}" if end is not None else ""
    label = f"clock from {format_duration(low)}{until} since the scenario began"
    return Condition(label, lambda _, since: low <= since and (end is None or since < end))


def _query(name: str) -> Callable[[CallView], list[str]]:
    return lambda view: view.query.get(name, [])


def _header(name: str) -> Callable[[CallView], list[str]]:
    def read(view: CallView) -> list[str]:
        value = view.call.headers.get(name)
        return [] if value is None else [value]

    return read


def _text(
    what: str, dimension: Dimension, match: str | Matcher, read: Callable[[CallView], list[str]]
) -> tuple[Condition, Key | None]:
    """Equality with any of the call's values, or a matcher that any one of them meets whole."""
    if isinstance(match, str):
        wanted = match
        return Condition(f'{what} is "{wanted}"', lambda view, _: wanted in read(view)), Key(dimension, (wanted,))
    met = _matcher(match)
    exists = match.exists

    def holds(view: CallView, _: timedelta) -> bool:
        values = read(view)
        return not values if exists is False else any(met(value) for value in values)

    return Condition(f"{what} {_described(match)}", holds), None


def _json(path: str, match: Any) -> tuple[Condition, Key | None]:
    if isinstance(match, Matcher):
        met, exists = _matcher(match), match.exists

        def holds(view: CallView, _: timedelta) -> bool:
            found = view.field(path)
            return found is ABSENT if exists is False else found is not ABSENT and met(found)

        return Condition(f"json {path} {_described(match)}", holds), None
    wanted = match
    key = Key(("json", path), (wanted,)) if isinstance(wanted, str) else None
    label = f"json {path} is {json.dumps(wanted, ensure_ascii=False)}"
    return Condition(label, lambda view, _: _same(view.field(path), wanted)), key


def _same(found: object, wanted: object) -> bool:
    """Equality as JSON has it: true is not 1, but 1 is 1.0."""
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(_same, found, wanted))
    return found == wanted


def _matcher(match: Matcher) -> Ask:
    """Whether a value is present and matches; the caller handles ``exists: false``."""
    contains, regex = match.contains, match.regex

    def met(value: object) -> bool:
        if contains is not None and not (isinstance(value, str | list) and contains in value):
            return False
        return regex is None or (isinstance(value, str) and regex.search(value))

    return met


def _described(match: Matcher) -> str:
    parts = []
    if match.exists is not None:
        parts.append("is there" if match.exists else "is not there")
    if match.contains is not None:
        parts.append(f'contains "{match.contains}"')
    if match.regex is not None:
        parts.append(f"matches /{match.regex.text}/")
    return " and ".join(parts)


def _subjects(written: tuple[str, ...], api: Api[Any]) -> tuple[str, ...]:
    """The canonical forms; what is not a subject of this API may be one of another API of the rule."""
    people = []
    for text in written:
        try:
            people.append(api.subject(text))
        except ValueError:
            continue
    return tuple(people)


def _token(match: TokenMatch) -> Iterator[Condition]:
    states = one_or_many(match.state)
    if states:
        yield Condition(f"token is {_either(states)}", lambda view, _: view.presented.state in states)
    if match.older_than is not None:
        low = match.older_than
        yield Condition(f"token is {format_duration(low)} old or older", lambda view, _: _aged(view, at_least=low))
    if match.younger_than is not None:
        high = match.younger_than
        yield Condition(f"token is younger than {format_duration(high)}", lambda view, _: _aged(view, below=high))
    if match.issued_before is not None:
        end = match.issued_before
        label = f"token was issued before {format_duration(end)} since the scenario began"
        yield Condition(label, lambda view, since: _issued(view, since, lambda moment: moment < end))
    if match.issued_after is not None:
        start = match.issued_after
        label = f"token was issued {format_duration(start)} or more since the scenario began"
        yield Condition(label, lambda view, since: _issued(view, since, lambda moment: moment >= start))


def _issued(view: CallView, since: timedelta, holds: Callable[[timedelta], bool]) -> bool:
    """Whether the time of issue, counted from the start of the scenario, meets the condition."""
    issued = view.presented.issued_at
    return issued is not None and holds(since - (view.call.at - issued))


def _aged(view: CallView, *, at_least: timedelta | None = None, below: timedelta | None = None) -> bool:
    issued = view.presented.issued_at
    if issued is None:
        return False
    age = view.call.at - issued
    return (at_least is None or age >= at_least) and (below is None or age < below)


def _either(values: tuple[Any, ...]) -> str:
    return " or ".join(f'"{value}"' for value in values)
