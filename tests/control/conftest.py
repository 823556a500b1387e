"""The control plane of a running simulator, as a client in any language would use it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.service import Answer, HeaderList, Serve, Service


@dataclass(frozen=True)
class Control:
    """Sends JSON (or text, as it is) to the control plane of one sandbox."""

    service: Service
    prefix: str = ""

    def send(self, method: str, path: str, body: object = None, *, headers: HeaderList = ()) -> Answer:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.service.send(method, f"{self.prefix}/_simulator/{path}", headers=headers, body=raw)

    def ok(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of an answer that must be a success; None when it has no body."""
        answer = self.send(method, path, body)
        assert answer.status in {200, 204}, answer.body
        return answer.json if answer.body else None

    def refused(self, status: int, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The problem document of an answer that must be a refusal with this status."""
        answer = self.send(method, path, body)
        assert answer.header("Content-Type") == "application/problem+json"
        assert answer.json["status"] == answer.status == status, answer.body
        document: dict[str, Any] = answer.json
        return document

    def inside(self, sandbox: str) -> Control:
        return Control(self.service, f"/sandbox/{sandbox}")


@pytest.fixture
def control(serve: Serve) -> Control:
    return Control(serve())
