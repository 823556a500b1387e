"""An RSA key derived from a seed, so that replicas with the same secret share it without storing it.

Libraries do not offer this, because a key should be random. This one signs the tokens of a simulator and is as secret
as the simulator's secret. Only the choice of the two primes is implemented here; the cryptography package signs, and
checks the finished key.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from hmac import digest
from itertools import count
from math import lcm
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)

EXPONENT: Final = 65537
PRIME_BITS: Final = 1024
"""Half of RSA-2048: docs/sources/jquants.md §3, signatures of 342 characters."""

_WINDOW: Final = 4096
"""Odd numbers sieved at a time. About one window in 100,000 has no prime; then the next is tried."""
_SIEVE_LIMIT: Final = 10_000
_ROUNDS: Final = 8
"""Miller-Rabin rounds; FIPS 186-5 table B.1 asks for 5 at this size and 2^-112."""


@lru_cache(maxsize=16)
def derive_rsa_key(seed: bytes) -> RSAPrivateKey:
    """The key of this seed. Takes 0.2 to 1 s, so it is cached: each scenario makes new worlds."""
    numbers = _stream(seed)
    p = _prime(numbers)
    q = _prime(numbers)
    while q == p:
        q = _prime(numbers)
    d = pow(EXPONENT, -1, lcm(p - 1, q - 1))
    return RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa_crt_dmp1(d, p),
        dmq1=rsa_crt_dmq1(d, q),
        iqmp=rsa_crt_iqmp(p, q),
        public_numbers=RSAPublicNumbers(EXPONENT, p * q),
    ).private_key()


def _stream(seed: bytes) -> Iterator[int]:
    """Endless numbers of PRIME_BITS bits: HMAC-SHA-256 of a counter under the seed."""
    blocks = PRIME_BITS // 256
    for start in count(0, blocks):
        yield int.from_bytes(
            b"".join(digest(seed, (start + n).to_bytes(8, "big"), sha256) for n in range(blocks)), "big"
        )


def _prime(numbers: Iterator[int]) -> int:
    """The first suitable prime from a generated number on, with its two highest bits set: so p·q has all its bits."""
    while True:
        start = next(numbers) | (0b11 << (PRIME_BITS - 2)) | 1
        composite = bytearray(_WINDOW)
        for small in _small_primes():
            # start + 2k is a multiple of small for k = -start / 2 (mod small), and every small-th from there
            first = -start * pow(2, -1, small) % small
            composite[first::small] = b"\1" * len(range(first, _WINDOW, small))
        for k in range(_WINDOW):
            candidate = start + 2 * k
            fits = not composite[k] and candidate % EXPONENT != 1 and candidate.bit_length() == PRIME_BITS
            if fits and _is_prime(candidate, numbers):
                return candidate


def _is_prime(candidate: int, numbers: Iterator[int]) -> bool:
    """Miller-Rabin. Base 2 comes first: it rejects nearly every composite and uses no number of the stream."""
    if not _passes(candidate, 2):
        return False
    return all(_passes(candidate, next(numbers) % (candidate - 3) + 2) for _ in range(_ROUNDS))


def _passes(candidate: int, base: int) -> bool:
    twos = ((candidate - 1) & (1 - candidate)).bit_length() - 1
    x = pow(base, (candidate - 1) >> twos, candidate)
    if x in {1, candidate - 1}:
        return True
    for _ in range(twos - 1):
        x = x * x % candidate
        if x == candidate - 1:
            return True
    return False


@lru_cache(maxsize=1)
def _small_primes() -> tuple[int, ...]:
    """The odd primes below the sieve's limit."""
    composite = bytearray(_SIEVE_LIMIT)
    for n in range(2, int(_SIEVE_LIMIT**0.5) + 1):
        if not composite[n]:
            composite[n * n :: n] = b"\1" * len(range(n * n, _SIEVE_LIMIT, n))
    return tuple(n for n in range(3, _SIEVE_LIMIT) if not composite[n])
