"""The three wires: J-Quants v1, UID2 v1 and UID2 v2, each as calls to send and answers to read."""

from __future__ import annotations

import base64
import json
import os
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from tests.report.laboratory.client.grant import Grant, expiry_of
from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.wire import Answer, Kind, Outgoing

PERSON: Final = "user@example.com"
_DATA: Final = (
    "/listed/info?code=86970",
    "/markets/trading_calendar?from=20240101&to=20240105",
    "/fins/announcement",
    "/prices/daily_quotes?code=86970&date=20240104",
)


class Api(Protocol):
    """One wire. ``read`` raises KeyError, TypeError or ValueError for an answer that is not whole."""

    base: str

    def login(self) -> Outgoing: ...

    def refresh(self, held: Grant) -> Outgoing: ...

    def use(self, held: Grant, number: int) -> Outgoing | None:
        """What the access token is for; None where nothing is called with it."""

    def read(self, kind: Kind, answer: Answer, held: Grant) -> Grant: ...


class JQuants:
    """Mail and password → refresh token → ID token → data."""

    def __init__(self, policies: Policies) -> None:
        self.base = os.environ["JQUANTS_URL"]
        self._field = policies.field

    def login(self) -> Outgoing:
        named = {"mailaddress": os.environ["JQUANTS_MAIL_ADDRESS"], "password": os.environ["JQUANTS_PASSWORD"]}
        headers = {"Content-Type": "application/json"}
        return Outgoing("login", "POST", "/token/auth_user", headers=headers, body=json.dumps(named).encode())

    def refresh(self, held: Grant) -> Outgoing:
        query = (("refreshtoken", held.refresh),)
        return Outgoing("refresh", "POST", "/token/auth_refresh", query=query, token=held.refresh)

    def use(self, held: Grant, number: int) -> Outgoing | None:
        path, _, suffix = _DATA[number % len(_DATA)].partition("?")
        headers = {"Authorization": f"Bearer {held.access}"}
        return Outgoing("use", "GET", path, headers=headers, suffix=suffix, token=held.access)

    def read(self, kind: Kind, answer: Answer, held: Grant) -> Grant:
        document = answer.document()
        if kind == "login":
            return Grant(refresh=self._field(document, "refreshToken"))
        if kind == "use":
            return held
        access = self._field(document, "idToken")
        return Grant(access=access, dies_at=expiry_of(access))


class Uid2V1:
    """A person → advertising token and refresh token; each refresh brings both anew."""

    def __init__(self, policies: Policies, person: str = PERSON) -> None:
        self.base = os.environ["UID2_URL"]
        self._policies = policies
        self._person = person
        self._key = {"Authorization": f"Bearer {os.environ['UID2_API_KEY']}"}

    def login(self) -> Outgoing:
        return Outgoing("login", "GET", "/v1/token/generate", (("email", self._person),), self._key)

    def refresh(self, held: Grant) -> Outgoing:
        query = (("refresh_token", held.refresh),)
        return Outgoing("refresh", "GET", "/v1/token/refresh", query, self._key, token=held.refresh)

    def use(self, held: Grant, number: int) -> Outgoing | None:
        return None

    def read(self, kind: Kind, answer: Answer, held: Grant) -> Grant:
        if kind == "use":
            answer.document()
            return held
        return identity_in(answer.document(), self._policies.field, self._policies.seconds)


class Uid2V2:
    """The same in encrypted envelopes (docs/sources/uid2.md §6)."""

    def __init__(self, policies: Policies, person: str = PERSON) -> None:
        self.base = os.environ["UID2_URL"]
        self._policies = policies
        self._person = person
        self._secret = base64.b64decode(os.environ["UID2_SECRET_KEY"])
        self._key = {"Authorization": f"Bearer {os.environ['UID2_API_KEY']}", "Content-Type": "text/plain"}

    def login(self) -> Outgoing:
        plain = json.dumps({"email": self._person, "optout_check": 1}).encode()
        sent = struct.pack(">q", time.time_ns() // 1_000_000) + os.urandom(8) + plain
        body = base64.b64encode(b"\x01" + _seal(self._secret, sent))
        return Outgoing("login", "POST", "/v2/token/generate", headers=self._key, body=body)

    def refresh(self, held: Grant) -> Outgoing:
        body = held.refresh.encode()
        return Outgoing("refresh", "POST", "/v2/token/refresh", headers=self._key, body=body, token=held.refresh)

    def use(self, held: Grant, number: int) -> Outgoing | None:
        return None

    def read(self, kind: Kind, answer: Answer, held: Grant) -> Grant:
        if answer.is_json:
            return identity_in(answer.document(), self._policies.field, self._policies.seconds)
        if kind == "login":
            plain = _open(self._secret, base64.b64decode(answer.body))[16:]
        else:
            plain = _open(base64.b64decode(held.response_key), base64.b64decode(answer.body))
        return identity_in(json.loads(plain), self._policies.field, self._policies.seconds)


APIS: Final[Mapping[str, Callable[[Policies], Api]]] = {"jquants": JQuants, "uid2-v1": Uid2V1, "uid2-v2": Uid2V2}


def identity_in(
    document: Mapping[str, Any], field: Callable[[Mapping[str, Any], str], str], seconds: Callable[[float], float]
) -> Grant:
    """The tokens and moments of a UID2 answer, or that the person has opted out."""
    if document.get("status") == "optout":
        return Grant(opted_out=True)
    body = document["body"]
    moments = {
        name: seconds(body[name]) if name in body else None
        for name in ("identity_expires", "refresh_from", "refresh_expires")
    }
    return Grant(
        access=field(body, "advertising_token"),
        refresh=field(body, "refresh_token"),
        dies_at=moments["identity_expires"],
        renew_at=moments["refresh_from"],
        refresh_dies_at=moments["refresh_expires"],
        response_key=body.get("refresh_response_key", ""),
    )


def _seal(key: bytes, plain: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    iv = os.urandom(12)
    return iv + AESGCM(key).encrypt(iv, plain, None)


def _open(key: bytes, sealed: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], None)
    except InvalidTag:
        raise ValueError("the envelope cannot be opened") from None
