"""Writes the journal: calls and answers, with every secret replaced by a fingerprint.

A value is hidden unless it is known to be harmless: a query value is shown only when its API
declares the parameter public. A fingerprint is keyed, so that a mail address cannot be guessed
from it. The same value always has the same fingerprint, so that calls can be correlated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, unquote_plus, urlsplit

from simulator.core.clock import process_time, to_microseconds
from simulator.core.duration import MICROSECOND
from simulator.core.http.foreign_json import read_json
from simulator.core.model.api import UNREAD, Api, Credentials
from simulator.core.model.call import IMMEDIATE, WHO_ASKS, Call, Issued, Reply, Request
from simulator.journal import sightings
from simulator.journal.entry import Change, Entry, IssuedEntry, Stray
from simulator.journal.unknown_token import form_of

_MARKS: Final = "+/=%"
_SHOWN: Final = 200
"""The number of characters kept of a path or a User-Agent."""
_READ: Final = 65_536
"""The number of bytes examined in a body."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~\[\]-]{0,26}", re.ASCII)
"""A name: of a parameter, a JSON field or a part of a path. Any other text may be a secret."""
_WORDS: Final = re.compile(r"[^\s;,()]+")
_REMEMBERED: Final = 256
"""The size of each cache. A query with a token is about two kilobytes long."""
_READ_OF_AGENT: Final = 1024
"""The number of characters examined in a User-Agent; fewer are kept."""
_LONGEST: Final = 26
"""The longest word, product or version in free text, in characters; tokens and keys are longer."""


_SHOWN_OF_QUERY: Final = 4096
"""The number of characters kept of a query, and of its parts examined."""
_PARTS: Final = 100


class Redacted(NamedTuple):
    """A query as it may be shown; its token's fingerprint, marks and decoded value; other long values."""

    shown: str = ""
    token: str = ""
    marks: str = ""
    value: str = ""
    strays: tuple[Stray, ...] = ()


_EMPTY: Final = Redacted()


class Recorder:
    """Turns calls into journal entries. ``key`` makes fingerprints: the same key, the same fingerprints.

    Clients repeat themselves, so the results for the last queries, subjects and User-Agents are cached.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._redacted = lru_cache(_REMEMBERED)(self._redact)
        self._subject = lru_cache(_REMEMBERED)(self.fingerprint)
        self._agent = lru_cache(_REMEMBERED)(self._free_text)
        self._in_header = lru_cache(_REMEMBERED)(self._strays_in_header)
        self._authority = lru_cache(_REMEMBERED)(self._name)

    def fingerprint(self, value: str) -> str:
        """The fingerprint of a secret: ten hexadecimal digits."""
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
        credentials: Credentials = UNREAD,
        changes: tuple[Change, ...] = (),
        reason: str = "",
    ) -> Entry:
        """The entry of one call; ``took`` is in microseconds, ``changes`` is from :func:`anomalies`.

        The token is the one that the operation has read. If it has read none, a substitute tells
        callers apart: a value in the query under a token's name, or the credential of the Authorization header.
        """
        raw, headers, delivery = call.raw_query, call.headers, reply.delivery
        query, token, marks, value, strays = self._redacted(raw, api) if raw else _EMPTY
        scheme, credential = _authorization(headers)
        if credentials.token and credentials.token != value:
            value, token = credentials.token, self.fingerprint(credentials.token[:_READ])
        elif not value and credential:
            value, token = credential, self.fingerprint(credential)
        said = call.body if credentials.content is None else credentials.content
        form, repaired = form_of(value) if credentials.state == "unknown" else ("", "")
        prompt = delivery is IMMEDIATE
        dribble = None if prompt else delivery.dribble
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
            took,
            call.client,
            incoming.connection,
            incoming.secure,
            self._agent(headers.get("user-agent", "")[:_READ_OF_AGENT]),
            token,
            marks,
            _body_keys(call.body) if call.body and reply.status >= 400 else (),
            reply.header("retry-after") or "" if reply.status in {429, 503} else "",
            tuple(map(self.issued, reply.issued)) if reply.issued else (),
            body=self._body(call.body) if call.body else "",
            delivery_id=delivery.delivery_id,
            delay_us=0 if prompt else delivery.delay // MICROSECOND,
            dribble_us=0 if dribble is None else dribble.over // MICROSECOND,
            dribble_chunks=0 if dribble is None else dribble.chunks,
            fault="" if prompt or delivery.fault is None else delivery.fault.kind,
            changes=changes,
            subject=self._subject(credentials.subject) if credentials.subject else "",
            family=self._subject(credentials.family) if credentials.family else "",
            token_kind=credentials.kind or "",
            token_state=credentials.state or "",
            token_form=form,
            repaired=self.fingerprint(repaired) if repaired else "",
            scheme=scheme,
            caller=self.fingerprint(credential) if credential and credential != value else "",
            content=self._body(said) if said or credentials.content is not None else "",
            opted_out=self._opted_out(reply, credentials) if reply.opted_out else (),
            host=self._authority(headers.get("host", "")[:_SHOWN]),
            redirect=self._authority(_redirect(reply)) if 300 <= reply.status < 400 else "",
            strays=self._strays(call, operation, value, credentials, strays),
            reason=reason,
        )

    def _opted_out(self, reply: Reply, credentials: Credentials) -> tuple[str, ...]:
        people = (credentials.subject if who == WHO_ASKS else who for who in reply.opted_out)
        return tuple(self._subject(person) for person in people if person)[: sightings.MOST]

    def _strays(
        self, call: Call, operation: str, token: str, credentials: Credentials, in_query: tuple[Stray, ...]
    ) -> tuple[Stray, ...]:
        """Long values outside the query. A login's body is skipped, because it contains names and passwords."""
        found = [*in_query]
        for name, text in sightings.long_headers(call.headers):
            found += self._in_header(name, text)
        if not operation:
            found += self._fingerprinted(sightings.in_path(call.path))
        if call.body and operation and (credentials.kind is not None or not token):
            found += self._fingerprinted(one for one in sightings.in_body(call.body) if one[2] != token or one[1])
        return tuple(dict.fromkeys(found))[: sightings.MOST] if found else ()

    def _strays_in_header(self, name: str, text: str) -> tuple[Stray, ...]:
        return self._fingerprinted(sightings.in_header(name, text))

    def _fingerprinted(self, seen: Iterable[tuple[str, str, str]]) -> tuple[Stray, ...]:
        return tuple(
            Stray(place, self._name(name), self.fingerprint(value))
            for place, name, value in islice(seen, sightings.MOST)
        )

    def _body(self, body: bytes) -> str:
        """A fingerprint of the first 64 KiB and of the length: enough to tell calls apart, and bounded."""
        digest = blake2b(body[:_READ], digest_size=5, key=self._key)
        digest.update(b"%d" % len(body))
        return digest.hexdigest()

    def _redact(self, raw: str, api: Api[Any] | None) -> Redacted:
        shown: list[str] = []
        strays: list[Stray] = []
        token = marks = token_value = ""
        size = 0
        for number, part in enumerate(raw.replace(";", "&").split("&")):
            if number >= _PARTS or size > _SHOWN_OF_QUERY:
                shown.append("…")
                break
            name, equals, value = part.partition("=")
            lowered = name.lower()
            if api is not None and lowered in api.public_params and _is_public(value):
                text = part
            else:
                decoded = unquote_plus(value) if "%" in value or "+" in value else value
                print_ = self.fingerprint(decoded) if value else ""
                text = f"{self._name(name)}{equals}<{print_}>" if value else self._name(name) + equals
                if api is not None and lowered in api.token_params and not token:
                    token, token_value = print_, decoded
                    marks = "".join(mark for mark in _MARKS if mark in value)
                elif len(value) >= sightings.SHORTEST and len(strays) < sightings.MOST:
                    strays.append(Stray("query", self._name(name), print_))
                    if "+" in value:
                        strays.append(Stray("query", self._name(name), self.fingerprint(unquote(value))))
            shown.append(text)
            size += len(text) + 1
        return Redacted("&".join(shown), token, marks, token_value, tuple(strays))

    def issued(self, issued: Issued) -> IssuedEntry:
        """The entry of an issued token: fingerprints and moments."""
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
    """Whether it looks like a client's name: a word, or a product and its version."""
    if "@" in text or "%" in text:
        return False
    product, _, version = text.partition("/")
    return len(product) <= _LONGEST >= len(version)


def _authorization(headers: Mapping[str, str]) -> tuple[str, str]:
    """The scheme in lower case ("bare" when it is missing, "" without the header) and the credential after it."""
    given = headers.get("authorization")
    if given is None:
        return "", ""
    scheme, space, rest = given.strip().partition(" ")
    if scheme.lower() == "bearer":
        return "bearer", rest.strip()
    return (scheme.lower() if space and _PLAIN.fullmatch(scheme) else "bare"), given.strip()


def _redirect(reply: Reply) -> str:
    """The authority that a redirect leads to, "" when it is the same."""
    return urlsplit(reply.header("location") or "").netloc[:_SHOWN]


def _body_keys(body: bytes) -> tuple[str, ...]:
    """Field names of a refused call's body: enough to see a token in the wrong place. Bounded; never values."""
    document = read_json(body, None) if len(body) <= _READ else None
    if not isinstance(document, dict):
        return ()
    return tuple(key for key in list(document)[:20] if _PLAIN.fullmatch(key))
