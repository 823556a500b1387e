"""A call as rules read it: each part is parsed once, and only when a rule needs it."""

from __future__ import annotations

from functools import cached_property
from typing import Final
from urllib.parse import parse_qs

from simulator.core.http.foreign_json import read_json
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call

ABSENT: Final = object()
"""No such field in the body; None is JSON's null."""


class CallView:
    """One call, what its operation has read of it, and what its query and body hold, each parsed when first needed.

    presented: who calls, with which token.
    """

    def __init__(self, call: Call, presented: Credentials) -> None:
        self.call = call
        self.presented = presented

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Query parameters, form-decoded (``+`` is a space, UTF-8), names as they came, every value in order."""
        text = self.call.raw_query
        if not text.isascii():  # raw bytes as latin-1 (see Call.raw_query); UTF-8 is what they mostly are
            text = text.encode("latin-1", "replace").decode(errors="replace")
        return parse_qs(text, keep_blank_values=True, errors="replace")

    @cached_property
    def body(self) -> object:
        """The JSON body, or ABSENT when it is not JSON (broken, not UTF-8, nested too deeply)."""
        found: object = read_json(self.call.body, ABSENT)
        return found

    @cached_property
    def content(self) -> object:
        """The JSON inside an encrypted call that could be opened, else ABSENT."""
        content = self.presented.content
        found: object = ABSENT if content is None else read_json(content, ABSENT)
        return found

    def field(self, path: str) -> object:
        """A field of the JSON: its name, or names joined by dots (a number counts list items from 0).

        Read from the content of an encrypted call, else from the body itself.
        """
        found = _field(self.content, path)
        return _field(self.body, path) if found is ABSENT else found

    def counted_by(self, per: str) -> str:
        """The key this call is counted under: "" for the sandbox, else subject, token or client ("" without one)."""
        match per:
            case "subject":
                return self.presented.subject or ""
            case "token":
                return self.presented.token_id or self.presented.token or ""
            case "client":
                return self.call.client
            case _:
                return ""


def _field(here: object, path: str) -> object:
    if isinstance(here, dict) and path in here:
        return here[path]
    for name in path.split("."):
        if isinstance(here, dict):
            here = here.get(name, ABSENT)
        elif isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        else:
            return ABSENT
    return here
