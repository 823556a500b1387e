"""The texts of J-Quants v1's answers, each with its source.

[DOC] marks what the official pages state, [INF] an inference (docs/sources/jquants.md §9).
"""

from __future__ import annotations

from typing import Final

REFRESHTOKEN_REQUIRED: Final = "'refreshtoken' is required."
"""docs/sources/jquants.md §0.1, 400."""
REFRESHTOKEN_INVALID: Final = "Your refresh token may be incorrect or expired."
"""docs/sources/jquants.md §2.2, the official notebook."""
LOGIN_INCORRECT: Final = "'mailaddress' or 'password' is incorrect."
"""docs/sources/jquants.md §1, official page of /token/auth_user; also for bad JSON and missing fields [INF]."""
NOT_SUBSCRIBED: Final = (
    "This API is not available on your subscription. "
    "If you want more data, please check other plans:https://jpx-jquants.com/#dataset"
)
"""docs/sources/jquants.md §1 and §4.1 (one space after "subscription.", as v1 had it)."""
UNSUPPORTED: Final = "Missing Authentication Token. The method or resources may not be supported."
"""docs/sources/jquants.md §2.4: a gateway answer with J-Quants' own text, recorded with a space after the
colon."""
IDTOKEN_INVALID: Final = "The incoming token is invalid or expired."
"""docs/sources/jquants.md §4.1; only the data endpoints have this text."""
TOO_LARGE: Final = "Response data is too large. Specify parameters to reduce the acquired data range."
"""docs/sources/jquants.md §4.1, 413."""
OUTSIDE_SUBSCRIPTION: Final = (
    "Your subscription covers the following dates: {start} ~ {end}. "
    "If you want more data, please check other plans:  https://jpx-jquants.com/"
)
"""docs/sources/jquants.md §4.1, 400; without an end its space stays: "2016-03-05 ~ . If …"."""
DATE_INVALID: Final = "'{}' must be a date in the format YYYYMMDD or YYYY-MM-DD."
"""[INF]: the refusal is known, the text is not."""
ONE_REQUIRED: Final = "This API requires at least 1 parameter as follows; {}."
"""docs/sources/jquants.md §4.2, 400: [DOC] for the financial endpoints, the same pattern for the others [INF]."""
REQUIRED: Final = "'{}' is required."
"""[INF] after "'refreshtoken' is required."; for index_option, futures and options."""
NOT_OLDER: Final = "'{}' must be older than '{}'"
"""docs/sources/jquants.md §4.2, 400, without a full stop. The same day twice is a period of one day [INF]."""
CODE_INVALID: Final = "'code' must be 4 or 5 digits."
"""docs/sources/jquants.md §4.2, 400: [DOC] for prices_am, [INF] elsewhere."""
PAGINATION_KEY_INVALID: Final = "'pagination_key' is invalid."
"""[INF]: a key of another query, or an invalid key, is 400."""
NOTHING_NOW: Final = "No content due to outside the target time or a stock code does not exist."
"""docs/sources/jquants.md §4.2, with status 210."""
SERVER_ERROR: Final = "Unexpected error. Please try again later."
"""docs/sources/jquants.md §0.1, 500."""
TOO_MANY_REQUESTS: Final = "Too Many Requests"
"""[INF] docs/sources/jquants.md §7: the gateway's own, without Retry-After."""
FORBIDDEN: Final = "Forbidden"
"""docs/sources/jquants.md §2.2: what v1's paths answered once it was retired; measured 2026-08-30."""
REQUEST_TOO_LONG: Final = "Request Too Long"
"""[INF] API Gateway's REQUEST_TOO_LARGE, for a body that is longer than what is read."""
