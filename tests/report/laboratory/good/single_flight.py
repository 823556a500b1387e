"""J-Quants with httpx and asyncio: five tasks share one client, and one refresh that all who need it wait for."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx

from tests.report.laboratory.client.program import Course, read_course

_TASKS: Final = 5
_TRIES: Final = 4
_PATIENCE: Final = 4.0


class UnavailableError(Exception):
    """The service did not do what was asked; the message holds no token."""


class Tokens:
    """The tokens of one account. ``id_token`` is awaited by all; a renewal under way is joined, not repeated."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._refresh = ""
        self._id = ""
        self._renewal: asyncio.Task[str] | None = None
        self._over = ""

    async def id_token(self, refused: str = "") -> str:
        """A token other than the one that was refused."""
        if self._over:
            raise UnavailableError(self._over)
        if self._id and self._id != refused:
            return self._id
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew())
            self._renewal.add_done_callback(self._renewed)
        return await asyncio.shield(self._renewal)

    def _renewed(self, task: asyncio.Task[str]) -> None:
        self._renewal = None
        failed = task.exception()
        if failed is not None:
            self._over = str(failed)

    async def _renew(self) -> str:
        if self._refresh:
            answer = await self._ask_refresh()
            if answer.status_code in {400, 401, 403}:
                self._refresh = ""
        if not self._refresh:
            login = {"mailaddress": os.environ["JQUANTS_MAIL_ADDRESS"], "password": os.environ["JQUANTS_PASSWORD"]}
            self._refresh = _text(await send(self._http, "POST", "/token/auth_user", json=login), "refreshToken")
            answer = await self._ask_refresh()
        self._id = _text(answer, "idToken")
        return self._id

    async def _ask_refresh(self) -> httpx.Response:
        return await send(self._http, "POST", "/token/auth_refresh", params={"refreshtoken": self._refresh})


async def send(http: httpx.AsyncClient, method: str, path: str, **given: Any) -> httpx.Response:
    """An answer that is no passing failure. Raises UnavailableError."""
    for attempt in range(_TRIES):
        wait: float | None = None
        try:
            answer = await http.request(method, path, **given)
        except httpx.TransportError:
            pass
        else:
            if answer.status_code not in {408, 425, 429} and answer.status_code < 500:
                return answer
            wait = _asked(answer)
        if attempt + 1 == _TRIES or (wait is not None and wait > _PATIENCE):
            break
        backoff = 0.2 * 2**attempt * random.uniform(0.6, 1.0)
        await asyncio.sleep(backoff if wait is None else wait + random.uniform(0, 0.3))
    raise UnavailableError(f"{method} {path} is not available")


def _asked(answer: httpx.Response) -> float | None:
    value = answer.headers.get("retry-after", "")
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except ValueError:
        return None


def _text(answer: httpx.Response, name: str) -> str:
    try:
        value = answer.json()[name] if answer.status_code == 200 else ""
    except (ValueError, KeyError, TypeError):
        value = ""
    if not isinstance(value, str) or not value:
        raise UnavailableError(f"no {name}: status {answer.status_code}")
    return value


async def read(http: httpx.AsyncClient, tokens: Tokens, path: str) -> None:
    """One data call; a refused token is replaced once."""
    token = await tokens.id_token()
    answer = await send(http, "GET", path, headers={"Authorization": f"Bearer {token}"})
    if answer.status_code == 401:
        token = await tokens.id_token(refused=token)
        answer = await send(http, "GET", path, headers={"Authorization": f"Bearer {token}"})
    if answer.status_code != 200 or not answer.headers.get("content-type", "").startswith("application/json"):
        raise UnavailableError(f"{path}: status {answer.status_code}")


async def work(course: Course) -> None:
    """All tasks, each its rounds; the first that gives up ends the others."""
    limits = httpx.Limits(max_connections=_TASKS, max_keepalive_connections=_TASKS)
    async with httpx.AsyncClient(base_url=os.environ["JQUANTS_URL"], timeout=2.0, limits=limits) as http:
        tokens = Tokens(http)

        async def rounds(code: int) -> None:
            for _ in range(course.rounds):
                await read(http, tokens, f"/listed/info?code={code}")
                await asyncio.sleep(course.pause)

        await _all(rounds)


async def _all(rounds: Callable[[int], Coroutine[Any, Any, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(_TASKS):
            group.create_task(rounds(86970 - 10 * number))


def main() -> int:
    """0, or 1 with the reason on standard error."""
    reasons: list[BaseException] = []
    try:
        asyncio.run(work(read_course()))
    except* UnavailableError as gave_up:
        reasons += gave_up.exceptions
    if reasons:
        sys.stderr.write(f"gave up: {reasons[0]}\n")
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main())
