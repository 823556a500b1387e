"""Reason phrases of HTTP statuses. Pinned: Python 3.13 renamed some, and answers must not depend on the version."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

_RENAMED: Final = {
    413: "Request Entity Too Large",  # as UID2's server says it: docs/sources/uid2.md §1.4
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
}


def phrase(status: int) -> str:
    """HTTP's own phrase for a status, "" where there is none (J-Quants answers 210)."""
    renamed = _RENAMED.get(status)
    if renamed is not None:
        return renamed
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
