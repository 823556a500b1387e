"""Writing the journal: what was asked and answered, with every secret replaced by a fingerprint.

The rule is to hide unless known to be harmless: a query value is shown only when its API
says that the parameter is public. A fingerprint is keyed, so that nobody can guess a mail address
back from it, and the same value always has the same one, so that calls still correlate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_plus

from simulator.core.clock import process_time, to_microseconds
from simulator.core.duration import format_duration
from simulator.core.http.foreign_json import read_json
from simulator.core.model.api import Api
from simulator.core.model.call import IMMEDIATE, Call, Delivery, Issued, Reply, Request
from simulator.journal.entry import Entry, IssuedEntry

_BROKEN: Final = object()
_MARKS: Final = "+/=%"
_SHOWN: Final = 200
"""Characters of a path or a User-Agent that are kept."""
_READ: Final = 65_536
"""Bytes of a body that are looked at."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~\[\]-]{0,26}", re.ASCII)
"""A name: of a parameter, a JSON field or a part of a path. Longer, encoded or with other marks it may be anything."""
_WORDS: Final = re.compile(r"[^\s;,()]+")
_REMEMBERED: Final = 256
"""Queries with a token in them are some two kilobytes each."""
_READ_OF_AGENT: Final = 1024
"""Characters of a User-Agent that are looked at; fewer are kept."""
_LONGEST: Final = 26
"""Characters of a word, or of a product and of its version, that free text may have; tokens and keys are longer."""


class Redacted(NamedTuple):
    """A query as it may be shown, and of the token in it: fingerprint, marks and the value itself (decoded)."""

    shown: str = ""
    token: str = ""
    marks: str = ""
    value: str = ""


_EMPTY: Final = Redacted()


class Recorder:
    """Turns calls into journal entries. ``key`` makes fingerprints: the same key, the same fingerprints.

    Clients repeat themselves, so what the last queries, subjects and User-Agents became is remembered.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._redacted = lru_cache(_REMEMBERED)(self._redact)
        self._subject = lru_cache(_REMEMBERED)(self.fingerprint)
        self._agent = lru_cache(_REMEMBERED)(self._free_text)

    def fingerprint(self, value: str) -> str:
        """Ten hexadecimal digits that stand for a secret."""
        return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=5, key=self._key).hexdigest()

    def entry(
        self,
        number: int,
        call: Call,
        incoming: Request,
        reply: Reply,
        *,
        api: Api[Any] | None,
        operation: str,
        error: str,
        rules: tuple[str, ...],
        took: int,
        odd: tuple[str, ...] = (),
    ) -> Entry:
        """The entry of one call; ``took`` is in microseconds, ``odd`` is from :func:`anomalies`."""
        raw = call.raw_query
        query, token, marks, value = self._redacted(raw, api) if raw else _EMPTY
        if not value:
            in_body = api is not None and operation in api.token_bodies
            value = call.body[:_READ].decode("utf-8", "replace") if in_body else _credential(call.headers)
            token = self.fingerprint(value) if value else ""
        return Entry(
            number,
            to_microseconds(call.at),
            process_time(),
            call.method if len(call.method) <= 16 else call.method[:16],
            call.path if operation else "/".join(map(self._name, call.path[:_SHOWN].split("/"))),
            query,
            operation,
            reply.status,
            error,
            rules,
            "prompt" if reply.delivery is IMMEDIATE else describe(reply.delivery),
            took,
            call.client,
            incoming.connection,
            incoming.secure,
            self._agent(call.headers.get("user-agent", "")[:_READ_OF_AGENT]),
            token,
            marks,
            _leaks(value, call.headers) if value else (),
            _body_keys(call.body) if call.body and reply.status >= 400 else (),
            reply.header("retry-after") or "" if reply.status in {429, 503} else "",
            tuple(map(self.issued, reply.issued)) if reply.issued else (),
            odd,
            body=self._body(call.body) if call.body else "",
            delivery_id=reply.delivery.delivery_id,
        )

    def _body(self, body: bytes) -> str:
        """A fingerprint of the first 64 KiB and of the length: enough to tell calls apart, and bounded."""
        digest = blake2b(body[:_READ], digest_size=5, key=self._key)
        digest.update(b"%d" % len(body))
        return digest.hexdigest()

    def _redact(self, raw: str, api: Api[Any] | None) -> Redacted:
        shown: list[str] = []
        token = marks = token_value = ""
        for part in raw.replace(";", "&").split("&"):
            name, equals, value = part.partition("=")
            lowered = name.lower()
            if api is not None and lowered in api.public_params and _is_public(value):
                shown.append(part)
                continue
            decoded = unquote_plus(value) if "%" in value or "+" in value else value
            print_ = self.fingerprint(decoded) if value else ""
            shown.append(f"{self._name(name)}{equals}<{print_}>" if value else self._name(name) + equals)
            if api is not None and lowered in api.token_params and not token:
                token, token_value = print_, decoded
                marks = "".join(mark for mark in _MARKS if mark in value)
        return Redacted("&".join(shown), token, marks, token_value)

    def issued(self, issued: Issued) -> IssuedEntry:
        """What the journal keeps of a token: fingerprints and moments."""
        return IssuedEntry(
            issued.kind,
            self.fingerprint(issued.token),
            self._subject(issued.subject),
            to_microseconds(issued.issued_at),
            tuple((name, to_microseconds(moment)) for name, moment in issued.events),
            issued.disclosed,
        )

    def _name(self, text: str) -> str:
        return text if _PLAIN.fullmatch(text) else f"<{self.fingerprint(text)}>"

    def _free_text(self, text: str) -> str:
        if len(text) > _SHOWN:
            text = text[: _SHOWN - 1] + "…"
        if "@" not in text and "%" not in text and len(text) <= _LONGEST:
            return text
        return _WORDS.sub(lambda found: found[0] if _is_word(found[0]) else f"<{self.fingerprint(found[0])}>", text)


def _is_public(value: str) -> bool:
    """Whether the value of a public parameter looks like one: a code, a date, a time; encoded or not."""
    return _PLAIN.fullmatch(unquote_plus(value).replace(":", "-")) is not None


def _is_word(text: str) -> bool:
    """Whether it looks like what clients say of themselves: a word, or a product and its version."""
    if "@" in text or "%" in text:
        return False
    product, _, version = text.partition("/")
    return len(product) <= _LONGEST >= len(version)


def describe(plan: Delivery) -> str:
    """How an answer is put on the wire, in a few words: ``"delay 1500ms, reset"``."""
    words = []
    if plan.delay:
        words.append(f"delay {format_duration(plan.delay)}")
    if plan.dribble is not None:
        words.append(f"dribble {plan.dribble.chunks} in {format_duration(plan.dribble.over)}")
    if plan.fault is not None:
        words.append(plan.fault.kind)
    return ", ".join(words) or "prompt"


def _credential(headers: Mapping[str, str]) -> str:
    given = headers.get("authorization", "").strip()
    scheme, space, rest = given.partition(" ")
    return rest.strip() if space and scheme.lower() == "bearer" else given


def _leaks(value: str, headers: Mapping[str, str]) -> tuple[str, ...]:
    if len(value) < 16:
        return ()
    return tuple(name for name in _NO_PLACE_FOR_A_TOKEN if name in headers and value in unquote_plus(headers[name]))


_NO_PLACE_FOR_A_TOKEN: Final = ("referer", "user-agent")


def _body_keys(body: bytes) -> tuple[str, ...]:
    """Field names of a refused call's body: enough to see a token in the wrong place. Bounded; never values."""
    document = read_json(body, None) if len(body) <= _READ else None
    if not isinstance(document, dict):
        return ()
    return tuple(key for key in list(document)[:20] if _PLAIN.fullmatch(key))
