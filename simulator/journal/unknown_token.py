"""Classifies a token that no sandbox issued, and finds the real token that it may be a damaged form of."""

from __future__ import annotations

import re
from typing import Final, Literal
from urllib.parse import unquote

TokenForm = Literal["empty", "placeholder", "text", "encoded", "blanks", ""]

_SHORT: Final = 8
"""A length in characters that all tokens of these services exceed by far."""
_NO_TOKEN: Final = re.compile(r"[A-Za-z_ <>\[\]-]*")
"""Plain words. A token contains digits, or parts separated by dots."""
_OF_DOCUMENTS: Final = re.compile(r"[{}\"'<>]")


def form_of(token: str) -> tuple[TokenForm, str]:
    """The form of an unknown token, and the repaired token ("" when it cannot be repaired)."""
    if not token.strip():
        return "empty", ""
    if "%" in token and unquote(token) != token:
        return "encoded", unquote(token)
    if _OF_DOCUMENTS.search(token):
        return "text", ""
    if len(token) < _SHORT or _NO_TOKEN.fullmatch(token):
        return "placeholder", ""
    if " " in token:
        return "blanks", token.replace(" ", "+")
    return "", ""
