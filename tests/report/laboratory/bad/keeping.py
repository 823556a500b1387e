"""Habits of keeping tokens: too long, too short, thrown away, or although the person has opted out."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Final

from tests.report.laboratory.client.apis import Uid2V1
from tests.report.laboratory.client.grant import Grant
from tests.report.laboratory.client.policies import Policies, Sense, always_due, due, never_due, sense
from tests.report.laboratory.client.wire import Answer, Kind, Outgoing
from tests.report.laboratory.habit import Habit

_HOUR: Final = 3600.0
_JAPAN: Final = 9 * _HOUR

# --- lifetimes ---


def _after(held: Grant, now: float, *, late: float) -> bool:
    return held.dies_at is not None and now >= held.dies_at + late


_DEAF_TO_401: Final = {"renew_on": frozenset[int](), "goes_on": True}

LIFETIMES: Final = (
    Habit("lives-25-hours", "late_refresh", "jquants", "days", {"due": partial(_after, late=_HOUR), **_DEAF_TO_401}),
    Habit("in-japanese-time", "late_refresh", "jquants", "days", {"due": partial(_after, late=_JAPAN), **_DEAF_TO_401}),
    Habit("renews-before-every-call", "early_refresh", "jquants", "faithful", {"due": always_due}),
    Habit("margin-of-a-day", "early_refresh", "jquants", "faithful", {"due": partial(due, margin=24 * _HOUR)}),
    Habit("renews-at-every-visit", "early_refresh", "uid2-v2", "visits", {"due": always_due}),
    Habit(
        "goes-by-24-hours",
        "ignores_lifetime",
        "jquants",
        "three-short-lives",
        {"due": never_due, **_DEAF_TO_401},
        beside=("no_relogin",),
    ),
    Habit(
        "a-minute-behind",
        "ignores_lifetime",
        "jquants",
        "three-short-lives",
        {"due": partial(_after, late=60.0), **_DEAF_TO_401},
        beside=("no_relogin",),
    ),
    Habit(
        "ignores-the-end-of-the-refresh-token",
        "ignores_lifetime",
        "uid2-v1",
        "uid2-lives-of-seconds",
        {
            "fallback": False,
            "due": lambda held, now: held.refresh_dies_at is not None and now > held.refresh_dies_at + 1,
        },
    ),
)

# --- a good refresh token thrown away ---


def _throws_away(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    found = sense(kind, answer, whole=whole)
    return "refused" if kind == "refresh" and found in {"again", "odd"} else found


def _throws_away_when_lost(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    return "refused" if kind == "refresh" and answer is None else sense(kind, answer, whole=whole)


def _throws_away_when_throttled(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    if kind == "refresh" and answer is not None and answer.status == 429:
        return "refused"
    return sense(kind, answer, whole=whole)


OUTAGE: Final = (
    Habit("logs-in-on-503", "login_on_outage", "jquants", "second-refresh-503", {"sense": _throws_away}),
    Habit(
        "logs-in-when-reset", "login_on_outage", "jquants", "second-refresh-reset", {"sense": _throws_away_when_lost}
    ),
    Habit(
        "logs-in-when-timed-out",
        "login_on_outage",
        "jquants",
        "hang-on-second-refresh",
        {"sense": _throws_away_when_lost},
    ),
    Habit(
        "logs-in-when-throttled",
        "login_on_outage",
        "jquants",
        "second-refresh-429",
        {"sense": _throws_away_when_throttled},
    ),
    Habit(
        "generates-on-503",
        "login_on_outage",
        "uid2-v2",
        "uid2-outage",
        {"sense": _throws_away, "due": always_due},
    ),
    Habit(
        "generates-on-html",
        "login_on_outage",
        "uid2-v1",
        "uid2-second-refresh-html",
        {"sense": _throws_away, "due": always_due},
    ),
)

# --- opt-out ---


class _ByPhone(Uid2V1):
    """Asks for the same person by phone at every second login."""

    def __init__(self, policies: Policies) -> None:
        super().__init__(policies)
        self._logins = count()

    def login(self) -> Outgoing:
        made = super().login()
        return replace(made, query=(("phone", "+12025550123"),)) if next(self._logins) % 2 else made


class _Mapping(Uid2V1):
    """Looks the person up at every visit, whatever a refresh has said."""

    def use(self, held: Grant, number: int) -> Outgoing | None:
        headers = {"Authorization": f"Bearer {os.environ['UID2_API_KEY']}"}
        return Outgoing("use", "GET", "/v1/identity/map", (("email", self._person),), headers)


class _Batching(Uid2V1):
    """Asks the map first, which leaves people out who have opted out, and generates all the same."""

    def use(self, held: Grant, number: int) -> Outgoing | None:
        body = json.dumps({"email": [self._person]}).encode()
        headers = {"Authorization": f"Bearer {os.environ['UID2_API_KEY']}", "Content-Type": "application/json"}
        return Outgoing("use", "POST", "/v1/identity/map", headers=headers, body=body)


class _Showing(Uid2V1):
    """Shows the advertising token of a person at every visit."""

    def use(self, held: Grant, number: int) -> Outgoing | None:
        query = (("token", held.access), ("email", self._person))
        return Outgoing("use", "GET", "/v1/token/validate", query, token=held.access)


class _PhoneAlone(Uid2V1):
    """Knows the person by phone."""

    def login(self) -> Outgoing:
        return replace(super().login(), query=(("phone", "+12025550123"),))


_OPT_OUT: Final = "uid2-opt-out-between-refreshes"

OPTOUT: Final = (
    Habit(
        "refreshes-after-optout", "ignores_optout", "uid2-v1", _OPT_OUT, {"after_optout": "go on", "due": always_due}
    ),
    Habit(
        "refreshes-after-optout-v2", "ignores_optout", "uid2-v2", _OPT_OUT, {"after_optout": "go on", "due": always_due}
    ),
    Habit("generates-after-optout", "ignores_optout", "uid2-v1", _OPT_OUT, {"after_optout": "anew", "due": always_due}),
    Habit("generate-said-so", "ignores_optout", "uid2-v2", "opted-out-visits", {"after_optout": "anew"}),
    Habit(
        "same-person-by-phone",
        "ignores_optout",
        "uid2-v1",
        "uid2-opted-out-from-the-start",
        {"after_optout": "anew", "due": always_due},
        calls=_ByPhone,
    ),
    Habit(
        "generates-after-optout-by-phone",
        "ignores_optout",
        "uid2-v1",
        "uid2-opted-out-from-the-start",
        {"after_optout": "anew", "due": always_due},
        calls=_PhoneAlone,
    ),
    Habit(
        "generates-although-the-map-said-so",
        "ignores_optout",
        "uid2-v1",
        "uid2-opted-out-from-the-start",
        {"remembers": False},
        calls=_Batching,
        beside=("login_storm",),
    ),
    Habit(
        "shows-tokens-after-optout",
        "ignores_optout",
        "uid2-v1",
        _OPT_OUT,
        {"after_optout": "go on", "due": always_due},
        calls=_Showing,
    ),
    Habit(
        "maps-after-optout",
        "ignores_optout",
        "uid2-v1",
        _OPT_OUT,
        {"after_optout": "go on", "due": always_due},
        calls=_Mapping,
    ),
)

HABITS: Final = LIFETIMES + OUTAGE + OPTOUT
