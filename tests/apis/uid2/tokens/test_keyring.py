"""Tokens in the operator's layouts, read here a second time by hand; and what a forger can do: nothing."""

from __future__ import annotations

import base64
import struct
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.uid2 import API, java
from simulator.apis.uid2.person import advertising_id, person_named
from simulator.apis.uid2.settings import Uid2Settings
from simulator.apis.uid2.tokens import wrapped
from simulator.apis.uid2.tokens.keyring import refresh_text
from simulator.apis.uid2.world import Uid2World
from simulator.core.clock import to_milliseconds
from simulator.core.model.api import IssueOverrides, WorldContext
from simulator.sealing import BadToken, derive_key
from simulator.state.memory import MemoryStatusStore
from tests.apis.uid2.publisher import Publisher

KEY = bytes(range(32))
AT = datetime(2024, 1, 4, 12, 30, 15, 123_000, tzinfo=UTC)
NOW = to_milliseconds(AT)


def world(key: bytes = KEY) -> Uid2World:
    return API.world(WorldContext(Uid2Settings(), "observed", key, MemoryStatusStore()))


WORLD = world()


def opened(label: str, sealed: bytes) -> bytes:
    return AESGCM(derive_key(KEY, "uid2", label)).decrypt(sealed[:12], sealed[12:], None)


@pytest.mark.parametrize(
    ("who", "header", "looks"), [("user@example.com", 0x03, "A3"), ("+12345678901", 0x07, "B3")], ids=["mail", "phone"]
)
def test_a_refresh_token_has_the_layout_of_version_3(who: str, header: int, looks: str) -> None:
    """docs/sources/uid2.md §4.1, offset by offset."""
    issued = WORLD.generate(person_named(who), AT)
    token = issued.refresh_token
    raw = base64.b64decode(token, validate=True)
    assert (len(token), len(raw), token[:2], token[-2:]) == (168, 124, looks, "==")
    assert raw[:2] == bytes([header, 0x70])
    plain = opened("refresh", raw[6:])
    assert len(plain) == 90
    assert struct.unpack(">qq", plain[:16]) == (NOW + 86_400_000, NOW)
    assert plain[16:29] == bytes(13)
    assert struct.unpack(">i", plain[29:33]) == (123,)
    assert struct.unpack(">i", plain[41:45]) == (0,)
    assert struct.unpack(">i", plain[45:49]) == (1,)
    assert struct.unpack(">q", plain[49:57]) == (NOW,)
    assert plain[57] == header
    assert plain[58:] == person_named(who).first_level


@pytest.mark.parametrize(
    ("who", "header", "looks"), [("user@example.com", 0x03, "A4"), ("+12345678901", 0x07, "B4")], ids=["mail", "phone"]
)
def test_an_advertising_token_has_the_layout_of_version_4(who: str, header: int, looks: str) -> None:
    """docs/sources/uid2.md §4.1; refreshed an hour after it was established."""
    first = WORLD.generate(person_named(who), AT)
    later = AT + timedelta(hours=1)
    token = WORLD.refresh(WORLD.open_refresh(first.refresh_token), later).advertising_token
    raw = base64.urlsafe_b64decode(token + "==")
    assert (len(token), len(raw), token[:2]) == (218, 163, looks)
    assert raw[:2] == bytes([header, 0x80])
    outer = opened("master", raw[6:])
    assert len(outer) == 129
    assert struct.unpack(">qq", outer[:16]) == (NOW + 7_200_000, NOW + 3_600_000)
    assert outer[16:29] == bytes(13)
    inner = opened("site", outer[33:])
    assert len(inner) == 68
    assert struct.unpack(">i", inner[:4]) == (123,)
    assert struct.unpack(">i", inner[16:20]) == (1,)
    assert struct.unpack(">qq", inner[20:36]) == (NOW, NOW + 3_600_000)
    assert inner[36:] == advertising_id(person_named(who))


def test_tokens_differ_on_every_call_while_the_raw_uid2_stays(either: Publisher) -> None:
    seen = [either.tokens(email="user@example.com") for _ in range(3)]
    seen += [either.refresh(seen[0]["refresh_token"]).json["body"] for _ in range(3)]
    assert len({tokens["advertising_token"] for tokens in seen}) == 6
    assert len({tokens["refresh_token"] for tokens in seen}) == 6
    ids = {either.world.open_advertising(tokens["advertising_token"]).advertising_id for tokens in seen}
    assert ids == {advertising_id(person_named("user@example.com"))}


def test_refresh_tokens_hold_what_a_careless_client_does_not_encode() -> None:
    """``=`` in each; ``+`` and ``/`` as chance has it."""
    tokens = [WORLD.generate(person_named("user@example.com"), AT).refresh_token for _ in range(50)]
    assert all(token.endswith("==") for token in tokens)
    assert any("+" in token for token in tokens)
    assert any("/" in token for token in tokens)


REFRESH = WORLD.generate(person_named("user@example.com"), AT).refresh_token
ADVERTISING = WORLD.generate(person_named("user@example.com"), AT).advertising_token
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ "


@given(st.integers(0, 124 * 8 - 1))
@settings(max_examples=150)
def test_no_bit_of_a_refresh_token_can_be_changed(bit: int) -> None:
    raw = bytearray(base64.b64decode(REFRESH))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadToken):
        WORLD.open_refresh(refresh_text(bytes(raw)))


@given(st.integers(0, 163 * 8 - 1))
@settings(max_examples=150)
def test_no_bit_of_an_advertising_token_can_be_changed(bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(ADVERTISING + "=="))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadToken):
        WORLD.open_advertising(base64.urlsafe_b64encode(raw).decode().rstrip("="))


@given(st.integers(0, len(REFRESH) - 1), st.sampled_from(ALPHABET), st.sampled_from(["replace", "insert", "delete"]))
@settings(max_examples=200)
def test_another_spelling_is_the_same_token_or_none(place: int, letter: str, edit: str) -> None:
    """Whatever is done to the text: it decodes to the very same bytes, or it does not open."""
    kept = REFRESH[place:] if edit == "insert" else REFRESH[place + 1 :]
    text = REFRESH[:place] + ("" if edit == "delete" else letter) + kept
    try:
        token = WORLD.open_refresh(text)
    except BadToken:
        assert text != REFRESH
    else:
        assert java.basic_base64(text) == base64.b64decode(REFRESH)
        assert token == WORLD.open_refresh(REFRESH)


@pytest.mark.parametrize(
    ("spell", "opens"),
    [
        pytest.param(lambda token: token.rstrip("="), True, id="without padding"),
        pytest.param(lambda token: token[:-3] + chr(ord(token[-3]) + 1) + "==", True, id="a spare bit"),
        pytest.param(lambda token: token[:-1], False, id="half the padding"),
        pytest.param(lambda token: token + "=", False, id="more padding"),
        pytest.param(lambda token: token + "\n", False, id="a line feed"),
        pytest.param(lambda token: token.replace("+", "-").replace("/", "_"), False, id="the URL alphabet"),
        pytest.param(lambda token: token[:-4], False, id="cut"),
        pytest.param(lambda token: token + token, False, id="twice"),
        pytest.param(lambda token: token.swapcase(), False, id="another case"),
    ],
)
def test_spellings_of_a_refresh_token(spell: object, opens: bool) -> None:
    assert callable(spell)
    token = next(
        token for token in iter(lambda: WORLD.generate(person_named("a@b"), AT).refresh_token, None) if "+" in token
    )
    if not opens:
        with pytest.raises(BadToken):
            WORLD.open_refresh(spell(token))
        return
    assert WORLD.open_refresh(spell(token)) == WORLD.open_refresh(token)


@given(st.binary(max_size=200))
@settings(max_examples=100)
def test_what_was_never_sealed_does_not_open(raw: bytes) -> None:
    for text in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(), raw.decode("latin-1")):
        with pytest.raises(BadToken):
            WORLD.open_refresh(text)
        with pytest.raises(BadToken):
            WORLD.open_advertising(text)


def test_a_token_of_another_kind_or_key_does_not_open() -> None:
    elsewhere = world(bytes(32))
    with pytest.raises(BadToken):
        elsewhere.open_refresh(REFRESH)
    with pytest.raises(BadToken):
        elsewhere.open_advertising(ADVERTISING)
    with pytest.raises(BadToken):
        WORLD.open_refresh(ADVERTISING)
    with pytest.raises(BadToken):
        WORLD.open_advertising(REFRESH)


def test_a_token_of_another_sandbox_is_an_invalid_one(either: Publisher) -> None:
    token = either.login()
    target = f"/sandbox/other/v1/token/refresh?refresh_token={token.replace('+', '%2B')}"
    elsewhere = either.service.get(target, headers={"Authorization": "Bearer simulator-uid2-api-key"})
    assert elsewhere.json["status"] == "invalid_token"
    assert either.refresh(token).json["status"] == "success"


def test_a_token_is_good_in_every_world_with_the_same_key() -> None:
    """Replicas need nothing but the secret."""
    assert world().open_refresh(REFRESH) == WORLD.open_refresh(REFRESH)


RESPONSE_KEY = java.to_base64(bytes(32))


def test_a_v2_token_is_unwrapped(either: Publisher) -> None:
    """No v1 call hands one out, but v1 takes them (docs/sources/uid2.md §3.2 step 2)."""
    token = refresh_text(wrapped.wrap(either.login(), RESPONSE_KEY, either.world.keyring))
    assert len(token) == 388
    assert either.refresh(token).json["status"] == "success"


def test_a_v2_token_around_a_bad_token_is_echoed_whole(observed: Publisher) -> None:
    token = refresh_text(wrapped.wrap("x" * 168, RESPONSE_KEY, observed.world.keyring))
    assert observed.refresh(token).json["message"] == f"Invalid Token presented {token}"


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"x" * 258, id="no JSON"),
        pytest.param(b"[" + b" " * 256 + b"]", id="no object"),
        pytest.param(b'{"refresh_token":"' + b"x" * 238 + b'"}', id="no response key"),
        pytest.param(b'{"refresh_response_key":"' + b"A" * 231 + b'"}', id="no token"),
        pytest.param(b'{"refresh_token":1,"refresh_response_key":"' + b"A" * 213 + b'"}', id="a number"),
        pytest.param(b"\xff" * 258, id="no UTF-8"),
    ],
)
def test_a_v2_token_without_the_right_payload(observed: Publisher, payload: bytes) -> None:
    token = refresh_text(bytes.fromhex("0000000067") + observed.world.keyring.refresh.seal(payload))
    assert len(token) == 388
    assert observed.refresh(token).json == {
        "message": "Invalid format: Payload is not valid json or missing required data.",
        "status": "client_error",
    }


def test_no_byte_of_a_v2_token_can_be_changed() -> None:
    raw = wrapped.wrap(REFRESH, RESPONSE_KEY, WORLD.keyring)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(wrapped.BrokenWrapper):
            wrapped.unwrap(refresh_text(changed), WORLD.keyring)


def test_tampering_spoils_both_tokens_and_keeps_their_looks() -> None:
    spoilt = WORLD.with_overrides(IssueOverrides(tamper="signature")).generate(person_named("user@example.com"), AT)
    assert (len(spoilt.refresh_token), len(spoilt.advertising_token)) == (168, 218)
    with pytest.raises(BadToken):
        WORLD.open_refresh(spoilt.refresh_token)
    with pytest.raises(BadToken):
        WORLD.open_advertising(spoilt.advertising_token)


@pytest.mark.parametrize(
    ("value", "told"),
    [("A" * 388, True), ("A" * 387, False), ("é" * 388, True), ("😊" * 194, True), ("😊" * 388, False)],
    ids=["plain", "shorter", "two bytes in UTF-8", "two units in UTF-16", "four units in UTF-16 for two"],
)
def test_a_wrapped_token_is_told_by_its_length_as_java_counts_it(value: str, *, told: bool) -> None:
    assert wrapped.is_wrapped(value) is told
