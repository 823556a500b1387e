"""The named errors (docs/sources/profiles.md §4), to the byte, each answered to any call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from simulator.apis.jquants import API
from simulator.apis.jquants.settings import Account, JQuantsSettings
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.api import PROFILES, UNREAD, Operation, ProfileName
from simulator.core.model.call import Call
from tests.apis.jquants.client import OPERATIONS, a_world

AT = datetime(2025, 9, 5, 3, tzinfo=UTC)
FREE = "2023-06-13 ~ 2025-06-13"
MORE_DATA = "If you want more data, please check other plans"


def a_call(
    method: str = "GET", path: str = "/", query: str = "", headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Call:
    return Call(method, path, query, headers or {}, body, AT)


NAMED = {
    "jquants.refreshtoken_required": (400, '{"message": "\'refreshtoken\' is required."}'),
    "jquants.refreshtoken_invalid": (403, '{"message": "Your refresh token may be incorrect or expired."}'),
    "jquants.login_incorrect": (400, "{\"message\": \"'mailaddress' or 'password' is incorrect.\"}"),
    "jquants.not_subscribed": (
        403,
        f'{{"message": "This API is not available on your subscription. {MORE_DATA}:https://jpx-jquants.com/#dataset"}}',
    ),
    "jquants.unsupported": (
        403,
        '{"message": "Missing Authentication Token. The method or resources may not be supported."}',
    ),
    "jquants.idtoken_invalid": (401, '{"message": "The incoming token is invalid or expired."}'),
    "jquants.too_large": (
        413,
        '{"message": "Response data is too large. Specify parameters to reduce the acquired data range."}',
    ),
    "jquants.too_many_requests": (429, '{"message":"Too Many Requests"}'),
    "jquants.outside_subscription": (
        400,
        f'{{"message": "Your subscription covers the following dates: {FREE}. {MORE_DATA}:  https://jpx-jquants.com/"}}',
    ),
    "jquants.server_error": (500, '{"message": "Unexpected error. Please try again later."}'),
    "jquants.retired": (403, '{"message":"Forbidden"}'),
}
OBSERVED = NAMED | {
    "jquants.refreshtoken_invalid": (400, '{"message": "Your refresh token may be incorrect or expired."}')
}
TABLE: dict[ProfileName, dict[str, tuple[int, str]]] = {"documented": NAMED, "observed": OBSERVED}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", NAMED)
def test_a_named_error_to_the_byte(profile: ProfileName, name: str) -> None:
    reply = API.errors[name](UNREAD, a_call(), a_world(profile=profile))
    assert (reply.status, reply.body.decode()) == TABLE[profile][name]
    assert reply.header("content-type") == "application/json"


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
@pytest.mark.parametrize("name", API.errors)
def test_any_operation_can_be_answered_with_any_error(name: str, operation: Operation[JQuantsWorld]) -> None:
    """Whatever the call looks like: garbage in every place."""
    call = a_call("POST", "/v1", "refreshtoken=%ff&%", {"authorization": "Bearer \x00é"}, b"\xff[")
    world = a_world()
    reply = API.errors[name](operation.read(call, world), call, world)
    assert reply.status >= 400
    assert reply.body


def test_the_named_errors_of_the_profiles_are_all_there() -> None:
    assert set(API.errors) >= set(NAMED)
    assert all(name.startswith("jquants.") for name in API.errors)


@pytest.mark.parametrize(
    ("plan", "dates"),
    [
        pytest.param("free", FREE, id="free: two years, twelve weeks late"),
        pytest.param("light", "2020-09-05 ~ ", id="light: five years, an open end"),
        pytest.param("standard", "2015-09-05 ~ ", id="standard: ten years"),
        pytest.param("premium", "2008-05-07 ~ ", id="premium: all there is"),
    ],
)
def test_outside_subscription_tells_the_callers_own_dates(plan: str, dates: str) -> None:
    """An open end leaves its blank before the full stop."""
    account = Account("a@example.com", "secret", plan)
    world = a_world(JQuantsSettings(accounts=(account,)))
    token = world.issue_id_token("a@example.com", AT, family="f", auth_time=AT).token
    call = a_call(headers={"authorization": f"Bearer {token}"})
    credentials = OPERATIONS["jquants.listed_info"].read(call, world)
    reply = API.errors["jquants.outside_subscription"](credentials, call, world)
    assert f"dates: {dates}. If you want" in reply.body.decode()
