"""UID2 v2 with the released SDK, as its documentation shows: generate, and refresh when the identity is due."""

from __future__ import annotations

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


def persist(call: Callable[[], Any]) -> Any:
    """The answer of the SDK; failures that may pass are tried again, later each time. Raises UnavailableError."""
    for attempt in range(1, _TRIES + 1):
        asked: float | None = None
        try:
            return call()
        except HTTPError as refused:
            if refused.code < 500 and refused.code not in _PASSING:
                raise UnavailableError(f"refused with status {refused.code}") from None
            asked = _asked(refused.headers)
        except (OSError, HTTPException):
            pass  # lost on the way; it may have happened
        except (ValueError, KeyError, TypeError) as odd:
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
    """One person's identity, kept by a publisher's server."""

    def __init__(self) -> None:
        where = os.environ["UID2_BASE_URL"], os.environ["UID2_API_KEY"], os.environ["UID2_SECRET_KEY"]
        self._client = Uid2PublisherClient(*where)
        self._identity: Any = None

    def visit(self) -> bool:
        """Whether the person may still be identified: a due identity is refreshed, a dead one generated anew."""
        if self._identity is None or not self._identity.is_refreshable():
            answer = persist(lambda: self._client.generate_token(TokenGenerateInput.from_email(PERSON)))
        elif self._identity.is_due_for_refresh():
            answer = persist(lambda: self._client.refresh_token(self._identity))
        else:
            return True
        if answer.is_optout():
            return False
        self._identity = answer.get_identity()
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
