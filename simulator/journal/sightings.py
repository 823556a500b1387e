"""Long values anywhere in a call, in which a report finds tokens that are in the wrong place.

A journal stores no tokens, so a call cannot be searched for issued tokens. Instead, each
word that is long enough to be a token or a key becomes a fingerprint. A token is found by its equal fingerprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final
from urllib.parse import unquote

from simulator.core.http.foreign_json import read_json

MOST: Final = 24
"""The most values kept of one call."""
SHORTEST: Final = 20
"""The shortest length, in characters, of a value that may be a token or a key."""
_READ: Final = 8192
"""The number of characters examined in a header, a path or a body."""
_WORDS: Final = re.compile(r"""[^\s&;,?#"'<>(){}|\\]{20,}""")
_DEPTH: Final = 8
"""The number of slashes in a word after which a token may begin; base64 contains slashes too."""
_NOT_SEARCHED: Final = frozenset(
    {"authorization", "host", "accept", "accept-encoding", "accept-language", "connection", "content-length"}
    | {"content-type", "cache-control", "date"}
)
"""Not examined: Authorization is the right place for tokens and is read separately; the others have fixed formats."""


def words(text: str) -> Iterator[str]:
    """The parts of a text that may be tokens: long words and what follows "=", ":" or "/" in them, raw and decoded."""
    for found in _WORDS.finditer(text[:_READ]):
        word = found[0]
        yield from _parts(word)
        if "%" in word:
            yield from _parts(unquote(word))


def long_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers that may hold a token."""
    return [(name, value) for name, value in headers.items() if len(value) >= SHORTEST and name not in _NOT_SEARCHED]


def in_header(name: str, value: str) -> Iterator[tuple[str, str, str]]:
    """("header" or "cookie", name, value) for each word of a header."""
    place = "cookie" if name == "cookie" else "header"
    return ((place, name, word) for word in words(value))


def in_path(path: str) -> Iterator[tuple[str, str, str]]:
    """("path", "", value) for each long part of the path."""
    return (("path", "", word) for word in words(path)) if len(path) >= SHORTEST else iter(())


def in_body(body: bytes) -> Iterator[tuple[str, str, str]]:
    """("body", name of the JSON or form field, value); the name is "" when the whole body is the value."""
    text = body[:_READ].decode("utf-8", "replace")
    document = read_json(text, None)
    if isinstance(document, dict):
        pairs: Iterable[tuple[str, object]] = islice(document.items(), MOST)
        return (("body", name, value) for name, value in pairs if isinstance(value, str) and len(value) >= SHORTEST)
    return _in_form(text)


def _in_form(text: str) -> Iterator[tuple[str, str, str]]:
    for pair in islice(text.split("&"), MOST):
        name, equals, value = pair.partition("=")
        if equals and len(value) >= SHORTEST:
            yield "body", name, unquote(value)
        elif len(pair) >= SHORTEST:
            yield "body", "", pair


def _parts(word: str) -> Iterator[str]:
    yield word
    for mark in "=:":
        _, _, rest = word.partition(mark)
        if len(rest) >= SHORTEST:
            yield rest
    rest = word
    for _ in range(_DEPTH):
        _, slash, rest = rest.partition("/")
        if len(rest) < SHORTEST or not slash:
            return
        yield rest
