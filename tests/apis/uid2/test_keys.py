"""GET /v1/key/latest and the probe of the operator (docs/sources/uid2.md §1.1, §1.7)."""

from __future__ import annotations

import base64

import pytest

from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.core.model.api import ProfileName
from tests.apis.uid2.conftest import Publish
from tests.apis.uid2.publisher import BEARER, Publisher


def test_the_keys_that_open_advertising_tokens_are_listed(either: Publisher) -> None:
    answer = either.service.get("/v1/key/latest", headers=BEARER)
    assert (answer.status, answer.header("content-type")) == (200, "application/json")
    assert answer.body.startswith(b'{"body":[{"id":')
    assert answer.body.endswith(b'}],"status":"success"}')
    for key in answer.json["body"]:
        assert list(key) == ["id", "created", "activates", "expires", "secret", "site_id"]
        assert key["created"] == key["activates"] < 1704067200 < key["expires"], "in seconds"
        assert len(base64.b64decode(key["secret"])) == 32
    assert [key["site_id"] for key in answer.json["body"]] == [-1, 123], "never that of refresh tokens, -2"


def test_another_sandbox_has_other_keys(either: Publisher) -> None:
    listed = either.service.get("/v1/key/latest", headers=BEARER).json
    assert either.service.get("/v1/key/latest/", headers=BEARER).json == listed
    assert either.service.get("/sandbox/other/v1/key/latest", headers=BEARER).json != listed


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("header", [None, "Bearer mapper", "Bearer nobody"])
def test_who_may_not_read_them_is_refused_in_plain_text(
    publish: Publish, profile: ProfileName, header: str | None
) -> None:
    publisher = publish(profile, Uid2Settings(keys=(ApiKey("mapper", roles=("mapper", "generator", "sharer")),)))
    answer = publisher.service.get("/v1/key/latest", headers={} if header is None else {"Authorization": header})
    assert (answer.status, answer.body, answer.header("content-type")) == (401, b"Unauthorized", None)


def test_a_probe_of_the_operator_is_told_that_it_lives(either: Publisher) -> None:
    """Whoever asks; the authorisation, which echoes the trace id, is not asked."""
    answer = either.service.get("/ops/healthcheck", headers={"X-Amzn-Trace-Id": "t"})
    assert (answer.status, answer.body) == (200, b"OK")
    assert (answer.header("content-type"), answer.header("x-amzn-trace-id")) == (None, None)
