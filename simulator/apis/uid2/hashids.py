"""Hashids for a single number: how a salt's number becomes the opaque ``bucket_id`` (docs/sources/uid2.md §2.5).

Only the part of the published algorithm (hashids.org) that is needed: it encodes one number.
"""

from __future__ import annotations

from math import ceil
from typing import Final

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890"
_SEPARATORS: Final = "cfhistuCFHISTU"
"""They separate the numbers of a list, so the text of a single number has none."""
_PER_GUARD: Final = 12


class Hashids:
    """Encodes numbers under a secret, as text of at least ``shortest`` characters. Deterministic."""

    __slots__ = ("_alphabet", "_guards", "_secret", "_shortest")

    def __init__(self, secret: str, shortest: int) -> None:
        self._secret = secret
        self._shortest = shortest
        alphabet = _shuffled("".join(letter for letter in _ALPHABET if letter not in _SEPARATORS), secret)
        guards = ceil(len(alphabet) / _PER_GUARD)
        self._guards, self._alphabet = alphabet[:guards], alphabet[guards:]

    def encode(self, number: int) -> str:
        """The text of a number ≥ 0."""
        alphabet, mixed = self._alphabet, number % 100
        lottery = alphabet[mixed % len(alphabet)]
        alphabet = _shuffled(alphabet, (lottery + self._secret + alphabet)[: len(alphabet)])
        text = lottery + _digits(number, alphabet)
        if len(text) < self._shortest:
            text = self._guards[(mixed + ord(text[0])) % len(self._guards)] + text
        if len(text) < self._shortest:
            text += self._guards[(mixed + ord(text[2])) % len(self._guards)]
        half = len(alphabet) // 2
        while len(text) < self._shortest:
            alphabet = _shuffled(alphabet, alphabet)
            text = alphabet[half:] + text + alphabet[:half]
            surplus = len(text) - self._shortest
            if surplus > 0:
                text = text[surplus // 2 : surplus // 2 + self._shortest]
        return text


def _digits(number: int, alphabet: str) -> str:
    text = ""
    while True:
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
        if number == 0:
            return text


def _shuffled(text: str, salt: str) -> str:
    """The same letters in an order that depends only on the salt."""
    letters = list(text)
    index = total = 0
    for last in range(len(letters) - 1, 0, -1):
        index %= len(salt)
        code = ord(salt[index])
        total += code
        other = (code + index + total) % last
        letters[last], letters[other] = letters[other], letters[last]
        index += 1
    return "".join(letters)
