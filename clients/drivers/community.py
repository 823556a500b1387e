"""pyjquants: its base URL is a constant of its module, replaced there before the first call."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import requests
from pyjquants.core import session as pyjquants
from pyjquants.core.cache import NullCache
from pyjquants.core.exceptions import PyJQuantsError

from clients.drivers.own_time import OwnTime
from clients.drivers.program import ROUNDS, run

KNOWN: Final = (requests.RequestException, PyJQuantsError)
"""What the client raises when the service says no, or nothing."""


def main(steps: tuple[str, ...]) -> None:
    """Take the steps with one session, as one program would. Its cache is off: a cached answer tells nothing."""
    pyjquants.BASE_URL = os.environ["JQUANTS_URL"]
    session = pyjquants.Session(
        mail_address=os.environ.get("JQUANTS_API_MAIL_ADDRESS"),
        password=os.environ.get("JQUANTS_API_PASSWORD"),
        refresh_token=os.environ.get("JQUANTS_API_REFRESH_TOKEN"),
        cache=NullCache(),
    )
    with OwnTime() as own:

        def refresh(_: str) -> Mapping[str, Any]:
            session.authenticate()
            return {}

        def data(_: str) -> Mapping[str, Any]:
            return _frame(session.get("/listed/info")["info"])

        def pages(_: str) -> Mapping[str, Any]:
            year = {"code": "86970", "from": "20230104", "to": "20231229"}
            return _frame(session.get_paginated("/prices/daily_quotes", year, "daily_quotes"))

        run({"refresh": refresh, "data": data, "pages": pages}, KNOWN, steps, own)


def _frame(rows: Any) -> Mapping[str, Any]:
    frame = pd.DataFrame(rows)
    return {"rows": len(frame), "columns": len(frame.columns), "first": str(frame.iloc[0]["Code"])}


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or ROUNDS)
