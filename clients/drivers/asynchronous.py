"""kabukit: asynchronous, its base URL a constant of its module. It holds an ID token and nothing else.

It logs in when the program says so, and never by itself; the program does so once, before its first data.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Any, Final

import httpx
from kabukit.jquants import client as kabukit

from clients.drivers.own_time import OwnTime
from clients.drivers.program import ROUNDS, run

KNOWN: Final = (httpx.HTTPError,)
"""What the client raises when the service says no, or nothing."""


def main(steps: tuple[str, ...]) -> None:
    """Take the steps with one client, as one program would."""
    kabukit.BASE_URL = os.environ["JQUANTS_URL"]
    account = os.environ["JQUANTS_API_MAIL_ADDRESS"], os.environ["JQUANTS_API_PASSWORD"]
    with OwnTime() as own, asyncio.Runner() as loop:
        client = kabukit.JQuantsClient("")  # None would read a file of the user's

        def login(_: str) -> Mapping[str, Any]:
            loop.run(client.auth(*account))
            return {}

        def data(_: str) -> Mapping[str, Any]:
            if "Authorization" not in client.client.headers:
                loop.run(client.auth(*account))
            return _frame(loop.run(client.get_info()))

        def pages(_: str) -> Mapping[str, Any]:
            return _frame(loop.run(client.get_prices(code="86970", from_="20230104", to="20231229")))

        run({"login": login, "data": data, "pages": pages}, KNOWN, steps, own)
        loop.run(client.aclose())


def _frame(frame: Any) -> Mapping[str, Any]:
    return {"rows": frame.height, "columns": frame.width, "first": frame["Code"][0]}


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or ROUNDS)
