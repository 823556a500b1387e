"""Vectors of envelopes, of client-side generate and of tokens: fixed bytes, made once.

Envelopes and the client-side generate were made apart from the simulator's code.
The tokens were sealed by it under a key that is all its bytes from 0 to 31; they pin the layouts and the keys.
"""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.apis.uid2 import API
from simulator.apis.uid2.person import person_named
from simulator.apis.uid2.scope import ScopeName
from simulator.apis.uid2.settings import Uid2Settings
from simulator.apis.uid2.v2.client_side import read_call
from simulator.apis.uid2.v2.envelope import open_envelope
from simulator.core.model.api import WorldContext
from simulator.core.model.call import Call
from simulator.state.memory import MemoryStatusStore
from tests.apis.uid2.v2.integrator import decrypted

SECRET = b"simulator-uid2-client-secret-32b"
VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())
"""shared: of the default subscription and of the private key 7."""
RAW = {
    "UID2": "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4=",
    "EUID": "EOm5434rNF3xiw+IC98zXR6FIdO1R4IiFn3AJLC+Giwu",
}
"""docs/sources/uid2-current.md §5.1."""
ISSUED = datetime(2024, 1, 4, 12, 30, 15, 123_000, tzinfo=UTC)


def test_an_envelope() -> None:
    """docs/sources/uid2-current.md §3: version, IV, then moment, nonce and JSON under the seal."""
    opened = open_envelope(VECTORS["request"].encode(), SECRET, binary=False)
    assert opened == (1_795_970_000_000, b"8 bytes!", b'{"email":"user@example.com"}')
    assert open_envelope(b64decode(VECTORS["request"]), SECRET, binary=True) == opened


def test_an_answer() -> None:
    plain = decrypted(b64decode(VECTORS["answer"]), SECRET)
    assert (int.from_bytes(plain[:8], "big"), plain[8:16]) == (1_795_970_000_123, b"8 bytes!")
    assert plain[16:] == b'{"status":"optout"}'


def test_a_client_side_generate_of_an_app() -> None:
    """docs/sources/uid2-current.md §D5: the timestamp is text, as Android sends it."""
    world = API.world(WorldContext(Uid2Settings(), "current", bytes(32), MemoryStatusStore()))
    call = Call("POST", "/v2/token/client-generate", "", {}, json.dumps(VECTORS["page"]).encode(), ISSUED)
    found = read_call(call, world)
    assert found.shared is not None
    assert found.shared.hex() == VECTORS["shared"]
    assert found.content == b'{"email_hash":"tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="}'
    assert found.person == person_named("user@example.com")


@pytest.mark.parametrize("scope", ["UID2", "EUID"])
def test_tokens(scope: ScopeName) -> None:
    """docs/sources/uid2-current.md §5.1."""
    settings = Uid2Settings(identity_scope=scope)
    world = API.world(WorldContext(settings, "current", bytes(range(32)), MemoryStatusStore()))
    advertising, refresh = (
        world.open_advertising(VECTORS["tokens"][scope]["advertising_token"]),
        world.open_refresh(VECTORS["tokens"][scope]["refresh_token"]),
    )
    assert advertising.advertising_id == b64decode(RAW[scope])
    assert refresh.person == person_named("user@example.com")
    assert advertising.family == refresh.family
    assert (advertising.created, advertising.established, refresh.established) == (ISSUED,) * 3
    assert (advertising.expires, refresh.expires) == (ISSUED + timedelta(hours=1), ISSUED + timedelta(hours=24))
    assert advertising.site == refresh.site == 123
