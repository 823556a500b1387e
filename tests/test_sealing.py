from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.sealing import OVERHEAD, BadToken, Sealer, derive_key

KEY = derive_key(b"secret", "api", "default")


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_sealing_round_trips(plain: bytes, context: bytes) -> None:
    sealed = Sealer(KEY).seal(plain, context)
    assert len(sealed) == len(plain) + OVERHEAD
    assert Sealer(KEY).open(sealed, context) == plain


@given(st.binary(max_size=60), st.data())
def test_no_mutation_of_a_seal_opens(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(Sealer(KEY).seal(plain))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadToken):
        Sealer(KEY).open(bytes(sealed))


@given(st.binary(max_size=60), st.data())
def test_no_part_of_a_seal_opens(plain: bytes, data: st.DataObject) -> None:
    sealed = Sealer(KEY).seal(plain)
    with pytest.raises(BadToken):
        Sealer(KEY).open(sealed[: data.draw(st.integers(0, len(sealed) - 1))])


def test_a_seal_opens_in_its_own_context_and_under_its_own_key_only() -> None:
    sealed = Sealer(KEY).seal(b"text", b"refresh")
    for key, context in ((KEY, b"identity"), (KEY, b""), (derive_key(b"secret", "api", "other"), b"refresh")):
        with pytest.raises(BadToken):
            Sealer(key).open(sealed, context)


def test_two_seals_of_one_text_differ() -> None:
    assert Sealer(KEY).seal(b"text") != Sealer(KEY).seal(b"text")


def test_keys_depend_on_secret_labels_and_their_borders() -> None:
    keys = [
        derive_key(b"a", "jquants", "default"),
        derive_key(b"b", "jquants", "default"),
        derive_key(b"a", "uid2", "default"),
        derive_key(b"a", "jquants", "other"),
        derive_key(b"a", "jquantsdefault"),
        derive_key(b"a", "jquant", "sdefault"),
    ]
    assert len(set(keys)) == len(keys)
    assert derive_key(b"a", "jquants", "default") == keys[0]
