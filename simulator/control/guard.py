"""Who may drive the control plane. Pure, and without Flask: whoever starts a server makes one.

Three dangers, three checks: a stranger on the network (bearer token), a name that an attacker's
DNS points at this machine (Host), a page of another origin in the user's own browser (Origin, Sec-Fetch-Site).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from simulator.core.http.loopback import is_loopback
from simulator.core.http.problem import problem
from simulator.core.model.call import Reply, Request

_EVERY_ADDRESS: Final = frozenset({"", "0.0.0.0", "::"})
"""What a server is told to listen on when any address of the machine will do; the clients' name for it is unknown."""
_OWN_SITE: Final = frozenset({"same-origin", "none"})
"""Sec-Fetch-Site of a page's own requests and of an address that a person typed."""
_FORWARDED: Final = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})
"""What a proxy says when it speaks for somebody else (RFC 7239, RFC 9110 §7.6.3, and what came before)."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges calls to the control plane.

    host: where the server listens, as it was told; None when somebody else's server does, and we cannot know:
        then a peer on this machine is trusted as one of a server on loopback is, unless it is a proxy for another.
    token: what callers from elsewhere prove themselves with; None: there is no control plane for them.
    """

    host: str | None = None
    token: str | None = None

    @classmethod
    def listening_on(cls, host: str, token: str | None = None) -> Self:
        """The guard of a server that listens on ``host``."""
        return cls(host, token)

    @property
    def is_open(self) -> bool:
        """Whether the server can be reached from this machine alone, so that no token is asked for."""
        return self.host is not None and is_loopback(self.host)

    def refusal(self, incoming: Request) -> Reply | None:
        """Why this call may not drive the control plane, as an answer; None when it may."""
        return self._wrong_host(incoming) or _foreign_page(incoming.headers) or self._stranger(incoming)

    def _trusts(self, incoming: Request) -> bool:
        if self.host is not None:
            return self.is_open
        return is_loopback(incoming.client) and _FORWARDED.isdisjoint(incoming.headers)

    def _wrong_host(self, incoming: Request) -> Reply | None:
        if self.host in _EVERY_ADDRESS:
            return None  # only the token can tell: any name may be the right one
        asked = _host_of(incoming.headers.get("host", ""))
        if asked is not None and (is_loopback(asked) or asked == (self.host or "").lower()):
            return None
        if self.host is None and not self._trusts(incoming):
            return None  # as above
        return problem(
            403,
            "Foreign host",
            "The Host header names neither this machine nor the address the simulator listens on; a page that has its "
            "name point here must not drive it. Ask for it as localhost or 127.0.0.1, or as what --host says.",
        )

    def _stranger(self, incoming: Request) -> Reply | None:
        if self._trusts(incoming):
            return None
        if self.token is None:
            return problem(
                403,
                "Control plane off",
                "The simulator can be reached from other machines and has no control token, so its control plane is "
                "off. Start it with --control-token (SIMULATOR_CONTROL_TOKEN), or listen on 127.0.0.1.",
            )
        given = _bearer(incoming.headers.get("authorization", ""))
        if given is not None and hmac.compare_digest(_bytes(given), self.token.encode()):
            return None
        return problem(
            401,
            "Control token required",
            "Send the header Authorization: Bearer <control token>: the one the simulator was started with, or printed "
            "when it started." + ("" if given is None else " The one that came is another."),
            headers=(("WWW-Authenticate", 'Bearer realm="simulator"'),),
        )


DEFAULT_GUARD: Final = Guard()
"""Callers on this machine, and nobody else."""


def _foreign_page(headers: Mapping[str, str]) -> Reply | None:
    """A browser says where a request comes from; other clients say nothing. No answer ever carries a CORS header."""
    origin = headers.get("origin")
    site = headers.get("sec-fetch-site", "none")
    if site in _OWN_SITE and (origin is None or _same_origin(origin, headers.get("host", ""))):
        return None
    return problem(
        403,
        "Foreign page",
        "A page of another origin cannot drive the simulator. Call it from the test itself, outside the browser.",
    )


def _same_origin(origin: str, host: str) -> bool:
    """The scheme is not compared: behind a proxy that ends TLS it is not known here."""
    try:
        found = urlsplit(origin)
    except ValueError:
        return False
    return found.scheme in {"http", "https"} and found.netloc.lower() == host.lower() != ""


def _host_of(header: str) -> str | None:
    """The host of a Host header, in lower case, without port and brackets; None when it is none."""
    try:
        found = urlsplit(f"//{header}")
        found.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return None
    return found.hostname if found.netloc == header and "@" not in header else None


def _bearer(header: str) -> str | None:
    scheme, space, given = header.strip().partition(" ")
    return given.strip() if space and scheme.lower() == "bearer" else None


def _bytes(header: str) -> bytes:
    """Header values are bytes as latin-1; a token may hold any text, which clients send as UTF-8."""
    return header.encode("latin-1", "replace")
