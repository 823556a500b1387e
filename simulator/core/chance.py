"""Deterministic probability: a hash, so that the order of calls, threads, workers and machines do not matter."""

from __future__ import annotations

import hashlib

_BITS = 52
"""As many as a double holds exactly, in whole hexadecimal digits: 13 of them."""


def uniform(seed: int, *parts: str | int) -> float:
    """A number from 0 (included) to 1 (excluded), the same for the same seed and parts everywhere.

    The first 13 hexadecimal digits of SHA-1 over the decimal seed and the parts, joined by U+001F, over 2**52.
    SHA-1 because Redis scripts have it built in; nothing here is a secret.
    """
    text = "\x1f".join([str(seed), *map(str, parts)])
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return int(digest[: _BITS // 4], 16) / (1 << _BITS)
