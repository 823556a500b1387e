"""Who may use the control plane. Pure, without Flask; the code that starts a server makes the guard.

It checks for three attacks: a caller elsewhere on the network (bearer token), a name that an attacker's
DNS points at this machine (Host), a page of another origin in the user's own browser (Origin, Sec-Fetch-Site).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Self

from simulator.core.http.loopback import is_loopback
from simulator.core.http.problem import problem
from simulator.core.model.call import Reply, Request

_EVERY_ADDRESS: Final = frozenset({"", "0.0.0.0", "::"})
"""Hosts that mean every address of the machine; the name that clients use for it is unknown."""
_OWN_SITE: Final = frozenset({"same-origin", "none"})
"""Sec-Fetch-Site of a page's own requests and of an address that a person typed."""
_HOST: Final = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::[0-9]{0,5})?")
"""``host [":" port]`` (RFC 9110 §7.2): a name or an IPv4 address, or an IPv6 address in brackets without a zone."""
_ORIGIN: Final = re.compile(r"https?://(?P<authority>[^/?#@]+)", re.IGNORECASE)
"""An origin has no path (RFC 6454 §6.1)."""
_FORWARDED: Final = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})
"""Headers that a proxy adds (RFC 7239, RFC 9110 §7.6.3, and their predecessors)."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges calls to the control plane.

    host: the address that the server listens on; None under another server (gunicorn, waitress), where it is unknown:
        a peer on this machine is then trusted.
    token: what other callers must send; None: the control plane is off for them.
    sandbox_domain: names directly under it mean this server too; the user who sets it controls its DNS.
    trust_proxy: a proxy on this machine forwards only local callers, so its calls are trusted like direct ones.
    """

    host: str | None = None
    token: str | None = None
    trust_proxy: bool = False
    sandbox_domain: str | None = None

    @classmethod
    def listening_on(
        cls, host: str, token: str | None = None, *, trust_proxy: bool = False, sandbox_domain: str | None = None
    ) -> Self:
        """The guard of a server that listens on ``host``."""
        return cls(host, token, trust_proxy, sandbox_domain)

    @property
    def is_open(self) -> bool:
        """Whether only this machine can reach the server, so that no token is needed."""
        return self.host is not None and is_loopback(self.host)

    def refusal(self, incoming: Request) -> Reply | None:
        """The answer that refuses this call; None when the call may use the control plane."""
        return self._wrong_host(incoming) or _foreign_page(incoming.headers) or self._stranger(incoming)

    def _trusts(self, incoming: Request) -> bool:
        if not (self.is_open or (self.host is None and is_loopback(incoming.client))):
            return False
        return self.trust_proxy or _FORWARDED.isdisjoint(incoming.headers)

    def _wrong_host(self, incoming: Request) -> Reply | None:
        if self.host in _EVERY_ADDRESS:
            return None  # any name may be valid here, so the token alone decides
        asked = _host_of(incoming.headers.get("host", ""))
        if asked is not None and (is_loopback(asked) or asked == (self.host or "").lower() or self._is_under(asked)):
            return None
        if self.host is None and not self._trusts(incoming):
            return None  # as above
        return problem(
            403,
            "Foreign host",
            "The Host header names neither this machine nor the address that the simulator listens on. This protects "
            "against DNS rebinding. Use localhost, 127.0.0.1 or the address of --host.",
        )

    def _is_under(self, asked: str) -> bool:
        """Whether a host is the domain of sandboxes, or one label and that domain."""
        domain = self.sandbox_domain
        return domain is not None and (asked == domain or asked.partition(".")[2] == domain)

    def _stranger(self, incoming: Request) -> Reply | None:
        if self._trusts(incoming):
            return None
        if self.token is None:
            return problem(403, "Control plane off", _OFF_BEHIND_PROXY if self.is_open else _OFF)
        given = _bearer(incoming.headers.get("authorization", ""))
        if given is not None and hmac.compare_digest(_bytes(given), self.token.encode()):
            return None
        return problem(
            401,
            "Control token required",
            "Send the header Authorization: Bearer <control token>: the token that the simulator was started with, "
            "or printed when it started." + ("" if given is None else " The one that came is another."),
            headers=(("WWW-Authenticate", 'Bearer realm="simulator"'),),
        )


DEFAULT_GUARD: Final = Guard()
"""Callers on this machine only."""
_OFF: Final = (
    "The simulator can be reached from other machines and has no control token, so its control plane is "
    "off. Start it with --control-token (SIMULATOR_CONTROL_TOKEN), or listen on 127.0.0.1."
)
_OFF_BEHIND_PROXY: Final = (
    "The call came through a proxy, which may carry callers from other machines, and the simulator has no control "
    "token. Start it with --control-token (SIMULATOR_CONTROL_TOKEN), or with --trust-proxy."
)


def _foreign_page(headers: Mapping[str, str]) -> Reply | None:
    """Browsers send the origin of a request; other clients do not. Answers never have CORS headers."""
    origin = headers.get("origin")
    site = headers.get("sec-fetch-site", "none")
    if site in _OWN_SITE and (origin is None or _same_origin(origin, headers.get("host", ""))):
        return None
    return problem(
        403,
        "Foreign page",
        "A page of another origin cannot use the control plane. Call it from the test itself, outside the browser.",
    )


def _same_origin(origin: str, host: str) -> bool:
    """The scheme is not compared: behind a proxy that ends TLS it is not known here."""
    found = _ORIGIN.fullmatch(origin)
    return found is not None and found["authority"].lower() == host.lower() and _host_of(host) is not None


def _host_of(header: str) -> str | None:
    """The host of a Host header, in lower case, without port and brackets; None when it is not valid."""
    found = _HOST.fullmatch(header)
    if found is None:
        return None
    if found["ipv6"] is None:
        return found["name"].lower()
    try:
        return str(ip_address(found["ipv6"]))
    except ValueError:
        return None


def _bearer(header: str) -> str | None:
    scheme, space, given = header.strip().partition(" ")
    return given.strip() if space and scheme.lower() == "bearer" else None


def _bytes(header: str) -> bytes:
    """Header values are bytes as latin-1; a token may hold any text, which clients send as UTF-8."""
    return header.encode("latin-1", "replace")
