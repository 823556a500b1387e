"""The ID token: a real JWT (docs/sources/jquants.md §3), read with PyJWT, which never saw our code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.jquants.settings import JQuantsSettings
from simulator.apis.jquants.tokens.rsa_key import derive_rsa_key
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.api import IssueOverrides
from simulator.core.model.call import Issued
from simulator.sealing import derive_key
from tests.apis.jquants.client import DAY, HOUR, KEY, MAIL, MICROSECOND, SECOND, JQuants, a_world
from tests.apis.jquants.conftest import Start

AT = datetime(2024, 1, 4, 12, 34, 56, 789_012, tzinfo=UTC)
LOGIN = AT - HOUR
FAMILY = "8d0f6c2e-7f11-4c3a-a1f5-0123456789ab"
AUDIENCE = "0000simulatorappclient0000"
HS_KEY = derive_key(KEY, "id_token", "HS256")

HS256 = a_world()
RS256 = a_world(JQuantsSettings(id_token_algorithm="RS256"))
BOTH = pytest.mark.parametrize("world", [pytest.param(HS256, id="HS256"), pytest.param(RS256, id="RS256")])


def issue(world: JQuantsWorld, at: datetime = AT) -> Issued:
    return world.issue_id_token(MAIL, at, family=FAMILY, auth_time=LOGIN)


def state(text: str, world: JQuantsWorld = HS256, at: datetime = AT) -> str:
    return world.check_id_token(text, at).state


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_its_claims_are_those_of_a_cognito_id_token() -> None:
    token = issue(HS256).token
    found = claims(token)
    assert list(found) == [
        *("sub", "email_verified", "iss", "cognito:username", "origin_jti", "aud", "event_id"),
        *("token_use", "auth_time", "exp", "iat", "jti", "email"),
    ]
    assert found["email"] == MAIL
    assert found["email_verified"] is True
    assert found["token_use"] == "id"
    assert found["cognito:username"] == found["sub"]
    assert found["origin_jti"] == FAMILY
    assert found["aud"] == AUDIENCE
    assert re.fullmatch(
        r"https://cognito-idp\.ap-northeast-1\.amazonaws\.com/ap-northeast-1_[A-Za-z0-9]{9}", found["iss"]
    )
    assert [found["iat"], found["auth_time"], found["exp"]] == [1704371696, 1704368096, 1704458096]
    for name in ("sub", "jti", "event_id"):
        assert uuid.UUID(found[name]).version == 4
        assert str(uuid.UUID(found[name])) == found[name]


def test_an_account_is_the_same_subject_in_every_world() -> None:
    """And each token has ids of its own."""
    one, other = claims(issue(HS256).token), claims(issue(a_world(key=b"another".ljust(32))).token)
    assert one["sub"] == other["sub"]
    assert one["jti"] != other["jti"]
    assert one["event_id"] != other["event_id"]


def test_its_lengths_are_near_the_real_ones() -> None:
    header, payload, signature = issue(RS256).token.split(".")
    assert (80 <= len(header) <= 110, 600 <= len(payload) <= 750, len(signature)) == (True, True, 342)


def test_pyjwt_verifies_hs256() -> None:
    """PyJWT's own clock is not ours, so it is told not to look at it."""
    token = issue(HS256).token
    found = jwt.decode(token, HS_KEY, algorithms=["HS256"], audience=AUDIENCE, options={"verify_exp": False})
    assert found == claims(token)
    assert set(jwt.get_unverified_header(token)) == {"kid", "alg"}


def test_pyjwt_verifies_rs256_with_the_published_key(start: Start) -> None:
    jquants = start(settings=JQuantsSettings(id_token_algorithm="RS256"))
    token = jquants.id_token()
    path = claims(token)["iss"].removeprefix("https://cognito-idp.ap-northeast-1.amazonaws.com")
    published = jwt.PyJWKSet.from_dict(jquants.service.get(f"{path}/.well-known/jwks.json").json)
    key = published[jwt.get_unverified_header(token)["kid"]]
    found = jwt.decode(token, key, algorithms=["RS256"], audience=AUDIENCE, options={"verify_exp": False})
    assert found["email"] == MAIL
    assert jquants.listed_info(token).status == 200


def test_a_secret_key_is_not_published(jquants: JQuants) -> None:
    answer = jquants.service.get("/ap-northeast-1_SIMULATOR/.well-known/jwks.json")
    assert (answer.status, answer.body) == (200, b'{"keys": []}')


@BOTH
def test_the_key_id_is_44_characters_and_the_secrets_own(world: JQuantsWorld) -> None:
    kid = jwt.get_unverified_header(issue(world).token)["kid"]
    assert len(kid) == 44
    assert len(base64.b64decode(kid, validate=True)) == 32


def test_a_token_of_one_algorithm_is_unknown_under_the_other() -> None:
    assert state(issue(HS256).token, RS256) == "unknown"
    assert state(issue(RS256).token, HS256) == "unknown"


@BOTH
def test_iat_is_rounded_down_and_exp_is_a_lifetime_later(world: JQuantsWorld) -> None:
    """Alive until the very second of exp, although it was issued nearly a second after iat."""
    issued = issue(world)
    born = AT.replace(microsecond=0)
    assert issued.issued_at == born
    assert issued.events == (("id_token_expires", born + DAY),)
    states = [state(issued.token, world, born + DAY + step) for step in (-SECOND, -MICROSECOND, timedelta(0), SECOND)]
    assert states == ["valid", "valid", "expired", "expired"]


@pytest.mark.parametrize(
    ("lifetime", "seconds"),
    [
        pytest.param(timedelta(seconds=2), 2, id="whole"),
        pytest.param(timedelta(milliseconds=1500), 2, id="a fraction is rounded up"),
        pytest.param(timedelta(microseconds=1), 1, id="never born dead"),
    ],
)
def test_terms_shorten_its_life_to_whole_seconds(lifetime: timedelta, seconds: int) -> None:
    token = issue(HS256.with_overrides(IssueOverrides(lifetime=lifetime))).token
    assert claims(token)["exp"] - claims(token)["iat"] == seconds


def test_the_longest_lifetime_ends_with_the_calendar() -> None:
    issued = issue(HS256.with_overrides(IssueOverrides(lifetime=timedelta.max)))
    assert issued.events == (("id_token_expires", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),)
    assert state(issued.token) == "valid"


def test_terms_can_skew_the_issuing_clock() -> None:
    token = issue(HS256.with_overrides(IssueOverrides(skew=timedelta(minutes=5)))).token
    assert claims(token)["iat"] == 1704371696 + 300
    assert claims(token)["exp"] == 1704458096 + 300
    assert state(token) == "valid", "the service does not mind a token from the future"


@BOTH
def test_terms_can_spoil_the_signature(world: JQuantsWorld) -> None:
    token = issue(world.with_overrides(IssueOverrides(tamper="signature"))).token
    assert claims(token)["email"] == MAIL
    assert state(token, world) == "unknown"


@BOTH
@given(data=st.data())
@settings(max_examples=100)
def test_no_character_can_be_another(world: JQuantsWorld, data: st.DataObject) -> None:
    token = TOKENS[world.id_tokens]
    place = data.draw(st.integers(0, len(token) - 1))
    char = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ é"))
    changed = token[:place] + char + token[place + 1 :]
    assert state(changed, world) == ("valid" if changed == token else "unknown")


TOKENS = {world.id_tokens: issue(world).token for world in (HS256, RS256)}


@BOTH
def test_not_even_the_spare_bits_of_a_last_character_are_free(world: JQuantsWorld) -> None:
    token = TOKENS[world.id_tokens]
    ends = [place - 1 for place, char in enumerate(token) if char == "."] + [len(token) - 1]
    for end in ends:
        spellings = [token[:end] + char + token[end + 1 :] for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh0123456789-_"]
        assert [text for text in spellings if text != token and state(text, world) != "unknown"] == []


def forged(header: dict[str, str], *, key: bytes, payload: str, bits: int = 256) -> str:
    message = f"{part(header)}.{payload}"
    signature = hmac.digest(key, message.encode(), f"sha{bits}")
    return f"{message}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_no_token_chooses_its_own_algorithm() -> None:
    """The classic forgeries: none, the public key as a secret, another algorithm, a header rewritten and signed."""
    token = issue(HS256).token
    header, payload, signature = token.split(".")
    kid = jwt.get_unverified_header(token)["kid"]
    public = json.dumps(RS256.id_tokens.jwks()).encode()
    assert [
        state(text)
        for text in (
            f"{part({'alg': 'none'})}.{payload}.",
            f"{part({'kid': kid, 'alg': 'none'})}.{payload}.{signature}",
            f"{header}.{payload}.",
            f"{header}.{payload}",
            f"{header}..{signature}",
            f"{payload}.{header}.{signature}",
            forged({"kid": kid, "alg": "HS256"}, key=public, payload=payload),
            forged({"kid": kid, "alg": "HS256", "x": "y"}, key=HS_KEY, payload=payload),
            forged({"alg": "HS256"}, key=HS_KEY, payload=payload),
            forged({"kid": kid, "alg": "HS512"}, key=HS_KEY, payload=payload, bits=512),
        )
    ] == ["unknown"] * 10


@BOTH
def test_signatures_of_two_tokens_do_not_go_together(world: JQuantsWorld) -> None:
    one, other = (issue(world).token.rpartition(".") for _ in range(2))
    assert state(f"{one[0]}.{other[2]}", world) == "unknown"
    assert state(f"{other[0]}.{one[2]}", world) == "unknown"


def test_revoking_the_token_hits_it_alone() -> None:
    world = a_world()
    token, other = issue(world).token, issue(world).token
    world.status_store.revoke(claims(token)["jti"])
    assert (state(token, world), state(other, world)) == ("revoked", "valid")


def test_the_rsa_key_follows_from_the_seed_alone() -> None:
    """Replicas make the same one: pinned, for a token of yesterday's process must verify today."""
    key = derive_rsa_key(b"a seed").private_numbers()
    again = derive_rsa_key.__wrapped__(b"a seed").private_numbers()
    assert key.public_numbers == again.public_numbers
    assert key.public_numbers.e == 65537
    assert key.public_numbers.n.bit_length() == 2048
    assert key.p * key.q == key.public_numbers.n
    assert pow(pow(42, 65537, key.public_numbers.n), key.d, key.public_numbers.n) == 42
    assert derive_rsa_key(b"another seed").private_numbers().public_numbers.n != key.public_numbers.n
    digest = hashlib.sha256(key.public_numbers.n.to_bytes(256, "big")).hexdigest()
    assert digest == "6c496ef29f7467fe16676dafda887011b2f1efbf3b1f6c527aeadf6691de118d"
