"""Envelopes both ways, and what is said about each that is none (docs/sources/uid2.md §6)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.apis.uid2.v2.envelope import BadEnvelope, is_drifted, open_envelope
from simulator.core.model.api import ProfileName
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import BINARY, NONCE, SECRET, Integrator, decrypted, envelope, real_now

GENERATE = "/v2/token/generate"
SOMEBODY = {"email": "user@example.com"}
PATHS = (
    GENERATE,
    "/v2/token/validate",
    "/v2/identity/map",
    "/v3/identity/map",
    "/v2/identity/buckets",
    "/v2/key/latest",
    "/v2/key/sharing",
    "/v2/key/bidstream",
)
MINUTE = 60_000


def spoilt(raw: bytes, place: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


# Made when the test runs: what waits for its turn for two minutes has drifted.
BAD = [
    pytest.param(lambda: b"", "Invalid body: Body is missing.", id="no body"),
    pytest.param(lambda: b"no base64!", "Invalid body: Body is not valid base64.", id="not base64"),
    pytest.param(
        lambda: b64encode(envelope(SOMEBODY)) + b"\n", "Invalid body: Body is not valid base64.", id="newline"
    ),
    pytest.param("é".encode, "Invalid body: Body is not valid base64.", id="not ASCII"),
    pytest.param(
        lambda: b64encode(bytes([1]) + bytes(43)),
        "Invalid body: Body too short. Check encryption method.",
        id="44 bytes",
    ),
    pytest.param(
        lambda: b64encode(bytes([1]) + bytes(44)),
        "Invalid body: Check encryption key (ClientSecret)",
        id="45 bytes of nothing",
    ),
    pytest.param(lambda: b64encode(envelope(SOMEBODY, version=2)), "Invalid body: Version mismatch.", id="version 2"),
    pytest.param(
        lambda: b64encode(envelope(SOMEBODY, secret=bytes(32))),
        "Invalid body: Check encryption key (ClientSecret)",
        id="wrong secret",
    ),
    pytest.param(
        lambda: b64encode(spoilt(envelope(SOMEBODY), 30)),
        "Invalid body: Check encryption key (ClientSecret)",
        id="one bit changed",
    ),
    pytest.param(
        lambda: b64encode(envelope(SOMEBODY, sent=real_now() - 3600 * 1000)),
        "Invalid timestamp: Request too old or client time drift.",
        id="an hour old",
    ),
    pytest.param(
        lambda: b64encode(envelope(SOMEBODY, sent=real_now() + 3600 * 1000)),
        "Invalid timestamp: Request too old or client time drift.",
        id="an hour early",
    ),
    pytest.param(
        lambda: b64encode(envelope(SOMEBODY, sent=-(2**63))),
        "Invalid timestamp: Request too old or client time drift.",
        id="before all time",
    ),
    pytest.param(
        lambda: b64encode(envelope(b"{not json")),
        "Invalid payload in body: Data is not valid json string.",
        id="not JSON",
    ),
    pytest.param(
        lambda: b64encode(envelope(["user@example.com"])),
        "Invalid payload in body: Data is not valid json string.",
        id="no object",
    ),
]


@pytest.mark.parametrize(("body", "message"), BAD)
def test_what_is_no_envelope_is_told_why(client: Integrator, body: Callable[[], bytes], message: str) -> None:
    """In plain JSON: only a success is encrypted."""
    answer = client.raw(GENERATE, body())
    assert (answer.status, answer.header("content-type")) == (400, "application/json")
    assert answer.body == b'{"message":"%s","status":"client_error"}' % message.encode()


@pytest.mark.parametrize("path", PATHS)
def test_each_operation_asks_for_the_secret(client: Integrator, path: str) -> None:
    answer = client.raw(path, b64encode(envelope(SOMEBODY, secret=bytes(32))))
    assert (answer.status, answer.json["message"]) == (400, "Invalid body: Check encryption key (ClientSecret)")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"Authorization": "Bearer nobody"}, id="unknown"),
        pytest.param({"Authorization": "Bearer closed"}, id="disabled"),
        pytest.param({"Authorization": "Bearer idle"}, id="no role"),
    ],
)
def test_who_may_not_is_told_so_before_the_body_is_looked_at(
    integrate: Integrate, path: str, headers: dict[str, str]
) -> None:
    client = integrate(Uid2Settings(keys=(ApiKey("closed", disabled=True), ApiKey("idle", roles=()))))
    answer = client.service.post(path, headers=headers, body=b"no envelope")
    assert (answer.status, answer.header("content-type"), answer.body) == (
        401,
        "application/json",
        b'{"status":"unauthorized"}',
    )


@pytest.mark.parametrize(
    ("path", "roles"),
    [
        (GENERATE, {"generator"}),
        ("/v2/token/validate", {"generator"}),
        ("/v2/identity/map", {"mapper"}),
        ("/v3/identity/map", {"mapper"}),
        ("/v2/identity/buckets", {"mapper"}),
        ("/v2/key/latest", {"id_reader"}),
        ("/v2/key/sharing", {"sharer", "id_reader"}),
        ("/v2/key/bidstream", {"id_reader"}),
    ],
)
@pytest.mark.parametrize("role", ["generator", "mapper", "id_reader", "sharer"])
def test_each_operation_wants_its_role(integrate: Integrate, path: str, roles: set[str], role: str) -> None:
    client = integrate(Uid2Settings(keys=(ApiKey("k", roles=(role,)),)))
    answer = Integrator(client.service, key="k").post(path, {"email": [], "since_timestamp": "x"})
    assert (answer.status == 401) is (role not in roles)


def test_the_answer_repeats_the_nonce_and_tells_the_real_time(client: Integrator) -> None:
    """The sandbox stands in January 2024."""
    before = real_now()
    answer = client.post(GENERATE, SOMEBODY)
    assert answer.header("content-type") == "text/plain"
    plain = decrypted(b64decode(answer.body, validate=True), SECRET)
    assert plain[8:16] == NONCE
    assert before <= int.from_bytes(plain[:8], "big") <= real_now()


def test_bytes_are_answered_in_bytes(client: Integrator) -> None:
    answer = client.raw(GENERATE, envelope(SOMEBODY), BINARY)
    assert (answer.status, answer.header("content-type")) == (200, "application/octet-stream")
    assert decrypted(answer.body, SECRET)[16:].startswith(b'{"body":{"advertising_token":"A4')


def test_base64_is_no_envelope_in_bytes(client: Integrator) -> None:
    answer = client.raw(GENERATE, b64encode(envelope(SOMEBODY)), BINARY)
    assert answer.json["message"] == "Invalid body: Version mismatch."


@pytest.mark.parametrize(
    "media",
    [
        "application/x-www-form-urlencoded",
        "application/json",
        "text/plain",
        "Text/Plain; charset=UTF-8",
        "application/octet-stream; charset=UTF-8",
        "application/octet-stream;",
    ],
)
def test_any_other_type_is_base64(client: Integrator, media: str) -> None:
    """A parameter makes it another type (docs/sources/uid2-current.md §D2)."""
    answer = client.raw(GENERATE, b64encode(envelope(SOMEBODY)), {"Content-Type": media})
    assert client.opened(answer)["status"] == "success"


def test_the_case_of_a_type_does_not_matter(client: Integrator) -> None:
    answer = client.raw(GENERATE, envelope(SOMEBODY), {"Content-Type": "Application/Octet-Stream"})
    assert (answer.status, answer.header("content-type")) == (200, "application/octet-stream")


def test_a_form_in_parts_has_no_body(client: Integrator) -> None:
    answer = client.raw(GENERATE, b64encode(envelope(SOMEBODY)), {"Content-Type": "multipart/form-data; boundary=here"})
    assert answer.json["message"] == "Invalid body: Body is missing."


def test_moving_the_clock_locks_nobody_out(client: Integrator) -> None:
    client.service.clock.advance(timedelta(days=4000))
    assert client.ask(GENERATE, SOMEBODY)["status"] == "success"


@pytest.mark.parametrize(
    ("late", "drifted"),
    [
        pytest.param(0, False, id="on time"),
        pytest.param(2 * MINUTE - 1, False, id="late, inside"),
        pytest.param(2 * MINUTE, True, id="late, at"),
        pytest.param(2 * MINUTE + 1, True, id="late, past"),
        pytest.param(-2 * MINUTE + 1000, False, id="early, inside"),
        pytest.param(-2 * MINUTE + 999, True, id="early, at: Java rounds seconds down"),
        pytest.param(-2 * MINUTE, True, id="early, past"),
    ],
)
def test_a_client_may_be_less_than_two_minutes_off(late: int, drifted: bool) -> None:
    now = 1_704_326_400_000
    assert is_drifted(now - late, now) is drifted


def test_too_much_is_refused_before_the_key_is_asked_for(client: Integrator) -> None:
    answer = client.service.post(GENERATE, body=b"A" * 1_048_577)
    assert (answer.status, answer.reason, answer.body) == (413, "Request Entity Too Large", b"Request Too Long")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_only_post_is_answered(client: Integrator, method: str) -> None:
    answer = client.service.send(method, GENERATE, headers=client.caller)
    assert (answer.status, answer.header("allow"), answer.body) == (405, "POST", b"")


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=120), binary=st.booleans())
def test_no_body_is_opened_that_was_not_sealed(body: bytes, binary: bool) -> None:
    with pytest.raises(BadEnvelope):
        open_envelope(body, SECRET, binary=binary)


@settings(max_examples=100, deadline=None)
@given(payload=st.binary(max_size=80), nonce=st.binary(min_size=8, max_size=8), sent=st.integers(-(2**63), 2**63 - 1))
def test_what_a_client_seals_is_opened(payload: bytes, nonce: bytes, sent: int) -> None:
    raw = envelope(payload, nonce=nonce, sent=sent)
    assert open_envelope(raw, SECRET, binary=True) == (sent, nonce, payload)
    assert open_envelope(b64encode(raw), SECRET, binary=False) == (sent, nonce, payload)


@pytest.mark.parametrize("profile", ["documented", "observed", "current"])
@pytest.mark.parametrize(
    ("off", "accepted"), [(0, True), (MINUTE, True), (-MINUTE, True), (3 * MINUTE, False), (-3 * MINUTE, False)]
)
def test_an_envelope_counts_when_it_is_near_the_sandboxs_clock(
    integrate: Integrate, profile: ProfileName, off: int, accepted: bool
) -> None:
    """A test may move the client's clock along with the sandbox's, which stands in January 2024."""
    client = integrate(profile=profile)
    sandbox = int(client.service.clock.now().timestamp() * 1000)
    answer = client.raw(GENERATE, b64encode(envelope(SOMEBODY, sent=sandbox + off)))
    assert (answer.status == 200) is accepted
    if accepted:
        plain = decrypted(b64decode(answer.body, validate=True), SECRET)
        assert int.from_bytes(plain[:8], "big") == sandbox, "the answer tells the clock that was near"


def test_the_journal_tells_equal_requests_by_what_is_inside(client: Integrator) -> None:
    """Nonce and moment make the bytes of each envelope different."""
    for payload in (SOMEBODY, SOMEBODY, {"email": "other@example.com"}, None, None):
        client.post(GENERATE, payload)
    client.raw(GENERATE, b64encode(envelope(SOMEBODY, secret=bytes(32))))
    client.raw(GENERATE, b64encode(envelope(SOMEBODY, secret=bytes(32))))

    first, again, other, nothing, still, bad, worse = (
        entry.content for entry in client.service.simulation.sandboxes.get("default").journal.entries()
    )
    assert first == again != other
    assert nothing == still != ""
    assert len({first, other, nothing, bad, worse}) == 5, "what cannot be opened is known by its bytes"
