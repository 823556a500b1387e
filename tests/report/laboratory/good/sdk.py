"""UID2 v2 with the released SDK: generates once, and refreshes when the identity says that it is due."""

from __future__ import annotations

import math
import os
import random
import socket
import sys
import time
from collections.abc import Callable
from email.message import Message
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError

from uid2_client import TokenGenerateInput, Uid2PublisherClient

from tests.report.laboratory.client.apis import PERSON
from tests.report.laboratory.client.program import read_course

_TRIES: Final = 4
_PATIENCE: Final = 4.0
_TIME_OUT: Final = 2.0
_PASSING: Final = frozenset({408, 425, 429})


class UnavailableError(Exception):
    """The operator did not do what was asked; the message holds no token."""


class RefusedError(UnavailableError):
    """The operator said no to this call."""


def persist(call: Callable[[], Any]) -> Any:
    """The answer of the SDK; failures that may pass are tried again, later each time. Raises UnavailableError."""
    for attempt in range(1, _TRIES + 1):
        asked: float | None = None
        try:
            return call()
        except HTTPError as refused:
            if refused.code < 500 and refused.code not in _PASSING:
                kind = RefusedError if refused.headers.get_content_type() == "application/json" else UnavailableError
                raise kind(f"refused with status {refused.code}") from None
            asked = _asked(refused.headers)
        except (OSError, HTTPException):
            pass  # lost on the way; it may have happened
        except Exception as odd:  # noqa: BLE001 - the SDK raises nothing narrower for an answer of another kind
            raise UnavailableError(f"an answer of another kind: {type(odd).__name__}") from None
        if asked is not None and asked > _PATIENCE:
            break
        if attempt < _TRIES:
            time.sleep(0.1 * 2**attempt * random.uniform(0.5, 1.0) if asked is None else asked + random.uniform(0, 0.2))
    raise UnavailableError("not available")


def _asked(headers: Message) -> float | None:
    value = str(headers.get("Retry-After", ""))
    return float(value) if value.isdigit() else None


class Publisher:
    """One person's identity, kept by a publisher's server.

    Its moments are in milliseconds; the SDK's own ``is_due_for_refresh`` takes them for seconds. Moments that had
    passed when they arrived say nothing, and such an identity is kept until it is refused.
    """

    def __init__(self) -> None:
        where = os.environ["UID2_BASE_URL"], os.environ["UID2_API_KEY"], os.environ["UID2_SECRET_KEY"]
        self._client = Uid2PublisherClient(*where)
        self._identity: Any = None
        self._due = self._dead = math.inf

    def visit(self) -> bool:
        """Whether the person may still be identified: a due identity is refreshed, a dead one generated anew."""
        now = time.time() * 1000
        if self._identity is None or now >= self._dead:
            return self._generate()
        if now < self._due:
            return True
        try:
            return self._keep(persist(lambda: self._client.refresh_token(self._identity)))
        except RefusedError:
            return self._generate()

    def _generate(self) -> bool:
        return self._keep(persist(lambda: self._client.generate_token(TokenGenerateInput.from_email(PERSON))))

    def _keep(self, answer: Any) -> bool:
        if answer.is_optout():
            return False
        self._identity = answer.get_identity()
        told = self._identity.get_refresh_from(), self._identity.get_refresh_expires()
        self._due, self._dead = told if min(told) > time.time() * 1000 else (math.inf, math.inf)
        return True


def main() -> int:
    """0, or 1 with the reason on standard error."""
    socket.setdefaulttimeout(_TIME_OUT)  # the SDK sets none
    course, publisher = read_course(), Publisher()
    try:
        for _ in range(course.rounds):
            if not publisher.visit():
                sys.stderr.write("opted out: nothing more is asked for this person\n")
                return 0
            time.sleep(course.pause)
    except UnavailableError as why:
        sys.stderr.write(f"gave up: {why}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
