"""What a call presents of itself, and what revocations and opt-outs make of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.apis.uid2 import API
from simulator.apis.uid2.settings import ApiKey
from simulator.core.model.api import Credentials, ProfileName
from tests.apis.uid2.calls import AT, MINUTE, answered, call, make, minted, operation, refreshing, status_of


def test_a_revoked_token_is_an_invalid_one_and_its_sisters_live() -> None:
    world = make()
    first = minted(world)
    second = world.refresh(world.open_refresh(first), AT).refresh_token
    world.status_store.revoke(world.open_refresh(first).token_id)
    assert status_of(world, refreshing(first)) == "invalid_token"
    assert status_of(world, refreshing(first, key=None)) == "generic_error"
    assert status_of(world, refreshing(first.rstrip("="))) == "invalid_token"
    assert status_of(world, refreshing(second)) == "success"


def test_a_revoked_family_is_gone_with_all_its_tokens() -> None:
    world = make()
    first = minted(world)
    second = world.refresh(world.open_refresh(first), AT).refresh_token
    family = operation("token_refresh").read(refreshing(first), world).family
    assert family is not None
    world.status_store.revoke(family)
    assert status_of(world, refreshing(first)) == status_of(world, refreshing(second)) == "invalid_token"
    assert status_of(world, refreshing(minted(world))) == "success"


def test_a_revoked_advertising_token_is_confirmed_to_nobody() -> None:
    world = make()
    token = API.mint(world, "advertising_token", "validate@email.com", AT).token
    asked = call("token_validate", f"token={token}&email=validate@email.com")
    assert answered("token_validate", asked, world).body == b'{"body":true,"status":"success"}'
    mark = operation("token_validate").read(asked, world).token_id
    assert mark is not None
    world.status_store.revoke(mark)
    assert answered("token_validate", asked, world).body == b'{"body":false,"status":"success"}'
    assert operation("token_validate").read(asked, world).state == "revoked"


def test_an_opt_out_holds_from_its_moment_on_for_every_spelling_of_the_person() -> None:
    world = make()
    token = minted(world, "U.ser@gmail.com")
    world.status_store.opt_out(API.subject("user+x@gmail.com"), AT + MINUTE)
    assert status_of(world, refreshing(token, at=AT + MINUTE - timedelta(microseconds=1))) == "success"
    assert status_of(world, refreshing(token, at=AT + MINUTE)) == "optout"
    later = minted(world, "user@gmail.com", AT + 2 * MINUTE)
    assert status_of(world, refreshing(later, at=AT + 3 * MINUTE)) == "optout"
    asked = call("identity_map", method="POST", body=b'{"email":["user@gmail.com"]}', at=AT + MINUTE)
    assert b'"unmapped":[{"identifier":"user@gmail.com","reason":"optout"}]' in (
        answered("identity_map", asked, world).body
    )


def test_a_refresh_presents_its_token() -> None:
    world = make()
    token = minted(world)
    presented = operation("token_refresh").read(refreshing(token, at=AT + MINUTE), world)
    opened = world.open_refresh(token)
    assert presented._replace(payload=None) == Credentials(
        token=token,
        kind="refresh_token",
        state="valid",
        issued_at=AT,
        token_id=opened.token_id,
        family=presented.family,
        subject=API.subject("user@example.com"),
        authorised=True,
    )
    assert presented.family not in {None, presented.token_id}


def test_the_states_of_a_refresh_token() -> None:
    world = make()
    present = operation("token_refresh").read
    token, revoked = minted(world), minted(world)
    world.status_store.revoke(world.open_refresh(revoked).token_id)
    assert present(refreshing("nonsense"), world).state == "unknown"
    assert present(refreshing("A" * 388), world).state == "unknown"
    assert present(refreshing(revoked), world).state == "revoked"
    assert present(refreshing(token, at=AT + timedelta(days=1)), world).state == "valid"
    assert present(refreshing(token, at=AT + timedelta(days=1, milliseconds=1)), world).state == "expired"
    assert present(refreshing(minted(world, "optout@email.com")), world).state == "opted_out"
    assert present(refreshing(minted(world, at=datetime(2021, 1, 1, tzinfo=UTC))), world).state == "opted_out"


@pytest.mark.parametrize(("profile", "token"), [("documented", None), ("observed", "")])
def test_an_empty_token_is_presented_as_the_profile_takes_it(profile: ProfileName, token: str | None) -> None:
    presented = operation("token_refresh").read(call("token_refresh", "refresh_token="), make(profile))
    assert presented.token == token


@pytest.mark.parametrize(
    ("name", "method", "query", "body", "subject"),
    [
        ("token_generate", "GET", "email=A@B", b"", "a@b"),
        ("token_generate", "GET", "email=a&phone=1", b"", None),
        ("token_generate", "GET", "email=%zz", b"", None),
        ("token_validate", "GET", "phone=%2B12345678901", b"", "+12345678901"),
        ("identity_map", "GET", "email=a@b", b"", "a@b"),
        ("identity_map", "GET", "email=a", b"", None),
        ("identity_map", "POST", "", b'{"email":["a@b"],"phone":[]}', "a@b"),
        ("identity_map", "POST", "", b'{"email":["a@b","c@d"]}', None),
        ("identity_map", "POST", "", b'{"email":["a@b"],"phone":["+12345678901"]}', None),
        ("identity_map", "POST", "", b'{"email":"a@b"}', None),
        ("identity_map", "POST", "", b'{"email":[null]}', None),
        ("identity_map", "POST", "", b"[[[", None),
        ("identity_buckets", "GET", "", b"", None),
    ],
)
def test_the_person_a_call_is_about(name: str, method: str, query: str, body: bytes, subject: str | None) -> None:
    presented = operation(name).read(call(name, query, method=method, body=body), make())
    assert presented.subject == (None if subject is None else API.subject(subject))


@pytest.mark.parametrize(
    ("name", "role"), [("token_generate", "generator"), ("identity_map", "mapper"), ("identity_buckets", "mapper")]
)
def test_who_is_authorised_depends_on_the_operation(name: str, role: Any) -> None:
    world = make(keys=(ApiKey("right", roles=(role,)), ApiKey("wrong", roles=("id_reader",))))
    assert [operation(name).read(call(name, key=key), world).authorised for key in ("right", "wrong", None)] == [
        True,
        False,
        False,
    ]
    assert operation("token_refresh").read(call("token_refresh", key="wrong"), world).authorised


def test_the_states_of_an_advertising_token() -> None:
    world = make()
    token = API.mint(world, "advertising_token", "user@example.com", AT).token
    present = operation("token_validate").read

    def state(value: str, at: datetime = AT) -> str | None:
        return present(call("token_validate", f"token={value}", at=at), world).state

    assert state(token, AT + 60 * MINUTE) == "valid"
    assert state(token, AT + 60 * MINUTE + timedelta(milliseconds=1)) == "expired"
    assert state("nonsense") == "unknown"
    assert present(call("token_validate"), world).state is None
