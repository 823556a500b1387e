"""The table of what the published page and the last operator disagree on, row by row, in exact bytes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

import pytest

from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.core.model.api import ProfileName
from tests.apis.uid2.conftest import Publish
from tests.apis.uid2.publisher import BEARER, KEY, STRANGER, Publisher

BOTH = {"documented", "observed"}
NEITHER: set[str] = set()
OPTOUT = b'{"status":"optout"}'
EMPTY = b'{"body":{"advertising_token":"","refresh_token":""},"status":"success"}'
GENERIC = b'{"message":"Error refreshing token","status":"error"}'
EXPIRED = b'{"message":"Expired Token presented","status":"expired_token"}'
MISSING_DOCUMENTED = b'{"message":"Required Parameter Missing: refresh_token","status":"clienterror"}'
MISSING_OBSERVED = b'{"message":"Required Parameter Missing: refresh_token","status":"client_error"}'


@pytest.mark.parametrize("caller", [BEARER, STRANGER], ids=["known", "stranger"])
@pytest.mark.parametrize(("profile", "body"), [("documented", MISSING_DOCUMENTED), ("observed", MISSING_OBSERVED)])
@pytest.mark.parametrize("query", ["", "?", "?other=1", "?refreshtoken=a"])
def test_a_missing_refresh_token_has_its_profile_s_status(
    publish: Publish, profile: ProfileName, body: bytes, query: str, caller: Mapping[str, str]
) -> None:
    answer = publish(profile).service.get(f"/v1/token/refresh{query}", headers=caller)
    assert (answer.status, answer.body, answer.header("content-type")) == (400, body, "application/json")


@pytest.mark.parametrize("query", ["refresh_token=", "refresh_token"])
@pytest.mark.parametrize(
    ("profile", "caller", "body"),
    [
        pytest.param("documented", BEARER, MISSING_DOCUMENTED, id="documented: as absent"),
        pytest.param(
            "observed",
            BEARER,
            b'{"message":"Invalid Token presented ","status":"invalid_token"}',
            id="observed: invalid",
        ),
        pytest.param("observed", STRANGER, GENERIC, id="observed, stranger"),
    ],
)
def test_an_empty_refresh_token(
    publish: Publish, profile: ProfileName, caller: Mapping[str, str], body: bytes, query: str
) -> None:
    answer = publish(profile).service.get(f"/v1/token/refresh?{query}", headers=caller)
    assert (answer.status, answer.body) == (400, body)


@pytest.mark.parametrize(
    ("header", "known_in"),
    [
        pytest.param(f"Bearer {KEY}", BOTH, id="Bearer"),
        pytest.param(f"bEaReR {KEY}", BOTH, id="the word in any case"),
        pytest.param(f"  Bearer {KEY} ", BOTH, id="blanks around"),
        pytest.param(KEY, {"documented"}, id="bare, as in the published curl sample"),
        pytest.param(f"Bearer  {KEY}", NEITHER, id="two blanks"),
        pytest.param(f"Bearer{KEY}", NEITHER, id="no blank"),
        pytest.param(f"Basic {KEY}", NEITHER, id="another scheme"),
        pytest.param(f"Bearer {KEY.upper()}", NEITHER, id="the key in another case"),
        pytest.param("Bearer unknown", NEITHER, id="unknown key"),
        pytest.param("unknown", NEITHER, id="unknown key, bare"),
        pytest.param("Bearer", NEITHER, id="the word alone"),
        pytest.param("", NEITHER, id="empty"),
        pytest.param("Bearer disabled", {"observed"}, id="disabled key"),
        pytest.param("Bearer reader", BOTH, id="whatever its role"),
        pytest.param("Bearer nobody", BOTH, id="even without any role"),
    ],
)
@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_who_counts_as_authorised_for_a_refresh(
    publish: Publish, profile: ProfileName, header: str, known_in: set[str]
) -> None:
    """The status tells: only an authorised caller hears ``invalid_token``."""
    keys = (
        ApiKey(KEY),
        ApiKey("disabled", disabled=True),
        ApiKey("reader", roles=("id_reader",)),
        ApiKey("nobody", roles=()),
    )
    answer = publish(profile, Uid2Settings(keys=keys)).refresh("nonsense", {"Authorization": header})
    assert answer.json["status"] == ("invalid_token" if profile in known_in else "error")


@pytest.mark.parametrize(
    ("profile", "caller", "body"),
    [
        pytest.param("documented", BEARER, OPTOUT, id="documented, known"),
        pytest.param("documented", STRANGER, EMPTY, id="documented, stranger"),
        pytest.param("observed", BEARER, OPTOUT, id="observed, known"),
        pytest.param("observed", STRANGER, OPTOUT, id="observed, stranger"),
    ],
)
def test_a_refresh_after_an_opt_out(
    publish: Publish, profile: ProfileName, caller: Mapping[str, str], body: bytes
) -> None:
    publisher = publish(profile)
    answer = publisher.refresh(publisher.login("optout@email.com"), caller)
    assert (answer.status, answer.body, answer.header("content-type")) == (200, body, "application/json")


@pytest.mark.parametrize("value", ["never-issued", "a/b+c==", "日本 語", '"quoted"\\', "\x01\x1f"])
def test_an_invalid_token_is_echoed_decoded_to_a_known_caller_only(either: Publisher, value: str) -> None:
    known = either.refresh(value)
    assert (known.status, known.json) == (
        400,
        {"message": f"Invalid Token presented {value}", "status": "invalid_token"},
    )
    stranger = either.refresh(value, STRANGER)
    assert (stranger.status, stranger.body) == (400, GENERIC)


def test_an_echo_keeps_characters_raw_and_controls_escaped_with_capitals(either: Publisher) -> None:
    """As Jackson writes: nothing is escaped but what has to be."""
    answer = either.refresh('é/😀"\\u001f\x1f')
    assert answer.body == (
        '{"message":"Invalid Token presented é/😀\\"\\\\u001f\\u001F","status":"invalid_token"}'.encode()
    )


def test_an_expired_token(either: Publisher) -> None:
    token = either.login()
    either.clock.advance(either.world.settings.refresh_lifetime * 2)
    known, stranger = either.refresh(token), either.refresh(token, STRANGER)
    assert (known.status, known.body) == (400, EXPIRED)
    assert (stranger.status, stranger.body) == (400, GENERIC)


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        ("documented", ["advertising_token", "refresh_token"]),
        (
            "observed",
            ["advertising_token", "refresh_token", "identity_expires", "refresh_expires", "refresh_from"],
        ),
    ],
)
def test_what_a_success_carries_and_in_which_order(publish: Publish, profile: ProfileName, names: list[str]) -> None:
    publisher = publish(profile)
    for answer in (publisher.generate(email="user@example.com"), publisher.refresh(publisher.login(), STRANGER)):
        assert (answer.status, answer.header("content-type")) == (200, "application/json")
        assert list(answer.json) == ["body", "status"]
        assert list(answer.json["body"]) == names
        assert answer.body.startswith(b'{"body":{"advertising_token":"A4')
        assert answer.body.endswith(b'},"status":"success"}')


LENGTH = 388


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("-" * LENGTH, "Invalid body: Body is not valid base64.", id="not base64"),
        pytest.param("a b=" + "A" * (LENGTH - 4), "Invalid body: Body is not valid base64.", id="blanks"),
        pytest.param(
            b64encode(bytes.fromhex("00000000ff") + bytes(286)).decode(),
            "Invalid key: Generator of this token (Key ID: 255) does not exist.",
            id="unknown key",
        ),
        pytest.param(
            b64encode(bytes.fromhex("00ffffffff") + bytes(286)).decode(),
            "Invalid key: Generator of this token (Key ID: -1) does not exist.",
            id="unknown key, negative",
        ),
        pytest.param(
            b64encode(bytes.fromhex("0000000067") + bytes(286)).decode(),
            "Invalid data: Check encryption method and encryption key.",
            id="not sealed by us",
        ),
    ],
)
@pytest.mark.parametrize("caller", [BEARER, STRANGER], ids=["known", "stranger"])
def test_a_token_as_long_as_a_v2_one_is_told_what_is_wrong_by_the_operator(
    observed: Publisher, value: str, message: str, caller: Mapping[str, str]
) -> None:
    answer = observed.refresh(value, caller)
    assert len(value) == LENGTH
    assert (answer.status, answer.json) == (400, {"message": message, "status": "client_error"})


@pytest.mark.parametrize("value", ["-" * LENGTH, "A" * LENGTH])
def test_the_same_is_an_invalid_token_in_the_documents(documented: Publisher, value: str) -> None:
    assert documented.refresh(value).json["status"] == "invalid_token"
    assert documented.refresh(value, STRANGER).body == GENERIC


@pytest.mark.parametrize("length", [LENGTH - 1, LENGTH + 1])
def test_one_character_more_or_less_is_an_invalid_token(observed: Publisher, length: int) -> None:
    assert observed.refresh("A" * length).json["status"] == "invalid_token"


@pytest.mark.parametrize(
    "path", ["/v1/identity/map?email=a@b", "/v1/identity/buckets?since_timestamp=2021-01-01T00:00"]
)
def test_a_bare_key_opens_every_path_in_the_documents_and_none_at_the_operator(publish: Publish, path: str) -> None:
    headers = {"Authorization": KEY}
    assert publish("documented").service.get(path, headers=headers).status == 200
    assert publish("observed").service.get(path, headers=headers).status == 401
