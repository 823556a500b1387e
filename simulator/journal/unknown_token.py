"""What a token that no sandbox issued looks like, and which real one it may have been."""

from __future__ import annotations

import re
from typing import Final, Literal
from urllib.parse import unquote

TokenForm = Literal["empty", "placeholder", "text", "encoded", "blanks", ""]

_SHORT: Final = 8
"""Characters; no token of these services is anywhere near as short."""
_NO_TOKEN: Final = re.compile(r"[A-Za-z_ <>\[\]-]*")
"""Words: a token has digits in it, or parts with dots between them."""
_OF_DOCUMENTS: Final = re.compile(r"[{}\"'<>]")


def form_of(token: str) -> tuple[TokenForm, str]:
    """How an unknown token looks, and the token that it becomes once that is put right ("" where nothing can be)."""
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
