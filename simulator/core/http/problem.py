"""Our own errors: ``application/problem+json`` (RFC 9457), never in a simulated API's shape."""

from __future__ import annotations

import json

from simulator.core.model.call import Reply

CONTENT_TYPE = "application/problem+json"


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    **members: object,
) -> Reply:
    """An error of the simulator itself.

    title: the same for every occurrence. detail: the value, the place and the remedy. members: extension members.
    """
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
    body = json_bytes(document, indent=2)
    return Reply(status, (("Content-Type", CONTENT_TYPE), *headers), body)


def json_bytes(document: object, *, indent: int | None = None) -> bytes:
    """A document as JSON in UTF-8, with a line end. A lone surrogate, which UTF-8 cannot hold, is escaped."""
    return json.dumps(document, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace") + b"\n"
