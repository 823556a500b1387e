"""A v2 client made by hand from the published layouts, with no line of the simulator's own cryptography."""

from __future__ import annotations

import json
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.service import Answer, Service

KEY = "simulator-uid2-api-key"
SECRET = b"simulator-uid2-client-secret-32b"
NONCE = b"8 bytes!"
BINARY = {"Content-Type": "application/octet-stream"}


def real_now() -> int:
    """Milliseconds since 1970 by the process's clock: where clients live."""
    return time.time_ns() // 1_000_000


def envelope(
    payload: object = None, *, secret: bytes = SECRET, sent: int | None = None, version: int = 1, nonce: bytes = NONCE
) -> bytes:
    """A request's, in bytes. payload: JSON to be, text as it is, or None for none."""
    inner = b"" if payload is None else payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    moment = (real_now() if sent is None else sent).to_bytes(8, "big", signed=True)
    iv = os.urandom(12)
    return bytes([version]) + iv + AESGCM(secret).encrypt(iv, moment + nonce + inner, None)


def decrypted(raw: bytes, secret: bytes) -> bytes:
    return AESGCM(secret).decrypt(raw[:12], raw[12:], None)


@dataclass(frozen=True)
class Integrator:
    """Asks one service. ``caller``: the headers that say who."""

    service: Service
    key: str = KEY
    secret: bytes = SECRET

    @property
    def caller(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def post(self, path: str, payload: object = None) -> Answer:
        """The answer to an envelope, as it came."""
        body = b64encode(envelope(payload, secret=self.secret))
        return self.service.post(path, headers=self.caller, body=body)

    def raw(self, path: str, body: bytes, extra: Mapping[str, str] | None = None) -> Answer:
        """The answer to a body of the test's own making."""
        return self.service.post(path, headers={**self.caller, **(extra or {})}, body=body)

    def opened(self, answer: Answer) -> Any:
        """The JSON inside an answer."""
        assert answer.status == 200, answer.body
        plain = decrypted(b64decode(answer.body, validate=True), self.secret)
        assert plain[8:16] == NONCE
        return json.loads(plain[16:])

    def ask(self, path: str, payload: object = None) -> Any:
        return self.opened(self.post(path, payload))

    def login(self, **named: object) -> Any:
        """A fresh identity, with its response key."""
        answer = self.ask("/v2/token/generate", named or {"email": "user@example.com"})
        assert answer["status"] == "success", answer
        return answer["body"]

    def refresh(self, token: str, *, known: bool = True) -> Answer:
        return self.service.post(
            "/v2/token/refresh", headers=self.caller if known else {}, body=token.encode("latin-1")
        )

    def refreshed(self, identity: Any, *, known: bool = True) -> Any:
        """The JSON that answers the refresh of an identity."""
        answer = self.refresh(identity["refresh_token"], known=known)
        assert (answer.status, answer.header("content-type")) == (200, "text/plain"), answer.body
        return json.loads(decrypted(b64decode(answer.body, validate=True), b64decode(identity["refresh_response_key"])))
