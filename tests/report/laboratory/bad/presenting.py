"""Habits of presenting tokens: encodings, places, leaks, stale tokens, tokens that were never issued."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any, Final
from urllib.parse import quote, unquote_plus

from tests.report.laboratory.client.grant import Grant
from tests.report.laboratory.client.policies import Sense, always_due, merge, sense
from tests.report.laboratory.client.wire import Answer, Kind, Outgoing
from tests.report.laboratory.habit import Habit

PLAIN_URL: Final = "LABORATORY_PLAIN_URL"
"""The variable that says where the sandbox is without TLS."""
Dress = Callable[[Outgoing, Grant], Outgoing]

_REFRESHES: Final = {"due": always_due}


def _on(kind: Kind, outgoing: Outgoing, changed: Outgoing) -> Outgoing:
    return changed if outgoing.kind == kind else outgoing


# --- encoding ---

ENCODING: Final = (
    Habit("pastes-tokens", "not_encoded", "uid2-v1", "faithful", {"encode": lambda value: value, **_REFRESHES}),
    Habit("leaves-the-plus", "not_encoded", "uid2-v1", "faithful", {"encode": partial(quote, safe="+"), **_REFRESHES}),
    Habit(
        "leaves-slash-and-equals",
        "not_encoded",
        "uid2-v1",
        "faithful",
        {"encode": partial(quote, safe="/="), **_REFRESHES},
    ),
)

# --- places ---


def _renamed(name: str, outgoing: Outgoing, _held: Grant) -> Outgoing:
    return _on("refresh", outgoing, replace(outgoing, query=((name, outgoing.token),)))


def _by_get(outgoing: Outgoing, _held: Grant) -> Outgoing:
    return _on("refresh", outgoing, replace(outgoing, method="GET" if outgoing.method == "POST" else "POST"))


def _json_body(name: str, outgoing: Outgoing, _held: Grant) -> Outgoing:
    body = json.dumps({name: outgoing.token}).encode()
    return _on("refresh", outgoing, replace(outgoing, query=(), body=body))


def _form_body(outgoing: Outgoing, _held: Grant) -> Outgoing:
    headers = {**outgoing.headers, "Content-Type": "application/x-www-form-urlencoded"}
    body = f"refreshtoken={quote(outgoing.token, safe='')}".encode()
    return _on("refresh", outgoing, replace(outgoing, query=(), body=body, headers=headers))


def _raw_body(outgoing: Outgoing, _held: Grant) -> Outgoing:
    return _on("refresh", outgoing, replace(outgoing, query=(), body=outgoing.token.encode()))


def _header(name: str, scheme: str, outgoing: Outgoing, _held: Grant) -> Outgoing:
    headers = {**outgoing.headers, name: scheme + outgoing.token}
    return _on("refresh", outgoing, replace(outgoing, query=(), headers=headers))


def _twice(outgoing: Outgoing, _held: Grant) -> Outgoing:
    return _on("refresh", outgoing, replace(outgoing, body=json.dumps({"refreshtoken": outgoing.token}).encode()))


def _access_in_query(outgoing: Outgoing, held: Grant) -> Outgoing:
    changed = replace(outgoing, headers={}, suffix=f"{outgoing.suffix}&idToken={held.access}")
    return _on("use", outgoing, changed)


def _refresh_as_bearer(outgoing: Outgoing, held: Grant) -> Outgoing:
    return _on("use", outgoing, replace(outgoing, headers={"Authorization": f"Bearer {held.refresh}"}))


def _without_scheme(outgoing: Outgoing, held: Grant) -> Outgoing:
    return _on("use", outgoing, replace(outgoing, headers={"Authorization": held.access}))


def _v2_in_query(outgoing: Outgoing, _held: Grant) -> Outgoing:
    return _on("refresh", outgoing, replace(outgoing, query=(("refresh_token", outgoing.token),), body=b""))


def _place(name: str, dress: Dress, api: str = "jquants") -> Habit:
    changes = {"dress": dress} if api == "jquants" else {"dress": dress, **_REFRESHES}
    return Habit(name, "wrong_method_or_place", api, "faithful", changes)


PLACES: Final = (
    _place("refreshes-by-get", _by_get),
    _place("refreshes-by-post-v1", _by_get, "uid2-v1"),
    _place("named-refreshToken", partial(_renamed, "refreshToken")),
    _place("named-refresh_token", partial(_renamed, "refresh_token")),
    _place("named-token", partial(_renamed, "token")),
    _place("named-refreshtoken-v1", partial(_renamed, "refreshtoken"), "uid2-v1"),
    _place("in-a-json-body", partial(_json_body, "refreshtoken")),
    _place("in-a-json-body-as-refresh_token", partial(_json_body, "refresh_token")),
    _place("in-a-form", _form_body),
    _place("as-the-whole-body", _raw_body),
    _place("in-a-header", partial(_header, "X-Refresh-Token", "")),
    _place("in-a-cookie", partial(_header, "Cookie", "refreshtoken=")),
    _place("as-bearer-of-the-refresh", partial(_header, "Authorization", "Bearer ")),
    _place("in-query-and-body", _twice),
    _place("id-token-in-the-query", _access_in_query),
    _place("refresh-token-as-bearer", _refresh_as_bearer),
    _place("bearer-without-scheme", _without_scheme),
    _place("v2-token-in-the-query", _v2_in_query, "uid2-v2"),
)

# --- leaks ---


def _leaks(name: str, value: str, outgoing: Outgoing, held: Grant) -> Outgoing:
    secret = {"access": held.access, "refresh": held.refresh, "key": os.environ["UID2_API_KEY"]}
    shown = value.format(**secret)
    return replace(outgoing, headers={**outgoing.headers, name: shown})


def _on_data(dress: Dress, outgoing: Outgoing, held: Grant) -> Outgoing:
    return dress(outgoing, held) if outgoing.kind == "use" else outgoing


def _refresh_in_data_query(outgoing: Outgoing, held: Grant) -> Outgoing:
    return _on("use", outgoing, replace(outgoing, suffix=f"{outgoing.suffix}&session={held.refresh}"))


def _in_path(outgoing: Outgoing, held: Grant) -> Outgoing:
    return _on("use", outgoing, replace(outgoing, path=f"{outgoing.path}/{held.access}"))


def _leak(name: str, dress: Dress, api: str = "jquants", **more: Any) -> Habit:
    return Habit(name, "token_leaks", api, "faithful", {"dress": dress, **more})


def _in_the_clear(outgoing: Outgoing, _held: Grant) -> Outgoing:
    """The data are read from the address without TLS."""
    return _on("use", outgoing, replace(outgoing, base=f"{os.environ[PLAIN_URL]}/v1"))


def _to_the_other_api(outgoing: Outgoing, held: Grant) -> Outgoing:
    """Every second data call looks up a person with the wrong bearer."""
    bearer = {"Authorization": f"Bearer {held.access}"}
    other = replace(outgoing, base=os.environ["UID2_URL"], path="/v1/identity/map", suffix="email=user%40example.com")
    return _on("use", outgoing, replace(other, headers=bearer) if "listed" in outgoing.path else outgoing)


_REFERER: Final = "https://shop.example/?refreshtoken={refresh}"

LEAKS: Final = (
    _leak("refresh-token-in-the-referer-of-data", partial(_on_data, partial(_leaks, "Referer", _REFERER))),
    _leak("refresh-token-in-the-referer", partial(_leaks, "Referer", _REFERER)),
    _leak("refresh-token-in-a-cookie", partial(_on_data, partial(_leaks, "Cookie", "rt={refresh}"))),
    _leak("id-token-in-a-trace-header", partial(_leaks, "X-Debug-Token", "{access}")),
    _leak("id-token-in-the-path", _in_path),
    _leak("refresh-token-in-a-data-query", _refresh_in_data_query),
    _leak("id-token-to-the-other-api", _to_the_other_api, goes_on=True),
    Habit("in-the-clear", "token_leaks", "jquants", "faithful-tls", {"dress": _in_the_clear}),
    _leak("raw-refresh-token-in-the-referer-v1", partial(_leaks, "Referer", _REFERER), "uid2-v1", **_REFRESHES),
    _leak("api-key-in-the-user-agent", partial(_leaks, "User-Agent", "shop/1.0 ({key})"), "uid2-v1", **_REFRESHES),
    _leak("tokens-in-the-user-agent-v1", partial(_leaks, "User-Agent", "shop/1.0 {refresh}"), "uid2-v1", **_REFRESHES),
    _leak(
        "advertising-token-in-the-referer",
        partial(_leaks, "Referer", "https://shop.example/?uid={access}"),
        "uid2-v2",
        **_REFRESHES,
    ),
)

# --- tokens that were never issued ---


def _bearer(value: str, outgoing: Outgoing, _held: Grant) -> Outgoing:
    return _on("use", outgoing, replace(outgoing, headers={"Authorization": f"Bearer {value}"}))


def _presents(value: str, outgoing: Outgoing, _held: Grant) -> Outgoing:
    name = "refreshtoken" if outgoing.path.startswith("/token/") else "refresh_token"
    return _on("refresh", outgoing, replace(outgoing, query=((name, value),)))


def _doubly(outgoing: Outgoing, held: Grant) -> Outgoing:
    return _presents(quote(outgoing.token, safe=""), outgoing, held)


def _decoded(outgoing: Outgoing, held: Grant) -> Outgoing:
    return _presents(unquote_plus(outgoing.token), outgoing, held)


def _get(document: Mapping[str, Any], name: str) -> str:
    return str(document.get(name))


def _error_text(document: Mapping[str, Any], name: str) -> str:
    return str(document.get(name, document))


def _cut(document: Mapping[str, Any], name: str) -> str:
    return str(document[name])[:255]


def _lower(document: Mapping[str, Any], name: str) -> str:
    return str(document[name]).lower()


def _all_is_well(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    if answer is not None and answer.status < 500:
        return "ok" if kind != "use" else sense(kind, answer, whole=whole)
    return sense(kind, answer, whole=whole)


def _never(name: str, api: str, probe: str, **changes: Any) -> Habit:
    return Habit(name, "never_issued_token", api, probe, {"renewals": 1, **changes})


NEVER_ISSUED: Final = (
    _never("bearer-undefined", "jquants", "faithful", dress=partial(_bearer, "undefined"), goes_on=True),
    _never("bearer-null", "jquants", "faithful", dress=partial(_bearer, "null")),
    _never("bearer-empty", "jquants", "faithful", dress=partial(_bearer, "")),
    _never("none-for-a-missing-field", "jquants", "jquants-token-missing", field=_get, sense=_all_is_well),
    _never("undefined-in-the-query", "uid2-v1", "faithful", dress=partial(_presents, "undefined"), **_REFRESHES),
    _never("placeholder", "jquants", "faithful", dress=partial(_presents, "YOUR_REFRESH_TOKEN")),
    _never("an-errors-text", "jquants", "jquants-password-changed", field=_error_text, sense=_all_is_well),
    _never("double-encoded", "uid2-v1", "faithful", dress=_doubly, **_REFRESHES),
    _never("decoded-once-too-often", "uid2-v1", "faithful", dress=_decoded, **_REFRESHES),
    _never("cut-at-255", "jquants", "faithful", field=_cut),
    _never("in-lower-case", "jquants", "faithful", field=_lower),
)

# --- stale refresh tokens ---


class _Backup:
    """Every second refresh presents the first token that was ever received."""

    def __init__(self) -> None:
        self._first = ""
        self._calls = count()

    def __call__(self, held: Grant, new: Grant) -> Grant:
        self._first = self._first or new.refresh
        kept = merge(held, new)
        return replace(kept, refresh=self._first) if next(self._calls) % 2 else kept


def _keeps_the_first(held: Grant, new: Grant) -> Grant:
    return replace(new, refresh=held.refresh or new.refresh, response_key=held.response_key or new.response_key)


_STALE: Final = {"merge": _keeps_the_first, **_REFRESHES}

STALE: Final = (
    Habit("never-stores-the-rotated-one", "stale_refresh_token", "uid2-v1", "visits", _STALE),
    Habit("never-stores-the-rotated-one-v2", "stale_refresh_token", "uid2-v2", "visits", _STALE),
    Habit("restores-a-backup", "stale_refresh_token", "uid2-v1", "visits", {"merge": _Backup(), **_REFRESHES}),
)

HABITS: Final = ENCODING + PLACES + LEAKS + NEVER_ISSUED + STALE
