"""J-Quants with requests: one session, a retry loop around each call, and an auth object that holds the tokens."""

from __future__ import annotations

import os
import random
import sys
import time
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from tests.report.laboratory.client.program import read_course

_PASSING = {408, 425, 429, 500, 502, 503, 504}
_PATIENCE = 4.0


class ServiceError(Exception):
    """The service did not answer as it should; the message holds no token."""


class JQuants:
    """The tokens of one account, and the session that all calls share."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._base = os.environ["JQUANTS_API_BASE_URL"]
        self._refresh_token = ""
        self._id_token = ""

    def read(self, path: str) -> dict[str, Any]:
        """A data endpoint's answer; an ID token that was refused is replaced once."""
        if not self._id_token:
            self._renew()
        answer = self._data(path)
        if answer.status_code == 401:
            self._renew()
            answer = self._data(path)
        return _document(answer)

    def _data(self, path: str) -> requests.Response:
        return self._send("GET", path, headers={"Authorization": f"Bearer {self._id_token}"})

    def _renew(self) -> None:
        if self._refresh_token:
            answer = self._refresh()
            if answer.status_code not in {400, 401, 403}:
                self._id_token = _text(answer, "idToken")
                return
        self._log_in()
        self._id_token = _text(self._refresh(), "idToken")

    def _refresh(self) -> requests.Response:
        return self._send("POST", "/token/auth_refresh", params={"refreshtoken": self._refresh_token})

    def _log_in(self) -> None:
        account = {
            "mailaddress": os.environ["JQUANTS_API_MAIL_ADDRESS"],
            "password": os.environ["JQUANTS_API_PASSWORD"],
        }
        self._refresh_token = _text(self._send("POST", "/token/auth_user", json=account), "refreshToken")

    def _send(self, method: str, path: str, **given: Any) -> requests.Response:
        url = self._base + path
        for attempt in range(4):
            try:
                answer = self._session.request(method, url, timeout=(1, 2), allow_redirects=False, **given)
            except requests.RequestException:
                wait = None
            else:
                if answer.status_code not in _PASSING:
                    return answer
                wait = _asked(answer)
            if attempt == 3 or (wait is not None and wait > _PATIENCE):
                break
            doubled = 0.15 * 2**attempt
            time.sleep(random.uniform(doubled, 2 * doubled) if wait is None else wait + random.uniform(0, 0.1))
        raise ServiceError(f"{method} {path}: not available")


def _asked(answer: requests.Response) -> float | None:
    """Seconds; a date is read against the service's own Date, so that a wrong clock here does no harm."""
    value = answer.headers.get("Retry-After", "")
    if value.isdigit():
        return float(value)
    try:
        span = parsedate_to_datetime(value) - parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    return max(0.0, span.total_seconds())


def _document(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code != 200:
        raise ServiceError(f"status {answer.status_code}")
    try:
        found = answer.json()
    except requests.JSONDecodeError:
        raise ServiceError("no JSON in the answer") from None
    if not isinstance(found, dict):
        raise ServiceError("no object in the answer")
    return found


def _text(answer: requests.Response, name: str) -> str:
    value = _document(answer).get(name)
    if not isinstance(value, str) or not value:
        raise ServiceError(f"no {name} in the answer")
    return value


def main() -> int:
    """0, or 1 with the reason on standard error."""
    course, client = read_course(), JQuants()
    try:
        for _ in range(course.rounds):
            client.read("/listed/info?code=86970")
            time.sleep(course.pause)
    except ServiceError as why:
        sys.stderr.write(f"gave up: {why}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
