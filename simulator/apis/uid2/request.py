"""The query string as the operator's router reads it (docs/sources/uid2.md §1.5).

Names are case-insensitive, the first value counts, ``;`` separates like ``&``, ``+`` is a space, and a name without
``=`` has an empty value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from simulator.apis.uid2 import java
from simulator.core.model.call import Call

_MALFORMED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_LIMIT: Final = 1024
"""Parameters that are read; further ones are ignored (netty's QueryStringDecoder)."""


Query = Mapping[str, str]


class MalformedQuery(Exception):
    """A percent sign without two hex digits behind it."""


def read_query(call: Call) -> Query:
    """Each parameter's first value by its name in lower case. Raises :class:`MalformedQuery`."""
    found: dict[str, str] = {}
    seen = 0
    # A "#" ends the query; a client can send one unencoded.
    for part in call.raw_query.partition("#")[0].replace(";", "&").split("&"):
        name, _, value = part.lstrip("=").partition("=")
        if not name:
            continue
        name, value = _decode(name), _decode(value)
        found.setdefault(name.lower() if name.isascii() else name, value)
        seen += 1
        if seen == _LIMIT:
            break
    return found


def query_or_none(call: Call) -> Query | None:
    """As :func:`read_query`; None for a malformed query."""
    try:
        return read_query(call)
    except MalformedQuery:
        return None


def is_malformed(call: Call) -> bool:
    """Whether the query is malformed."""
    return "%" in call.raw_query and query_or_none(call) is None


def _decode(text: str) -> str:
    """Percent-decoded text; invalid UTF-8 becomes U+FFFD as in Java."""
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    if _MALFORMED.search(text) is not None:
        raise MalformedQuery(text)
    return _ESCAPES.sub(lambda run: java.utf8(unquote_to_bytes(run[0])), text)
