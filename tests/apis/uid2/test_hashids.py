"""The published vectors of Hashids."""

from __future__ import annotations

import pytest

from simulator.apis.uid2.hashids import Hashids


@pytest.mark.parametrize(
    ("secret", "shortest", "number", "text"),
    [("this is my salt", 0, 12345, "NkK9"), ("this is my salt", 8, 1, "gB0NV05e"), ("this is my salt", 0, 1, "NV")],
)
def test_a_number_becomes_its_published_text(secret: str, shortest: int, number: int, text: str) -> None:
    assert Hashids(secret, shortest).encode(number) == text


def test_numbers_stay_apart_and_are_long_enough() -> None:
    ids = Hashids("secret", 9)
    texts = {ids.encode(number) for number in range(2000)}
    assert len(texts) == 2000
    assert min(map(len, texts)) == 9


def test_another_secret_gives_another_text() -> None:
    assert Hashids("a", 9).encode(1) != Hashids("b", 9).encode(1)
