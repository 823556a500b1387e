"""J-Quants with urllib as it comes: a redirect is followed to any host with all headers, Authorization among them."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from tests.report.laboratory.client.program import read_course


def ask(method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Any:
    """The JSON of an answer."""
    with urlopen(Request(os.environ["JQUANTS_URL"] + path, body, headers, method=method), timeout=2) as answer:
        return json.load(answer)


def main() -> int:
    """0, or 1 with the status that ended it."""
    course = read_course()
    login = {"mailaddress": os.environ["JQUANTS_MAIL_ADDRESS"], "password": os.environ["JQUANTS_PASSWORD"]}
    try:
        refresh_token = ask("POST", "/token/auth_user", {}, json.dumps(login).encode())["refreshToken"]
        query = f"refreshtoken={quote(refresh_token, safe='')}"
        id_token = ask("POST", f"/token/auth_refresh?{query}", {})["idToken"]
        for _ in range(course.rounds):
            ask("GET", "/listed/info?code=86970", {"Authorization": f"Bearer {id_token}"})
            time.sleep(course.pause)
    except HTTPError as refused:
        sys.stderr.write(f"status {refused.code}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
