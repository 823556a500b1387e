"""What is known of J-Quants v1: lifetimes, names, accounts and plans. Each fact once, with its source.

Texts are in texts.py; what differs between profiles is in profile.py. [INF] marks an inference: no public source
states it (docs/sources/jquants.md §9).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

NAME: Final = "jquants"
BASE_PATH: Final = "/v1"
"""The path of the base URL that clients are configured with (docs/sources/jquants.md §0.1)."""

REFRESH_TOKEN: Final = "refresh_token"
ID_TOKEN: Final = "id_token"
REFRESH_TOKEN_EXPIRES: Final = "refresh_token_expires"
ID_TOKEN_EXPIRES: Final = "id_token_expires"

REFRESHTOKEN: Final = "refreshtoken"
"""The query parameter of a refresh: one word, lower case (docs/sources/jquants.md §0.1)."""
DATA_PARAMETERS: Final = frozenset(
    [
        "code",
        "date",
        "from",
        "to",
        "section",
        "sector33code",
        "disclosed_date",
        "calculated_date",
        "disclosed_date_from",
        "disclosed_date_to",
        "holidaydivision",
        "category",
        "contract_flag",
        "pagination_key",
    ]
)
"""The query parameters of the data endpoints (docs/sources/jquants.md §4.4). None of them carries a secret."""

REFRESH_TOKEN_LIFETIME: Final = timedelta(weeks=1)
"""From login; not extended by use (docs/sources/jquants.md §0.1: １週間; §3)."""
ID_TOKEN_LIFETIME: Final = timedelta(hours=24)
"""From issue (docs/sources/jquants.md §0.1: ２４時間)."""

DEFAULT_MAILADDRESS: Final = "user@example.com"
DEFAULT_PASSWORD: Final = "password"  # of the example account
LONGEST_MAILADDRESS: Final = 320
"""Bytes of UTF-8: 64 before the @, 255 after it (RFC 5321 §4.5.3.1). A refresh token has room for that many."""

Plan = Literal["free", "light", "standard", "premium", "none"]
PLANS: Final[tuple[Plan, ...]] = ("none", "free", "light", "standard", "premium")
"""In ascending order; each includes the ones before it (docs/sources/jquants.md §4.4)."""
DEFAULT_PLAN: Final[Plan] = "premium"

FREE_DELAY: Final = timedelta(weeks=12)
"""Delay of the free plan's data (docs/sources/jquants.md §4.4)."""
YEARS_COVERED: Final[dict[Plan, int]] = {"free": 2, "light": 5, "standard": 10}
"""Depth of each plan's data in calendar years (free: docs/sources/jquants.md §4.4; light and standard: the windows in
recorded 400s of 2026, e.g. 2021-09-04 seen on 2026-09-04 and 2016-03-05 on 2026-03-05,
docs/sources/jquants.md §4.1)."""
DATA_BEGIN: Final = date(2008, 5, 7)
"""The first day of the premium plan's data (docs/sources/jquants.md §4.4)."""

REGION: Final = "ap-northeast-1"
"""[INF] docs/sources/jquants.md §3."""
POOL_ID: Final = f"{REGION}_SIMULATOR"
"""Has the form of a Cognito user pool id (region, underscore, nine characters); the name shows that it is not one."""
ISSUER: Final = f"https://cognito-idp.{REGION}.amazonaws.com/{POOL_ID}"
AUDIENCE: Final = "0000simulatorappclient0000"
"""Has the form of a Cognito app client id (26 lower-case letters and digits)."""
JWKS_PATH: Final = f"/{POOL_ID}/.well-known/jwks.json"
"""The path that Cognito uses under the issuer's host, which this server simulates too."""

VARIABLES: Final = {
    "JQUANTS_API_BASE": "{url}",
    "JQUANTS_API_BASE_URL": "{url}",
    "JQUANTS_BASE_URL": "{url}",
    "JQUANTS_API_MAIL_ADDRESS": DEFAULT_MAILADDRESS,
    "JQUANTS_API_PASSWORD": DEFAULT_PASSWORD,
    "JQUANTS_MAIL_ADDRESS": DEFAULT_MAILADDRESS,
    "JQUANTS_PASSWORD": DEFAULT_PASSWORD,
    "JQUANTS_API_REFRESH_TOKEN": "{refresh_token}",
    "JQUANTS_REFRESH_TOKEN": "{refresh_token}",
}
"""Environment variables that clients read. The official client (docs/sources/jquants.md §5.1) and pyjquants define the
names of the credentials. Neither defines one for the base URL: these are the official client's class attribute and two
names that other projects use."""
