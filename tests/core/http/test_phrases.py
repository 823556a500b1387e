"""Status phrases are the same on every Python."""

from __future__ import annotations

import pytest

from simulator.core.http.phrases import phrase


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (200, "OK"),
        (403, "Forbidden"),
        (413, "Request Entity Too Large"),
        (414, "Request-URI Too Long"),
        (416, "Requested Range Not Satisfiable"),
        (422, "Unprocessable Entity"),
        (500, "Internal Server Error"),
        (210, ""),
        (999, ""),
    ],
)
def test_a_status_has_its_words(status: int, words: str) -> None:
    """Python 3.13 would say Content Too Large, URI Too Long, and so on."""
    assert phrase(status) == words
