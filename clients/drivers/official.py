"""jquants-api-client, both versions: it has no way to say where the service is, so its class attribute is overridden.

Its retries are mounted on ``https://`` alone: over plain HTTP it gives up at the first failure.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from typing import Any, Final

import jquantsapi
import requests
import tenacity

from clients.drivers.own_time import OwnTime
from clients.drivers.program import ROUNDS, run

KNOWN: Final = (requests.RequestException, tenacity.RetryError)
"""What the client raises when the service says no, or nothing."""


class Client(jquantsapi.Client):  # type: ignore[misc]  # the client has no types
    """The official client, pointed here."""

    JQUANTS_API_BASE = os.environ["JQUANTS_URL"]


def main(steps: tuple[str, ...]) -> None:
    """Take the steps with one client, as one program would."""
    warnings.simplefilter("ignore", DeprecationWarning)  # 2.x: that v1 will go; it has gone
    with OwnTime() as own:
        client = Client()

        def refresh(_: str) -> Mapping[str, Any]:
            return {"length": len(client.get_id_token())}

        def login(_: str) -> Mapping[str, Any]:
            return {"length": len(client.get_refresh_token())}

        def data(_: str) -> Mapping[str, Any]:
            return _frame(client.get_listed_info())

        def pages(_: str) -> Mapping[str, Any]:
            year = {"from_yyyymmdd": "20230104", "to_yyyymmdd": "20231229"}
            return _frame(client.get_prices_daily_quotes(code="86970", **year))

        actions = {"login": login, "refresh": refresh, "data": data, "pages": pages}
        run(actions, KNOWN, steps, own)


def _frame(frame: Any) -> Mapping[str, Any]:
    return {"rows": len(frame), "columns": len(frame.columns), "first": str(frame.iloc[0]["Code"])}


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or ROUNDS)
