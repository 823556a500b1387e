"""A browser's side of client-side generate, made by hand: a key pair for each call, ECDH, AES-GCM."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from simulator.apis.uid2.subscription import Subscription
from tests.apis.uid2.v2.integrator import decrypted
from tests.service import Answer, Service

PATH = "/v2/token/client-generate"
MAIL_HASH = "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="
"""user@example.com (docs/sources/uid2.md §2.5)."""
PREFIX = "UID2-X-L-"


def spki(key: ec.EllipticCurvePrivateKey) -> str:
    return b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@dataclass
class Visitor:
    """One page view. public_key: what the page was configured with."""

    service: Service
    public_key: str = field(default_factory=lambda: Subscription().public_key)
    origin: str | None = "https://www.example.com"

    def __post_init__(self) -> None:
        assert self.public_key.startswith(PREFIX)
        theirs = load_der_public_key(b64decode(self.public_key.removeprefix(PREFIX)))
        assert isinstance(theirs, ec.EllipticCurvePublicKey)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.shared = self.key.exchange(ec.ECDH(), theirs)

    def body(self, inner: object, *, app: str | None = None, timestamp: int = 1_704_326_400_000) -> dict[str, Any]:
        """What a page sends. inner: JSON to be, or bytes as they are."""
        iv = os.urandom(12)
        plain = inner if isinstance(inner, bytes) else json.dumps(inner).encode()
        bound = json.dumps([timestamp] if app is None else [timestamp, app], separators=(",", ":")).encode()
        return {
            "payload": b64encode(AESGCM(self.shared).encrypt(iv, plain, bound)).decode(),
            "iv": b64encode(iv).decode(),
            "public_key": spki(self.key),
            "timestamp": timestamp,
            "subscription_id": "simulator-cstg",
        } | ({} if app is None else {"app_name": app})

    def post(self, body: object) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | ({} if self.origin is None else {"Origin": self.origin})
        return self.service.post(PATH, headers=headers, body=raw)

    def opened(self, answer: Answer) -> Any:
        assert (answer.status, answer.header("content-type")) == (200, None), answer.body
        return json.loads(decrypted(b64decode(answer.body, validate=True), self.shared))

    def ask(self, inner: object, *, app: str | None = None) -> Any:
        return self.opened(self.post(self.body(inner, app=app)))
